"""The intermediate representation: modules, functions, basic blocks, operations.

Three-address code over typed registers. A register may be assigned several times (it then becomes a stack slot that
LLVM promotes); a register assigned once is an SSA value. IR knows no generics, no source types, no `match`.
Values of a source type are zero to three registers (see `lower/layout.py`); calls take and give register lists.

Invariants (proved by `ir/verify.py`): every block ends in exactly one terminator and has none before; operands have
the types that their operation asks; every register is assigned on every path before it is read; callees exist and
signatures fit; field and element accesses agree with descriptors (references only at reference offsets). After the
roots pass, in addition, those of `architecture.md` §5 at every safepoint.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import TypeAlias

from beskid.base.node import node, value


class IRType(Enum):
    """Machine types. `REF` is a reference the collector knows; `PTR` any other address."""

    I1 = "i1"
    I8 = "i8"
    I16 = "i16"
    I32 = "i32"
    I64 = "i64"
    F32 = "f32"
    F64 = "f64"
    REF = "ref"
    PTR = "ptr"


SIZE_OF: dict[IRType, int] = {
    IRType.I1: 1,
    IRType.I8: 1,
    IRType.I16: 2,
    IRType.I32: 4,
    IRType.I64: 8,
    IRType.F32: 4,
    IRType.F64: 8,
    IRType.REF: 8,
    IRType.PTR: 8,
}
"""Bytes in memory, which is also the alignment. An `I1` is stored as one byte, 0 or 1."""


@value
class Location:
    """A place in the source for call sites and line tables.

    `function` is the qualified source name (decision R2); without one the place is in no source function, and traces
    leave it out. `caller` is the place of the call into which the function was inlined; a trace shows both.
    """

    function: str
    file: str
    line: int
    column: int
    caller: Location | None = None

    def places(self) -> Iterator[Location]:
        """This place, then those of the calls into which it was inlined, one after the other."""
        place: Location | None = self
        while place is not None:
            yield place
            place = place.caller


@value
class Signature:
    """Parameter and result types of a Beskid function, the shadow-stack pointer left out."""

    parameters: tuple[IRType, ...]
    results: tuple[IRType, ...]


# Operands -------------------------------------------------------------------------------------------------------


class Register:
    """A typed variable of one function; `name` is only a hint for readers."""

    __slots__ = ("index", "name", "type")

    def __init__(self, index: int, type: IRType, name: str = "") -> None:
        self.index = index
        self.type = type
        self.name = name

    def __repr__(self) -> str:
        return f"%{self.index}"


@value
class IntConstant:
    """An integer of type I1 … I64, stored as the value read as signed (I1: 0 or 1)."""

    type: IRType
    value: int


@value
class FloatConstant:
    """A float of type F32 or F64; `bits` is its IEEE-754 image, so that NaN and -0.0 stay exact."""

    type: IRType
    bits: int


@value
class NullConstant:
    """The null of type REF (an absent `Option` payload, an unused reference word) or PTR."""

    type: IRType


@value
class StringConstant:
    """A static string; type REF; never moves, never traced. `data` is UTF-8."""

    data: bytes


@value
class ClosureConstant:
    """The static closure object of a function whose first IR parameter is its (ignored) closure; type REF."""

    function: str


@value
class FunctionAddress:
    """The code address of a function; type PTR."""

    function: str


@value
class TableAddress:
    """The address of a method table of this module; type PTR."""

    table: str


Operand: TypeAlias = (
    Register
    | IntConstant
    | FloatConstant
    | NullConstant
    | StringConstant
    | ClosureConstant
    | FunctionAddress
    | TableAddress
)


def type_of(operand: Operand) -> IRType:
    """The machine type of an operand."""
    if isinstance(operand, StringConstant | ClosureConstant):
        return IRType.REF
    if isinstance(operand, FunctionAddress | TableAddress):
        return IRType.PTR
    return operand.type


# Operations -----------------------------------------------------------------------------------------------------


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
    """Gives I1. EQ and NE also take references and pointers. F* are ordered, except FNE (true for NaN)."""

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
    """TRUNC, ZEXT, SEXT between integers; the float ones saturate and send NaN to 0; addresses (PTR) are I64 words.

    WORD_TO_OBJECT: a reference that C got as userdata comes back; whoever passed it keeps the object alive.
    OBJECT_TO_WORD: a number for the identity of an object, which is not a reference.
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


@node
class Move:
    location: Location | None
    dest: Register
    source: Operand


@node
class Binary:
    """SDIV, UDIV, SREM, UREM assume a valid divisor: the division pass puts a `CheckDivisor` before them."""

    location: Location | None
    dest: Register
    op: BinaryOp
    left: Operand
    right: Operand


