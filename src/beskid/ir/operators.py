"""The operators of instructions: what `Binary`, `Compare`, `Unary` and `Convert` compute, and how arguments cross to C.

The value of each member is its word in the text form.
"""

from __future__ import annotations

from enum import Enum


class BinaryOp(Enum):
    """Both operands and the result have one type. Shift counts are taken modulo the width. Integers wrap."""

    IADD = "iadd"
    ISUB = "isub"
    IMUL = "imul"
    SDIV = "sdiv"
    UDIV = "udiv"
    SREM = "srem"
    UREM = "urem"
    AND = "and"
    OR = "or"
    XOR = "xor"
    SHL = "shl"
    LSHR = "lshr"
    ASHR = "ashr"
    FADD = "fadd"
    FSUB = "fsub"
    FMUL = "fmul"
    FDIV = "fdiv"
    POW = "pow"
    ATAN2 = "atan2"
    FMOD = "fmod"


class CompareOp(Enum):
    """The result is an I1. EQ and NE also take references and pointers. F* are ordered, except FNE (true for NaN)."""

    EQ = "eq"
    NE = "ne"
    SLT = "slt"
    SLE = "sle"
    SGT = "sgt"
    SGE = "sge"
    ULT = "ult"
    ULE = "ule"
    UGT = "ugt"
    UGE = "uge"
    FEQ = "feq"
    FNE = "fne"
    FLT = "flt"
    FLE = "fle"
    FGT = "fgt"
    FGE = "fge"


class UnaryOp(Enum):
    """Operand and result have one type (F64 or F32), except the bit operations (I64, and the two casts)."""

    FNEG = "fneg"
    SQRT = "sqrt"
    ABS = "abs"
    FLOOR = "floor"
    CEIL = "ceil"
    TRUNC = "trunc"
    ROUND = "round"
    SIN = "sin"
    COS = "cos"
    TAN = "tan"
    ASIN = "asin"
    ACOS = "acos"
    ATAN = "atan"
    EXP = "exp"
    LOG = "log"
    LOG2 = "log2"
    LOG10 = "log10"
    BIT_COUNT = "bit_count"
    LEADING_ZEROS = "leading_zeros"
    TRAILING_ZEROS = "trailing_zeros"
    BITS = "bits"
    FROM_BITS = "from_bits"


class ConvertOp(Enum):
    """TRUNC, ZEXT, SEXT between integers; those from floats saturate and convert NaN to 0; addresses (PTR) are I64
    words.

    WORD_TO_OBJECT: a reference that was passed to C as userdata; the caller keeps the object alive.
    OBJECT_TO_WORD: the address of an object as a number that identifies it; it is not a reference.
    """

    TRUNC = "trunc"
    ZEXT = "zext"
    SEXT = "sext"
    FLOAT_TO_SIGNED = "float_to_signed"
    FLOAT_TO_UNSIGNED = "float_to_unsigned"
    SIGNED_TO_FLOAT = "signed_to_float"
    UNSIGNED_TO_FLOAT = "unsigned_to_float"
    FLOAT_EXTEND = "float_extend"
    FLOAT_TRUNCATE = "float_truncate"
    ADDRESS_TO_WORD = "address_to_word"
    WORD_TO_ADDRESS = "word_to_address"
    WORD_TO_OBJECT = "word_to_object"
    OBJECT_TO_WORD = "object_to_word"


class Passing(Enum):
    """How an argument is passed to a foreign function: unchanged, or as which words of a reference.

    `CELL`: the address of the word after the descriptor. `DATA`: the address of an array's elements or a string's
    bytes; `BUFFER` adds the length, `ARRAY` length and capacity. `OBJECT`: the address of the object itself.
    """

    VALUE = "value"
    CELL = "cell"
    DATA = "data"
    BUFFER = "buffer"
    ARRAY = "array"
    OBJECT = "object"
