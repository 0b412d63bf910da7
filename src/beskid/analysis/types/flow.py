"""Control flow in typed bodies: whether the end of a block is reachable, and infinite recursion.

Pure functions on typed statements (`language.md` §5.4, §5.7). Reports nothing.
"""

from __future__ import annotations

from typing import assert_never

from beskid.analysis import typed
from beskid.analysis.model.symbols import FunctionSymbol
from beskid.analysis.model.types import NEVER
from beskid.analysis.types.walk import children

_LOOPS = typed.While | typed.ForRange | typed.ForArray | typed.ForString | typed.ForIterator


def block_diverges(block: typed.Block) -> bool:
    """Return whether no path reaches the end of the block."""
    # A loop and not `any`: blocks nest deeply, and a generator would cost native stack at every level.
    for statement in block.statements:  # noqa: SIM110
        if diverges(statement):
            return True
    return False


def leaves_directly(statement: typed.Statement) -> bool:
    """Return whether the statement itself transfers control:

    `return`, `break`, `continue`, or a call that never returns.
    """
    if isinstance(statement, typed.Return | typed.Break | typed.Continue):
        return True
    if isinstance(statement, typed.Evaluate):
        return statement.expression.type is NEVER and not isinstance(statement.expression, typed.Match)
    return isinstance(statement, typed.Let) and statement.value.type is NEVER


def diverges(statement: typed.Statement) -> bool:
    """Return whether control never passes the statement."""
    match statement:
        case typed.Return() | typed.Break() | typed.Continue():
            return True
        case typed.Evaluate(expression=value) | typed.Let(value=value):
            return value.type is NEVER
        case typed.If(condition=condition, then=then, otherwise=otherwise):
            if condition.type is NEVER:
                return True
            return otherwise is not None and block_diverges(then) and block_diverges(otherwise)
        case typed.While(condition=condition, body=body):
            is_endless = isinstance(condition, typed.BoolValue) and condition.value
            return condition.type is NEVER or (is_endless and not _breaks(body))
        case typed.ForRange(start=start, end=end, step=step):
            return NEVER in (start.type, end.type) or (step is not None and step.type is NEVER)
        case typed.ForArray() | typed.ForString() | typed.ForIterator():
            return False
        case _:
            assert_never(statement)


def _breaks(block: typed.Block) -> bool:
    """Return whether a `break` in the block exits the enclosing loop."""
    pending: list[object] = [block]
    while pending:
        part = pending.pop()
        if isinstance(part, typed.Break):
            return True
        if isinstance(part, _LOOPS):
            pending.extend(child for child in children(part) if child is not part.body)
        elif not isinstance(part, typed.Lambda):
            pending.extend(children(part))
    return False


def leaves_within(root: object) -> bool:
    """Return whether evaluating the node may leave the function or a loop around it, or never complete."""
    pending: list[object] = [root]
    while pending:
        part = pending.pop()
        if isinstance(part, typed.Return | typed.Break | typed.Continue | typed.Try):
            return True
        if getattr(part, "type", None) is NEVER:
            return True
        if not isinstance(part, typed.Lambda):
            pending.extend(children(part))
    return False


def always_recurses(function: FunctionSymbol, block: typed.Block) -> bool:
    """Return whether every path through the body calls the function itself before it returns."""
    # Looking for every way out costs a pass over the body, which nearly no function needs.
    return _recurses(function, block, False) and _recurses(function, block, True)


def _recurses(function: FunctionSymbol, block: typed.Block, is_exact: bool) -> bool:
    """Return whether every path calls the function. Without `is_exact`, ways out inside statements are not seen."""
    for statement in block.statements:
        match statement:
            case typed.Return(value=value):
                return value is not None and _calls(function, value, is_exact)
            case typed.Break() | typed.Continue():
                return False
            case typed.Let(value=value) | typed.Evaluate(expression=value):
                if _calls(function, value, is_exact):
                    return True
                if value.type is NEVER:
                    return False
            case typed.If(condition=condition, then=then, otherwise=otherwise):
                if _calls(function, condition, is_exact):
                    return True
                branches = (then,) if otherwise is None else (then, otherwise)
                if len(branches) == 2 and all(_recurses(function, branch, is_exact) for branch in branches):
                    return True
            case typed.While(condition=condition):
                if _calls(function, condition, is_exact):
                    return True
            case _:
                pass
        if is_exact and leaves_within(statement):
            return False
    return False


def _calls(function: FunctionSymbol, expression: typed.Expression, is_exact: bool) -> bool:
    """Return whether evaluating the expression always calls the function."""
    if isinstance(expression, typed.Call):
        return expression.function is function or any(_calls(function, part, is_exact) for part in expression.arguments)
    if isinstance(expression, typed.Binary):
        return _calls(function, expression.left, is_exact) or _calls(function, expression.right, is_exact)
    if isinstance(expression, typed.Logical):
        return _calls(function, expression.left, is_exact)
    if isinstance(expression, typed.Unary | typed.Convert | typed.Try):
        return _calls(function, expression.operand, is_exact)
    if isinstance(expression, typed.Assign):
        return _calls(function, expression.value, is_exact)
    if isinstance(expression, typed.BuiltinCall | typed.IntrinsicCall | typed.EnumNew | typed.ConstraintCall):
        return any(_calls(function, part, is_exact) for part in expression.arguments)
    if isinstance(expression, typed.Match):
        if _calls(function, expression.scrutinee, is_exact):
            return True
        if is_exact and any(arm.guard is not None and leaves_within(arm.guard) for arm in expression.arms):
            return False
        return bool(expression.arms) and all(_arm_recurses(function, arm.body, is_exact) for arm in expression.arms)
    if isinstance(expression, typed.BlockValue):
        return _arm_recurses(function, expression, is_exact)
    return False


def _arm_recurses(function: FunctionSymbol, body: typed.Expression, is_exact: bool) -> bool:
    if isinstance(body, typed.BlockValue):
        if _recurses(function, body.block, is_exact):
            return True
        if body.value is None or (is_exact and leaves_within(body.block)):
            return False
        return _calls(function, body.value, is_exact)
    return _calls(function, body, is_exact)