@node
class Compare:
    location: Location | None
    dest: Register
    op: CompareOp
    left: Operand
    right: Operand


@node
class Unary:
    location: Location | None
    dest: Register
    op: UnaryOp
    operand: Operand


@node
class Convert:
    location: Location | None
    dest: Register
    op: ConvertOp
    operand: Operand


@node
class LoadField:
    """The word at byte `offset` of an object (struct, boxed enum, closure); `object` is REF and not null."""

    location: Location | None
    dest: Register
    object: Operand
    offset: int


@node
class StoreField:
    """`initializing`: the first store into a fresh object, before any safepoint."""

    location: Location | None
    object: Operand
    offset: int
    value: Operand
    initializing: bool


@node
class Length:
    """Elements of an array or bytes of a string (the word at +8); never changes during the object's life."""

    location: Location | None
    dest: Register
    array: Operand


@node
class LoadElement:
    """Component at byte `offset` of element `index` (I64), elements being `stride` bytes; also bytes of a string
    (I8, stride 1). Assumes a valid index: the bounds pass puts a `CheckIndex` before it, unless `unchecked`."""

    location: Location | None
    dest: Register
    array: Operand
    index: Operand
    stride: int
    offset: int
    unchecked: bool


@node
class StoreElement:
    location: Location | None
    array: Operand
    index: Operand
    stride: int
    offset: int
    value: Operand
    unchecked: bool


@node
class CheckIndex:
    """Panics unless 0 <= index < length of the array or string."""

    location: Location | None
    array: Operand
    index: Operand


@node
class CheckDivisor:
    """Panics on a zero divisor and, when `signed`, on MIN / -1."""

    location: Location | None
    dividend: Operand
    divisor: Operand
    signed: bool


@node
class AllocateObject:
    """A zeroed object whose word 0 is the descriptor. A safepoint."""

    location: Location | None
    dest: Register
    descriptor: str
    live: int = -1


@node
class AllocateArray:
    """A zeroed array of `length` (I64, panics when negative) elements of that descriptor. A safepoint."""

    location: Location | None
    dest: Register
    descriptor: str
    length: Operand
    live: int = -1


NUMBERED_PARTS_MOST = 32
"""Parts of a concatenation with numbers: the runtime's function takes a bit for each."""


@node
class ConcatStrings:
    """One new string from two or more parts. A safepoint. An I64 among them stands as a signed decimal number; with
    one there are at most `NUMBERED_PARTS_MOST` parts."""

    location: Location | None
    dest: Register
    parts: tuple[Operand, ...]
    live: int = -1


@node
class Call:
    """A direct call of a function of this module. A safepoint. `live` is set by the roots pass."""

    location: Location | None
    dests: tuple[Register, ...]
    callee: str
    arguments: tuple[Operand, ...]
    live: int = -1


@node
class CallClosure:
    """A call through a closure object (REF); the callee gets it as first argument. A safepoint.

    `signature` is that of the code, the closure parameter included; `arguments` leave the closure out.
    """

    location: Location | None
    dests: tuple[Register, ...]
    closure: Operand
    arguments: tuple[Operand, ...]
    signature: Signature
    live: int = -1


@node
class LoadTable:
    """The address at `entry` of a method table (PTR): a function's code, or, behind those, another table."""

    location: Location | None
    dest: Register
    table: Operand
    entry: int


@node
class CallIndirect:
    """A call of the function at a code address (PTR) loaded from a method table. A safepoint."""

    location: Location | None
    dests: tuple[Register, ...]
    code: Operand
    arguments: tuple[Operand, ...]
    signature: Signature
    live: int = -1


@node
class CallRuntime:
    """A call of a listed runtime function. A safepoint when the contract says that it may collect.

    `dest` is None for functions without result and for results dropped. A function that never returns ends its
    block with `Unreachable`.
    """

    location: Location | None
    dest: Register | None
    function: str
    arguments: tuple[Operand, ...]
    live: int = -1


class Passing(Enum):
    """How an argument of a foreign call crosses: as it is, or which words a reference becomes.

    `CELL`: the address of the word behind the descriptor. `DATA`: the address of an array's elements or a string's
    bytes; `BUFFER` adds the length, `ARRAY` length and capacity. `OBJECT`: the address of the object itself.
    """

    VALUE = "value"
    CELL = "cell"
    DATA = "data"
    BUFFER = "buffer"
    ARRAY = "array"
    OBJECT = "object"


@node
class CallExtern:
    """A call of a validated foreign function (C convention). A safepoint, during which its operands stay alive.

    `passing` has a mode for each argument; empty when all cross as they are.
    """

    location: Location | None
    dest: Register | None
    symbol: str
    arguments: tuple[Operand, ...]
    live: int = -1
    passing: tuple[Passing, ...] = ()


