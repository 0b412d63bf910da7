"""Strings: concatenation and interpolation as one operation, and the printed form of scalars (decision R1)."""

from __future__ import annotations

from collections.abc import Iterator

from beskid.analysis import typed
from beskid.analysis.model.types import BOOL, CHAR, F32, STRING, PrimitiveType, Type
from beskid.ir.builder import integer
from beskid.ir.model import MAX_NUMBERED_PARTS, ConvertOp, IntConstant, IRType, Operand, StringConstant, type_of
from beskid.lower.bodies.arithmetic import is_scalar_value, resize
from beskid.lower.bodies.constants import text
from beskid.lower.bodies.context import FunctionContext, Value
from beskid.lower.bodies.dispatch import lower_all
from beskid.source.text import Span
from beskid.syntax.operators import BINARY


def lower_interpolation(context: FunctionContext, expression: typed.Interpolation) -> Value:
    return _concatenate(context, list(_parts(expression)), expression.span)


def lower_concatenation(context: FunctionContext, expression: typed.Binary) -> Value:
    """Lower `a + b + c` on strings as one concatenation of all parts."""
    return _concatenate(context, list(_parts(expression)), expression.span)


def _parts(expression: typed.Expression) -> Iterator[typed.Expression]:
    """Return the leaves of nested concatenations and interpolations, in order; long chains nest to the left."""
    pending = [expression]
    while pending:
        current = pending.pop()
        if isinstance(current, typed.Interpolation):
            pending.extend(reversed(current.parts))
        elif isinstance(current, typed.Binary) and current.type is STRING and BINARY[current.operator].joins_strings:
            pending.append(current.right)
            pending.append(current.left)
        else:
            yield current


def _concatenate(context: FunctionContext, parts: list[typed.Expression], span: Span) -> Value:
    numbers = len(parts) <= MAX_NUMBERED_PARTS
    kinds = [_number_kind(context, part) if numbers else None for part in parts]
    bare = [
        part.operand if isinstance(part, typed.Stringify) and kind else part
        for part, kind in zip(parts, kinds, strict=True)
    ]
    values = lower_all(context, bare, [kind or STRING for kind in kinds])
    context.at(span)
    operands = [
        resize(context, value[0], IRType.I64, kind.is_signed) if kind is not None else value[0]
        for value, kind in zip(values, kinds, strict=True)
    ]
    return (concatenate(context, operands),)


def _number_kind(context: FunctionContext, part: typed.Expression) -> PrimitiveType | None:
    """Return the integer type of a part that is the printed form of an integer which an `I64` holds."""
    if not isinstance(part, typed.Stringify):
        return None
    kind = context.concrete(part.operand.type)
    if not isinstance(kind, PrimitiveType) or kind in (BOOL, CHAR) or not kind.is_integer:
        return None
    return kind if kind.is_signed or kind.bits < 64 else None


def concatenate(context: FunctionContext, parts: list[Operand]) -> Operand:
    """Concatenate strings. Adjacent constants are merged, empty ones removed; an `I64` is formatted as a number."""
    merged: list[Operand] = []
    for part in parts:
        last = merged[-1] if merged else None
        if isinstance(part, IntConstant):
            part = text(str(part.value))
        if isinstance(part, StringConstant):
            if not part.data:
                continue
            if isinstance(last, StringConstant):
                merged[-1] = StringConstant(last.data + part.data)
                continue
        merged.append(part)
    if not merged:
        return StringConstant(b"")
    if len(merged) > 1:
        return context.builder.concat(tuple(merged))
    if type_of(merged[0]) is IRType.I64:
        return context.builder.call_runtime_value("str_from_i64", (merged[0],))
    return merged[0]


def scalar_text(context: FunctionContext, kind: Type, operand: Operand) -> Operand:
    """Return the printed form of a number, `bool`, `char` or string."""
    builder = context.builder
    if kind is STRING:
        return operand
    if kind is BOOL:
        return _bool_text(context, operand)
    if kind is CHAR:
        if isinstance(operand, IntConstant) and is_scalar_value(operand.value):
            return text(chr(operand.value))
        wide = resize(context, operand, IRType.I64, signed=False)
        return builder.call_runtime_value("str_from_char", (wide,))
    if not isinstance(kind, PrimitiveType):
        raise AssertionError(f"{kind!r} is not a scalar")
    if kind is F32:
        wide = builder.convert(ConvertOp.FLOAT_EXTEND, operand, IRType.F64)
        return builder.call_runtime_value("str_from_f32", (wide,))
    if kind.is_float:
        return builder.call_runtime_value("str_from_f64", (operand,))
    wide = resize(context, operand, IRType.I64, kind.is_signed)
    if isinstance(wide, IntConstant) and (kind.is_signed or wide.value >= 0):
        return text(str(wide.value))
    function = "str_from_i64" if kind.is_signed or kind.bits < 64 else "str_from_u64"
    return builder.call_runtime_value(function, (wide,))


def _bool_text(context: FunctionContext, operand: Operand) -> Operand:
    if isinstance(operand, IntConstant):
        return text("true" if operand.value else "false")
    builder = context.builder
    result = context.temporary((IRType.REF,))
    yes, no, join = builder.new_block("true"), builder.new_block("false"), builder.new_block("bool.text")
    builder.branch(operand, yes, no)
    builder.position(yes)
    context.store(result, (text("true"),))
    builder.jump(join)
    builder.position(no)
    context.store(result, (text("false"),))
    builder.jump(join)
    builder.position(join)
    return result[0]


def quoted_text(context: FunctionContext, operand: Operand) -> Operand:
    """Quote a string for another printed form."""
    return context.builder.call_runtime_value("str_quote", (operand,))


def count(number: int) -> Operand:
    """Return an `I64` constant."""
    return integer(IRType.I64, number)
