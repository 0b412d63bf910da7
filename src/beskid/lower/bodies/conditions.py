"""Conditions: short-circuit operators, and control flow without a boolean in a register."""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.types import BOOL
from beskid.ir.builder import boolean
from beskid.ir.model import Block, IntConstant, IRType
from beskid.lower.bodies.context import FunctionContext, Value
from beskid.lower.bodies.dispatch import lower_operand
from beskid.syntax.operators import stops_at


def lower_condition(context: FunctionContext, condition: typed.Expression, then: Block, otherwise: Block) -> None:
    """Branch to one of two blocks on a boolean expression."""
    builder = context.builder
    if isinstance(condition, typed.Logical):
        decides_then = stops_at(condition.operator)
        between = builder.new_block("or" if decides_then else "and")
        if decides_then:
            lower_condition(context, condition.left, then, between)
        else:
            lower_condition(context, condition.left, between, otherwise)
        builder.position(between)
        lower_condition(context, condition.right, then, otherwise)
        return
    if isinstance(condition, typed.Unary) and condition.operator == "!":
        lower_condition(context, condition.operand, otherwise, then)
        return
    operand = lower_operand(context, condition, BOOL)
    if isinstance(operand, IntConstant):
        builder.jump(then if operand.value else otherwise)
        return
    builder.branch(operand, then, otherwise)


def lower_logical(context: FunctionContext, expression: typed.Logical) -> Value:
    """`&&` or `||` as a value: the right side is only evaluated if the left one does not decide."""
    decisive = stops_at(expression.operator)
    builder = context.builder
    left = lower_operand(context, expression.left, BOOL)
    if isinstance(left, IntConstant):
        if bool(left.value) is decisive:
            return (boolean(decisive),)
        return (lower_operand(context, expression.right, BOOL),)
    result = context.temporary((IRType.I1,))
    right, skip, join = builder.new_block("right"), builder.new_block("skip"), builder.new_block("join")
    builder.branch(left, skip if decisive else right, right if decisive else skip)
    builder.position(right)
    context.store(result, (lower_operand(context, expression.right, BOOL),))
    builder.jump(join)
    builder.position(skip)
    context.store(result, (boolean(decisive),))
    builder.jump(join)
    builder.position(join)
    return result
