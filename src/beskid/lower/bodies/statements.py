"""Statements except loops: declarations, `return`, `if`, blocks and expressions."""

from __future__ import annotations

from beskid.analysis import typed
from beskid.lower.bodies.conditions import lower_condition
from beskid.lower.bodies.context import NOTHING, FunctionContext, Value
from beskid.lower.bodies.dispatch import lower, lower_as, lower_block


def lower_let(context: FunctionContext, statement: typed.Let) -> None:
    value = lower_as(context, statement.value, statement.local.type)
    if context.builder.is_open():
        context.bind(statement.local, value, statement.span.end)


def lower_return(context: FunctionContext, statement: typed.Return) -> None:
    if statement.value is None:
        context.leave(NOTHING)
        return
    value = lower_as(context, statement.value, context.result)
    context.at(statement.span)
    context.leave(value if context.shape(context.result) else NOTHING)


def lower_evaluate(context: FunctionContext, statement: typed.Evaluate) -> None:
    lower(context, statement.expression)


def lower_if(context: FunctionContext, statement: typed.If) -> None:
    builder = context.builder
    then, join = builder.new_block("then"), builder.new_block("endif")
    otherwise = builder.new_block("else") if statement.otherwise is not None else join
    lower_condition(context, statement.condition, then, otherwise)
    builder.position(then)
    lower_block(context, statement.then)
    if statement.otherwise is not None:
        builder.jump(join)
        builder.position(otherwise)
        lower_block(context, statement.otherwise)
    builder.fall_into(join)


def lower_block_value(context: FunctionContext, expression: typed.BlockValue) -> Value:
    """Return the value at the end of a block."""
    lower_block(context, expression.block)
    if expression.value is None:
        return NOTHING
    context.count(expression.value.span)
    return lower_as(context, expression.value, expression.type)
