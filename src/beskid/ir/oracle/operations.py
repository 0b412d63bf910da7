"""How the oracle computes each binary, compare and unary operation: one row each.

A row is the form of a Python expression and its sign or function; `translate` writes the expression.
"""

from __future__ import annotations

from enum import Enum

from beskid.base.tables import Table
from beskid.ir.model import BinaryOp, CompareOp, UnaryOp
from beskid.ir.oracle.arithmetic import UNARY


class Form(Enum):
    """How the Python expression of a binary operation or comparison is made from its operands."""

    PLAIN = "plain"
    """`left sign right`, rounded for an F32."""
    WRAPPED = "wrapped"
    """`left sign right`, cut to the width of the result."""
    CALLED = "called"
    """`name(left, right)`, rounded for an F32."""
    SIGNED_DIVISION = "signed division"
    UNSIGNED_DIVISION = "unsigned division"
    SIGNED = "signed"
    """A comparison, or a right shift, of the numbers as they are."""
    UNSIGNED = "unsigned"
    """A comparison, or a right shift, of the numbers read as unsigned."""
    LEFT_SHIFT = "left shift"
    SAME = "same"
    """A comparison of integers by value and of references by identity."""


BINARY_FORMS: Table[BinaryOp, tuple[Form, str]] = Table(
    "oracle for binary operations",
    {
        BinaryOp.IADD: (Form.WRAPPED, "+"),
        BinaryOp.ISUB: (Form.WRAPPED, "-"),
        BinaryOp.IMUL: (Form.WRAPPED, "*"),
        BinaryOp.SDIV: (Form.SIGNED_DIVISION, "//"),
        BinaryOp.UDIV: (Form.UNSIGNED_DIVISION, "//"),
        BinaryOp.SREM: (Form.SIGNED_DIVISION, "%"),
        BinaryOp.UREM: (Form.UNSIGNED_DIVISION, "%"),
        BinaryOp.AND: (Form.PLAIN, "&"),
        BinaryOp.OR: (Form.PLAIN, "|"),
        BinaryOp.XOR: (Form.PLAIN, "^"),
        BinaryOp.SHL: (Form.LEFT_SHIFT, "<<"),
        BinaryOp.LSHR: (Form.UNSIGNED, ">>"),
        BinaryOp.ASHR: (Form.SIGNED, ">>"),
        BinaryOp.FADD: (Form.PLAIN, "+"),
        BinaryOp.FSUB: (Form.PLAIN, "-"),
        BinaryOp.FMUL: (Form.PLAIN, "*"),
        BinaryOp.FDIV: (Form.CALLED, "float_divide"),
        BinaryOp.POW: (Form.CALLED, "float_power"),
        BinaryOp.ATAN2: (Form.CALLED, "atan2"),
        BinaryOp.FMOD: (Form.CALLED, "float_remainder"),
    },
)
COMPARE_FORMS: Table[CompareOp, tuple[Form, str]] = Table(
    "oracle for comparisons",
    {
        CompareOp.EQ: (Form.SAME, "=="),
        CompareOp.NE: (Form.SAME, "!="),
        CompareOp.SLT: (Form.SIGNED, "<"),
        CompareOp.SLE: (Form.SIGNED, "<="),
        CompareOp.SGT: (Form.SIGNED, ">"),
        CompareOp.SGE: (Form.SIGNED, ">="),
        CompareOp.ULT: (Form.UNSIGNED, "<"),
        CompareOp.ULE: (Form.UNSIGNED, "<="),
        CompareOp.UGT: (Form.UNSIGNED, ">"),
        CompareOp.UGE: (Form.UNSIGNED, ">="),
        CompareOp.FEQ: (Form.PLAIN, "=="),
        CompareOp.FNE: (Form.PLAIN, "!="),
        CompareOp.FLT: (Form.PLAIN, "<"),
        CompareOp.FLE: (Form.PLAIN, "<="),
        CompareOp.FGT: (Form.PLAIN, ">"),
        CompareOp.FGE: (Form.PLAIN, ">="),
    },
)
DIVISIONS = {"//": "divide", "%": "remainder"}
"""The function of `arithmetic` that truncates toward zero."""
IDENTITY_SIGNS = {"==": "is", "!=": "is not"}
"""The sign that compares references."""
UNARY_FORMS: Table[UnaryOp, str] = Table(
    "oracle for unary operations",
    {
        UnaryOp.FNEG: "-{operand}",
        UnaryOp.BITS: "bits_of_{source}({operand})",
        UnaryOp.FROM_BITS: "{dest}_of_bits({operand})",
        **{op: op.value + "({operand})" for op in (UnaryOp.BIT_COUNT, UnaryOp.LEADING_ZEROS, UnaryOp.TRAILING_ZEROS)},
        **{UnaryOp(name): f"math_{name}" + "({operand})" for name in UNARY},
    },
)
"""A template of the Python expression; what calls a function of `arithmetic.UNARY` is rounded for an F32."""
