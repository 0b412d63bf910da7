"""Conditions: short circuit, and control flow that needs no boolean in a register."""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.types import BOOL
from beskid.ir.builder import boolean
from beskid.ir.model import Block, IntConstant, IRType
from beskid.lower.bodies.context import FunctionContext, Value
from beskid.lower.bodies.dispatch import lower_operand


def lower_condition(context: FunctionContext, condition: typed.Expression, then: Block, otherwise: Block) -> None:
    """Jump to one of two blocks by a boolean expression."""
    builder = context.builder
    if isinstance(condition, typed.Logical):
        between = builder.new_block("and" if condition.operator == "&&" else "or")
        if condition.operator == "&&":
            lower_condition(context, condition.left, between, otherwise)
        else:
            lower_condition(context, condition.left, then, between)
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
    """`&&` or `||` as a value: the right side runs only when it decides."""
    builder = context.builder
    left = lower_operand(context, expression.left, BOOL)
    is_and = expression.operator == "&&"
    if isinstance(left, IntConstant):
        if bool(left.value) is is_and:
            return (lower_operand(context, expression.right, BOOL),)
        return (boolean(not is_and),)
    result = context.temporary((IRType.I1,))
    right, skip, join = builder.new_block("right"), builder.new_block("skip"), builder.new_block("join")
    builder.branch(left, right if is_and else skip, skip if is_and else right)
    builder.position(right)
    context.store(result, (lower_operand(context, expression.right, BOOL),))
    builder.jump(join)
    builder.position(skip)
    context.store(result, (boolean(not is_and),))
    builder.jump(join)
    builder.position(join)
    return result
