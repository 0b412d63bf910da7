"""Arithmetic, bit operations and numeric conversions (decisions L2, L4).

Integers wrap at their width; signedness selects the operation. A pass inserts the checks of divisors. Unary minus and
`as` on literals are folded because they are common; LLVM does the rest.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import NamedTuple

from beskid.analysis import typed
from beskid.analysis.model.types import CHAR, PrimitiveType, Type
from beskid.base.tables import Table, missing_row
from beskid.ir.builder import INTEGER_WIDTH, boolean, float32, float64, integer
from beskid.ir.model import (
    BinaryOp,
    CompareOp,
    ConvertOp,
    FloatConstant,
    IntConstant,
    IRType,
    Operand,
    UnaryOp,
    type_of,
)
from beskid.lower.bodies.context import FunctionContext, Value
from beskid.lower.bodies.dispatch import lower_operand
from beskid.syntax.operators import BINARY, Family


class Operations(NamedTuple):
    """The operation for each kind of operand; None where there is none."""

    signed: BinaryOp
    unsigned: BinaryOp
    floating: BinaryOp | None


ARITHMETIC = Table(
    "lowering of arithmetic",
    {
        "+": Operations(BinaryOp.IADD, BinaryOp.IADD, BinaryOp.FADD),
        "-": Operations(BinaryOp.ISUB, BinaryOp.ISUB, BinaryOp.FSUB),
        "*": Operations(BinaryOp.IMUL, BinaryOp.IMUL, BinaryOp.FMUL),
        "/": Operations(BinaryOp.SDIV, BinaryOp.UDIV, BinaryOp.FDIV),
        "%": Operations(BinaryOp.SREM, BinaryOp.UREM, BinaryOp.FMOD),
        "&": Operations(BinaryOp.AND, BinaryOp.AND, None),
        "|": Operations(BinaryOp.OR, BinaryOp.OR, None),
        "^": Operations(BinaryOp.XOR, BinaryOp.XOR, None),
        "<<": Operations(BinaryOp.SHL, BinaryOp.SHL, None),
        ">>": Operations(BinaryOp.ASHR, BinaryOp.LSHR, None),
    },
)
"""One row for each operator of the families arithmetic, bitwise and shift."""

SURROGATES_START = 0xD800
SURROGATES_END = 0xE000
SCALARS_END = 0x110000


def primitive(type: Type) -> PrimitiveType:
    """Return the type as a primitive; anything else is an error in the typed program."""
    if not isinstance(type, PrimitiveType):
        raise AssertionError(f"{type!r} is not a primitive type")
    return type


def is_signed(type: Type) -> bool:
    """Return whether integers of the type are signed; `char` and `bool` are not."""
    return isinstance(type, PrimitiveType) and type.is_signed


def is_float(type: Type) -> bool:
    return isinstance(type, PrimitiveType) and type.is_float


def lower_unary(context: FunctionContext, expression: typed.Unary) -> Value:
    operand = lower_operand(context, expression.operand, expression.type)
    context.at(expression.span)
    return (PREFIX_LOWERING[expression.operator](context, context.concrete(expression.type), operand),)


def _not(context: FunctionContext, kind: Type, operand: Operand) -> Operand:
    if isinstance(operand, IntConstant):
        return boolean(not operand.value)
    return context.builder.logical_not(operand)


def _complement(context: FunctionContext, kind: Type, operand: Operand) -> Operand:
    return apply(context, "^", kind, operand, integer(type_of(operand), -1))


def _negate(context: FunctionContext, kind: Type, operand: Operand) -> Operand:
    component = type_of(operand)
    if not is_float(kind):
        return apply(context, "-", kind, integer(component, 0), operand)
    if isinstance(operand, FloatConstant):
        sign = 1 << (31 if component is IRType.F32 else 63)
        return FloatConstant(component, operand.bits ^ sign)
    return context.builder.unary(UnaryOp.FNEG, operand)


PREFIX_LOWERING: Table[str, Callable[[FunctionContext, Type, Operand], Operand]] = Table(
    "lowering of prefix operators", {"-": _negate, "!": _not, "~": _complement}
)


def apply(context: FunctionContext, operator: str, kind: Type, left: Operand, right: Operand) -> Operand:
    """Apply an arithmetic or bit operation to two numbers of one type (a shift count may have another width)."""
    operations = ARITHMETIC[operator]
    if is_float(kind):
        if operations.floating is None:
            raise missing_row("lowering of arithmetic on floats", operator)
        return context.builder.binary(operations.floating, left, right)
    row = BINARY[operator]
    if row.family is Family.SHIFT:
        # Counts are taken modulo the width, so only their low bits matter, which any extension preserves.
        right = resize(context, right, type_of(left), signed=False)
    elif isinstance(left, IntConstant) and isinstance(right, IntConstant) and not row.divides:
        return integer(left.type, row.meaning(left.value, right.value))
    return context.builder.binary(operations.signed if is_signed(kind) else operations.unsigned, left, right)


def resize(context: FunctionContext, operand: Operand, component: IRType, signed: bool) -> Operand:
    """Convert an integer to another width."""
    own = type_of(operand)
    if own is component:
        return operand
    if isinstance(operand, IntConstant):
        number = operand.value
        if not signed and own is not IRType.I1:
            number &= (1 << INTEGER_WIDTH[own]) - 1
        return integer(component, number)
    if INTEGER_WIDTH[component] < INTEGER_WIDTH[own]:
        return context.builder.convert(ConvertOp.TRUNC, operand, component)
    return context.builder.convert(ConvertOp.SEXT if signed else ConvertOp.ZEXT, operand, component)


def lower_convert(context: FunctionContext, expression: typed.Convert) -> Value:
    operand = lower_operand(context, expression.operand)
    context.at(expression.span)
    source = primitive(context.concrete(expression.operand.type))
    target = primitive(context.concrete(expression.type))
    return (convert(context, operand, source, target),)


def convert(context: FunctionContext, operand: Operand, source: PrimitiveType, target: PrimitiveType) -> Operand:
    """Convert a number, `char` or `bool` to another type, with the meaning of `as`."""
    (component,) = context.layouts.shape(target)
    if source is target:
        return operand
    if source.is_float:
        return _convert_float(context, operand, target, component)
    if target.is_float:
        return _integer_to_float(context, operand, source, component)
    if target is CHAR:
        return _to_char(context, operand, source)
    return resize(context, operand, component, source.is_signed)


def _convert_float(context: FunctionContext, operand: Operand, target: PrimitiveType, component: IRType) -> Operand:
    if isinstance(operand, FloatConstant) and target.is_float:
        layout = "<f" if operand.type is IRType.F32 else "<d"
        number = struct.unpack(layout, operand.bits.to_bytes(struct.calcsize(layout), "little"))[0]
        if number == number:
            return float32(number) if component is IRType.F32 else float64(number)
    if target.is_float:
        op = ConvertOp.FLOAT_EXTEND if component is IRType.F64 else ConvertOp.FLOAT_TRUNCATE
    else:
        op = ConvertOp.FLOAT_TO_SIGNED if target.is_signed else ConvertOp.FLOAT_TO_UNSIGNED
    return context.builder.convert(op, operand, component)


def _integer_to_float(context: FunctionContext, operand: Operand, source: PrimitiveType, component: IRType) -> Operand:
    if isinstance(operand, IntConstant) and component is IRType.F64:
        number = operand.value
        if not source.is_signed and number < 0:
            number += 1 << INTEGER_WIDTH[operand.type]
        return float64(float(number))
    op = ConvertOp.SIGNED_TO_FLOAT if source.is_signed else ConvertOp.UNSIGNED_TO_FLOAT
    return context.builder.convert(op, operand, component)


def _to_char(context: FunctionContext, operand: Operand, source: PrimitiveType) -> Operand:
    """Convert an integer to `char`; panics unless it is a Unicode scalar value."""
    wide = resize(context, operand, IRType.I64, source.is_signed)
    if isinstance(wide, IntConstant) and is_scalar_value(wide.value):
        return integer(IRType.I32, wide.value)
    narrow = resize(context, operand, IRType.I32, source.is_signed)
    if source.bits == 8 and not source.is_signed:
        return narrow
    builder = context.builder
    above, invalid, valid = builder.new_block("char.above"), builder.new_block("char.panic"), builder.new_block("char")
    below = builder.compare(CompareOp.ULT, wide, integer(IRType.I64, SURROGATES_START))
    builder.branch(below, valid, above, likely=True)
    builder.position(above)
    shifted = builder.binary(BinaryOp.ISUB, wide, integer(IRType.I64, SURROGATES_END))
    inside = builder.compare(CompareOp.ULT, shifted, integer(IRType.I64, SCALARS_END - SURROGATES_END))
    builder.branch(inside, valid, invalid, likely=True)
    builder.position(invalid)
    builder.call_runtime("panic_char", (wide,))
    builder.position(valid)
    return narrow


def is_scalar_value(number: int) -> bool:
    """Return whether the number is a Unicode scalar value."""
    return 0 <= number < SURROGATES_START or SURROGATES_END <= number < SCALARS_END