@node
class StoreSite:
    """Stores the call-site record of `location` in slot 0 of this activation. Made by the sites pass."""

    location: Location


@node
class StoreRoot:
    """Stores a reference (or null) in shadow slot `slot` (1-based; slot 0 is the call site). Made by the roots pass."""

    location: Location | None
    slot: int
    value: Operand


Instruction: TypeAlias = (
    Move
    | Binary
    | Compare
    | Unary
    | Convert
    | LoadField
    | StoreField
    | Length
    | LoadElement
    | StoreElement
    | CheckIndex
    | CheckDivisor
    | AllocateObject
    | AllocateArray
    | ConcatStrings
    | Call
    | CallClosure
    | LoadTable
    | CallIndirect
    | CallRuntime
    | CallExtern
    | StoreSite
    | StoreRoot
)


@node
class Jump:
    location: Location | None
    target: Block


@node
class Branch:
    """`likely` hints: True for then, False for otherwise, None for no opinion."""

    location: Location | None
    condition: Operand
    then: Block
    otherwise: Block
    likely: bool | None = None


@node
class Switch:
    location: Location | None
    value: Operand
    cases: tuple[tuple[int, Block], ...]
    default: Block


@node
class Return:
    location: Location | None
    values: tuple[Operand, ...]


@node
class Unreachable:
    location: Location | None


Terminator: TypeAlias = Jump | Branch | Switch | Return | Unreachable


class Block:
    """A basic block; `label` is unique in its function."""

    __slots__ = ("instructions", "label", "terminator")

    def __init__(self, label: str) -> None:
        self.label = label
        self.instructions: list[Instruction] = []
        self.terminator: Terminator | None = None

    def __repr__(self) -> str:
        return f"<block {self.label}>"


# Functions and modules ------------------------------------------------------------------------------------------


class Function:
    """One lowered function. `name` is the mangled symbol (decision A9); `location` its declaration.

    `slots` is the number of shadow slots it uses, the call site included; set by the roots pass. `unsigned_result`
    says, of a function that C calls, that a result narrower than 32 bits is extended with zeros.
    """

    __slots__ = (
        "blocks",
        "exported",
        "inline_never",
        "is_callback",
        "location",
        "name",
        "parameters",
        "registers",
        "results",
        "slots",
        "unsigned_result",
    )

    def __init__(self, name: str, location: Location, results: tuple[IRType, ...], exported: bool = False) -> None:
        self.name = name
        self.location = location
        self.parameters: list[Register] = []
        self.results = results
        self.registers: list[Register] = []
        self.blocks: list[Block] = []
        self.exported = exported
        self.is_callback = False
        self.unsigned_result = False
        self.inline_never = False
        self.slots = 0

    def signature(self) -> Signature:
        return Signature(tuple([p.type for p in self.parameters]), self.results)

    def new_register(self, type: IRType, name: str = "") -> Register:
        register = Register(len(self.registers), type, name)
        self.registers.append(register)
        return register


@value
class Descriptor:
    """A type descriptor: objects (`size` with the header word, offsets from the object) or array elements
    (`size` is the stride, offsets from the element). `display` is the source type, for readers and dumps. Closures
    of an `is_bound_method` descriptor are the same function value when all words behind the descriptor are equal."""

    name: str
    size: int
    align: int
    reference_offsets: tuple[int, ...]
    display: str
    is_bound_method: bool = False


@value
class MethodTable:
    """Static data behind contract values: the code of functions of this module, then the addresses of other tables.

    `display` names the type and the contract, for readers and dumps.
    """

    name: str
    functions: tuple[str, ...]
    links: tuple[str, ...]
    display: str


@value
class ExternImport:
    """A foreign function the module declares: C symbol, library as written, signature as machine types.

    `unsigned` lists the parameters narrower than 32 bits that C extends with zeros; -1 stands for the result.
    """

    symbol: str
    library: str
    signature: Signature
    unsigned: tuple[int, ...] = ()


class Module:
    """A whole program in IR. `entry` takes the argument array (REF) and gives the exit status (I64).

    `inlined` names the functions that were copied into a caller; set by the inline pass.
    """

    __slots__ = ("descriptors", "entry", "externs", "functions", "inlined", "name", "tables")

    def __init__(self, name: str) -> None:
        self.name = name
        self.functions: dict[str, Function] = {}
        self.descriptors: dict[str, Descriptor] = {}
        self.externs: dict[str, ExternImport] = {}
        self.tables: dict[str, MethodTable] = {}
        self.inlined: set[str] = set()
        self.entry: str | None = None
