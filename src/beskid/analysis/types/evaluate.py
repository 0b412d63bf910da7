"""Evaluation of constant expressions with the semantics at run time (decisions L2, L4), except that an integer result
that does not fit its type is an error (decision L21).

Takes a typed expression; returns its value, or raises `NotConstantError` with the span and the reason.
"""

from __future__ import annotations

import math

from beskid.analysis import typed
from beskid.analysis.model.relations import fits, integer_range, is_scalar_value, wrap
from beskid.analysis.model.types import BOOL, CHAR, PrimitiveType, Type
from beskid.base.decimals import float_text, to_f32
from beskid.base.tables import missing_row, unhandled
from beskid.source.text import Span
from beskid.syntax.operators import BINARY, PREFIX, BinaryOperator, Family, stops_at

Value = int | float | bool | str


class NotConstantError(Exception):
    """The expression has no value at compile time."""

    def __init__(self, reason: str, span: Span) -> None:
        super().__init__(reason)
        self.reason = reason
        self.span = span


class ConstantOverflowError(NotConstantError):
    """The result of an operator on constants does not fit its type (decision L21)."""

    def __init__(self, result: int, type: PrimitiveType, span: Span) -> None:
        super().__init__("integer overflow", span)
        self.result = result
        self.type = type


def evaluate(expression: typed.Expression) -> Value:
    if isinstance(expression, typed.IntegerValue | typed.BoolValue | typed.StringValue):
        return expression.value
    if isinstance(expression, typed.FloatValue):
        return round_float(expression.value, expression.type)
    if isinstance(expression, typed.Unary):
        return _unary(expression)
    if isinstance(expression, typed.Binary):
        return _binary(expression)
    if isinstance(expression, typed.Logical):
        left = evaluate(expression.left)
        if left is stops_at(expression.operator):
            return left
        return evaluate(expression.right)
    if isinstance(expression, typed.Convert):
        return _convert(expression)
    if isinstance(expression, typed.Interpolation):
        return "".join([str(evaluate(part)) for part in expression.parts])
    if isinstance(expression, typed.Stringify):
        return show_value(evaluate(expression.operand), expression.operand.type)
    if isinstance(expression, typed.Call):
        is_format = expression.function.qualified_name() == "Core.Text.Format"
        reason = "a format is applied at run time" if is_format else "a call is evaluated at run time"
        raise NotConstantError(reason, expression.span)
    raise NotConstantError("this is evaluated at run time", expression.span)


def round_float(value: float, type: Type) -> float:
    """Round a value to the precision of the float type."""
    if isinstance(type, PrimitiveType) and type.bits == 32:
        return to_f32(value)
    return value


def show_value(value: Value, type: Type) -> str:
    """Return the printed form of a scalar (decision R1)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return chr(value) if type is CHAR else str(value)
    if isinstance(value, str):
        return value
    assert isinstance(type, PrimitiveType)
    return float_text(value, type.bits)


def _unary(expression: typed.Unary) -> Value:
    value = evaluate(expression.operand)
    type = expression.type
    row = PREFIX[expression.operator]
    result: Value = row.meaning(value)
    if isinstance(result, int) and not isinstance(result, bool):
        assert isinstance(type, PrimitiveType)
        if row.leaves_type and not fits(result, type):
            raise ConstantOverflowError(result, type, expression.span)
        return wrap(result, type)
    return result


def _binary(expression: typed.Binary) -> Value:
    left, right = evaluate(expression.left), evaluate(expression.right)
    row = BINARY[expression.operator]
    match row.family:
        case Family.EQUALITY | Family.IDENTITY | Family.ORDER:
            return bool(row.meaning(left, right))
        case Family.SHIFT:
            assert isinstance(left, int) and isinstance(right, int) and isinstance(expression.type, PrimitiveType)
            return wrap(row.meaning(left, right % expression.type.bits), expression.type)
        case Family.ARITHMETIC | Family.BITWISE:
            return _calculated(row, expression, left, right)
        case Family.LOGICAL:
            raise missing_row("evaluation of operators without short circuit", row.spelling)
        case _:
            raise unhandled(row.family, "evaluation of operators", row.spelling)


def _calculated(row: BinaryOperator, expression: typed.Binary, left: Value, right: Value) -> Value:
    if isinstance(left, str):
        return str(row.meaning(left, right))
    if isinstance(left, float):
        return round_float(row.meaning(left, right), expression.type)
    assert isinstance(right, int) and isinstance(expression.type, PrimitiveType)
    if row.divides and right == 0:
        raise NotConstantError("division by zero", expression.span)
    if row.divides and right == -1 and not row.leaves_type and not fits(-left, expression.type):
        raise NotConstantError("integer overflow", expression.span)
    result = row.meaning(left, right)
    if row.leaves_type and not fits(result, expression.type):
        raise ConstantOverflowError(result, expression.type, expression.span)
    return wrap(result, expression.type)


def _convert(expression: typed.Convert) -> Value:
    value = evaluate(expression.operand)
    target = expression.type
    assert isinstance(target, PrimitiveType) and target is not BOOL and not isinstance(value, str)
    if target is CHAR:
        if not is_scalar_value(int(value)):
            raise NotConstantError("not a Unicode scalar value", expression.span)
        return int(value)
    if target.is_float:
        try:
            return round_float(float(value), target)
        except OverflowError:
            return math.inf if value > 0 else -math.inf
    if isinstance(value, float):
        low, high = integer_range(target)
        if math.isnan(value):
            return 0
        if math.isinf(value):
            return high if value > 0 else low
        return max(low, min(high, math.trunc(value)))
    return wrap(value, target)
