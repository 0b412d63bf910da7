"""Constants and names as values: literals and locals."""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.types import F32, NEVER, Type
from beskid.ir.builder import boolean, float32, float64, integer
from beskid.ir.model import Operand, StringConstant
from beskid.lower.bodies.context import FunctionContext, Value


def text(string: str) -> StringConstant:
    """Lower a string literal. A lone surrogate, which no source can contain, would be an internal error."""
    return StringConstant(string.encode())


def lower_integer(context: FunctionContext, expression: typed.IntegerValue) -> Value:
    kind = context.concrete(expression.type)
    (component,) = context.layouts.shape(kind)
    return (integer(component, expression.value),)


def lower_float(context: FunctionContext, expression: typed.FloatValue) -> Value:
    return (float_constant(context.concrete(expression.type), expression.value),)


def float_constant(type: Type, number: float) -> Operand:
    """Return a constant of `f32` or `f64`."""
    return float32(number) if type is F32 else float64(number)


def lower_bool(_context: FunctionContext, expression: typed.BoolValue) -> Value:
    return (boolean(expression.value),)


def lower_string(_context: FunctionContext, expression: typed.StringValue) -> Value:
    return (text(expression.value),)


def lower_local(context: FunctionContext, expression: typed.LocalRead) -> Value:
    if expression.type is NEVER:
        # The initializer of the local never completes, so it has no registers.
        context.builder.unreachable()
        return ()
    return context.read(expression.local)
