"""Dispatch: lowering of an expression or statement by its node type, and the order of evaluation.

The handlers are those of the context (`handlers.py` lists them); they call back through this module only. Evaluation
is left to right; an operand that is a variable's register is copied when a later operand may assign.
"""

from __future__ import annotations

from collections.abc import Sequence

from beskid.analysis import typed
from beskid.analysis.model.types import NEVER, Type
from beskid.ir.model import Operand
from beskid.lower.bodies.context import NOTHING, FunctionContext, Value, zero_value


def lower(context: FunctionContext, expression: typed.Expression) -> Value:
    """Lower an expression. Return its components."""
    if not context.builder.is_open():
        return zero_value(context.shape(expression.type))
    return context.handlers.expressions[type(expression)](context, expression)


def lower_as(context: FunctionContext, expression: typed.Expression, wanted: Type) -> Value:
    """Lower an expression where a value of type `wanted` is expected; one that never returns becomes zeros."""
    value = lower(context, expression)
    if expression.type is NEVER:
        return zero_value(context.shape(wanted))
    return value


def lower_operand(context: FunctionContext, expression: typed.Expression, wanted: Type | None = None) -> Operand:
    """Lower an expression whose type has one component. Return the component."""
    value = lower_as(context, expression, expression.type if wanted is None else wanted)
    if len(value) != 1:
        raise AssertionError(f"one component expected, got {len(value)} for {expression.type!r}")
    return value[0]


def lower_all(
    context: FunctionContext, expressions: Sequence[typed.Expression], wanted: Sequence[Type] | None = None
) -> list[Value]:
    """Lower expressions from left to right."""
    values: list[Value] = []
    last_assigning = -1
    for position, expression in enumerate(expressions):
        value = lower_as(context, expression, expression.type if wanted is None else wanted[position])
        if context.is_volatile(value):
            if last_assigning < 0:
                last_assigning = _last_assigning(expressions)
            if position < last_assigning:
                value = context.snapshot(value)
        values.append(value)
    return values


def _last_assigning(expressions: Sequence[typed.Expression]) -> int:
    """Return the position of the last expression that may assign a local, 0 if none does."""
    return max([position for position, expression in enumerate(expressions) if may_assign(expression)], default=0)


def lower_block(context: FunctionContext, block: typed.Block) -> None:
    """Lower the statements of a block, up to one that never completes."""
    recorder = context.recorder
    if recorder is not None:
        recorder.ends.append(block.span.end)
    for statement in block.statements:
        if not context.builder.is_open():
            break
        lower_statement(context, statement)
    if recorder is not None:
        recorder.ends.pop()


def lower_statement(context: FunctionContext, statement: typed.Statement) -> None:
    context.at(statement.span)
    context.count(statement.span)
    recorder = context.recorder
    # What a `let` declares is visible after it, what other statements declare is visible in them.
    if recorder is None or type(statement) is typed.Let:
        context.handlers.statements[type(statement)](context, statement)
        return
    recorder.ends.append(statement.span.end)
    context.handlers.statements[type(statement)](context, statement)
    recorder.ends.pop()


def flatten(values: Sequence[Value]) -> Value:
    """Concatenate the components of several values."""
    return tuple([operand for value in values for operand in value])


def nothing(_context: FunctionContext, _expression: typed.UnitValue) -> Value:
    """`unit` has no registers."""
    return NOTHING


_INERT = (
    typed.IntegerValue,
    typed.FloatValue,
    typed.BoolValue,
    typed.StringValue,
    typed.UnitValue,
    typed.LocalRead,
    typed.FunctionReference,
    typed.Lambda,
)


def may_assign(expression: typed.Expression) -> bool:
    """Return whether evaluating the expression may assign a local of the function; errs on the safe side."""
    if isinstance(expression, _INERT):
        return False
    match expression:
        case typed.FieldRead():
            return may_assign(expression.object)
        case typed.BoundMethod():
            return may_assign(expression.receiver)
        case typed.IndexRead():
            return may_assign(expression.object) or may_assign(expression.index)
        case typed.Binary() | typed.Logical():
            return may_assign(expression.left) or may_assign(expression.right)
        case typed.Unary() | typed.Convert() | typed.Stringify() | typed.Try() | typed.ContractValue():
            return may_assign(expression.operand)
        case typed.Call() | typed.ConstraintCall() | typed.BuiltinCall() | typed.IntrinsicCall() | typed.EnumNew():
            return any(may_assign(argument) for argument in expression.arguments)
        case typed.ContractCall():
            return any(may_assign(argument) for argument in expression.arguments)
        case typed.Interpolation():
            return any(may_assign(part) for part in expression.parts)
        case typed.ValueCall():
            return may_assign(expression.callee) or any(may_assign(argument) for argument in expression.arguments)
        case typed.StructNew():
            return any(may_assign(initial) for _, initial in expression.fields)
        case typed.ArrayNew():
            return any(may_assign(element) for element in expression.elements)
        case _:
            return True
