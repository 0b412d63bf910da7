"""Evaluation of typed constant expressions with the meaning of the running program (decisions L2, L4).

Takes a typed expression; gives its value or raises `NotConstantError` with the place and the reason.
"""

from __future__ import annotations

import math
import struct

from beskid.analysis import typed
from beskid.analysis.model.relations import fits, integer_range, is_scalar_value, wrap
from beskid.analysis.model.types import BOOL, CHAR, PrimitiveType, Type
from beskid.source.text import Span

Value = int | float | bool | str


class NotConstantError(Exception):
    """The expression has no value at compile time."""

    def __init__(self, reason: str, span: Span) -> None:
        super().__init__(reason)
        self.reason = reason
        self.span = span


def evaluate(expression: typed.Expression) -> Value:
    """The value of a constant expression."""
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
        if bool(left) == (expression.operator == "||"):
            return left
        return evaluate(expression.right)
    if isinstance(expression, typed.Convert):
        return _convert(expression)
    if isinstance(expression, typed.Interpolation):
        return "".join([str(evaluate(part)) for part in expression.parts])
    if isinstance(expression, typed.Stringify):
        return show_value(evaluate(expression.operand), expression.operand.type)
    raise NotConstantError("this is computed while the program runs", expression.span)


def round_float(value: float, type: Type) -> float:
    """The value as the float type holds it."""
    if isinstance(type, PrimitiveType) and type.bits == 32:
        try:
            return float(struct.unpack("<f", struct.pack("<f", value))[0])
        except OverflowError:
            return math.copysign(math.inf, value)
    return value


def show_value(value: Value, type: Type) -> str:
    """The printed form of a scalar (decision R1)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return chr(value) if type is CHAR else str(value)
    if isinstance(value, str):
        return value
    return _show_float(value, type)


def _show_float(value: float, type: Type) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    text = repr(value)
    if isinstance(type, PrimitiveType) and type.bits == 32:
        text = next(t for t in (f"{value:.{n}g}" for n in range(1, 18)) if round_float(float(t), type) == value)
    magnitude = abs(value)
    digits, _, exponent = text.lower().partition("e")
    sign = "-" if digits.startswith("-") else ""
    whole, _, fraction = digits.lstrip("-").partition(".")
    point = len(whole) + int(exponent or "0")
    significant = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len((whole + fraction).lstrip("0"))
    significant = significant.rstrip("0")
    if not significant:
        return f"{sign}0.0"
    if magnitude >= 1e21 or magnitude < 1e-6:
        tail = significant[1:]
        return f"{sign}{significant[0]}{'.' + tail if tail else ''}e{point - 1}"
    if point <= 0:
        return f"{sign}0.{'0' * -point}{significant}"
    return f"{sign}{significant[:point].ljust(point, '0')}.{significant[point:] or '0'}"


def _unary(expression: typed.Unary) -> Value:
    value = evaluate(expression.operand)
    type = expression.type
    if expression.operator == "!":
        return not value
    if isinstance(value, float):
        return -value
    assert isinstance(value, int) and isinstance(type, PrimitiveType)
    return wrap(-value if expression.operator == "-" else ~value, type)


def _binary(expression: typed.Binary) -> Value:
    left, right = evaluate(expression.left), evaluate(expression.right)
    operator = expression.operator
    if operator in ("==", "==="):
        return left == right
    if operator in ("!=", "!=="):
        return left != right
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    assert not isinstance(left, str) and not isinstance(right, str)
    if operator == "<":
        return left < right
    if operator == "<=":
        return left <= right
    if operator == ">":
        return left > right
    if operator == ">=":
        return left >= right
    if isinstance(left, float) or isinstance(right, float):
        return round_float(_float(operator, float(left), float(right)), expression.type)
    assert isinstance(expression.type, PrimitiveType)
    return _integer(expression, int(left), int(right), expression.type)


def _float(operator: str, left: float, right: float) -> float:
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    if operator == "*":
        return left * right
    if right == 0.0:
        if left == 0.0 or math.isnan(left):
            return math.nan
        return math.copysign(math.inf, left) * math.copysign(1.0, right)
    return left / right


def _integer(expression: typed.Binary, left: int, right: int, type: PrimitiveType) -> int:
    operator = expression.operator
    if operator in ("/", "%"):
        if right == 0:
            raise NotConstantError("division by zero", expression.span)
        quotient = abs(left) // abs(right)
        if (left < 0) != (right < 0):
            quotient = -quotient
        if not fits(quotient, type):
            raise NotConstantError("integer overflow", expression.span)
        return quotient if operator == "/" else left - quotient * right
    if operator in ("<<", ">>"):
        count = right % type.bits
        return wrap(left << count if operator == "<<" else left >> count, type)
    if operator == "+":
        return wrap(left + right, type)
    if operator == "-":
        return wrap(left - right, type)
    if operator == "*":
        return wrap(left * right, type)
    if operator == "&":
        return wrap(left & right, type)
    if operator == "|":
        return wrap(left | right, type)
    return wrap(left ^ right, type)


def _convert(expression: typed.Convert) -> Value:
    value = evaluate(expression.operand)
    target = expression.type
    assert isinstance(target, PrimitiveType) and target is not BOOL and not isinstance(value, str)
    if target is CHAR:
        if not is_scalar_value(int(value)):
            raise NotConstantError("no Unicode scalar value", expression.span)
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
