"""Control flow in typed bodies: whether the end of a block is reachable, and infinite recursion.

Pure functions on typed statements (`language.md` §5.4, §5.7). Reports nothing.
"""

from __future__ import annotations

from typing import assert_never

from beskid.analysis import typed
from beskid.analysis.model.symbols import FunctionSymbol
from beskid.analysis.model.types import NEVER


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
        case typed.If(then=then, otherwise=otherwise):
            return otherwise is not None and block_diverges(then) and block_diverges(otherwise)
        case typed.While(condition=condition, body=body):
            is_endless = isinstance(condition, typed.BoolValue) and condition.value
            return is_endless and not _breaks(body)
        case typed.ForRange() | typed.ForArray() | typed.ForString() | typed.ForIterator():
            return False
        case _:
            assert_never(statement)


def _breaks(block: typed.Block) -> bool:
    """Return whether a `break` in the block exits the enclosing loop."""
    for statement in block.statements:
        if isinstance(statement, typed.Break):
            return True
        if isinstance(statement, typed.If):
            if _breaks(statement.then) or (statement.otherwise is not None and _breaks(statement.otherwise)):
                return True
        elif isinstance(statement, typed.Evaluate | typed.Let):
            value = statement.expression if isinstance(statement, typed.Evaluate) else statement.value
            if _expression_breaks(value):
                return True
    return False


def _expression_breaks(expression: typed.Expression) -> bool:
    if isinstance(expression, typed.BlockValue):
        return _breaks(expression.block)
    if isinstance(expression, typed.Match):
        return any(_expression_breaks(arm.body) for arm in expression.arms)
    return False


def always_recurses(function: FunctionSymbol, block: typed.Block) -> bool:
    """Return whether every path through the body calls the function itself before it returns."""
    for statement in block.statements:
        if isinstance(statement, typed.Return):
            return statement.value is not None and _calls(function, statement.value)
        if isinstance(statement, typed.Break | typed.Continue):
            return False
        if isinstance(statement, typed.Let):
            if _calls(function, statement.value):
                return True
        elif isinstance(statement, typed.Evaluate):
            if _calls(function, statement.expression):
                return True
            if statement.expression.type is NEVER:
                return False
        elif isinstance(statement, typed.If):
            if _calls(function, statement.condition):
                return True
            if statement.otherwise is None:
                if _may_return(statement.then):
                    return False
            elif always_recurses(function, statement.then) and always_recurses(function, statement.otherwise):
                return True
            elif _may_return(statement.then) or _may_return(statement.otherwise):
                return False
        elif isinstance(statement, typed.While):
            if _calls(function, statement.condition):
                return True
            if _may_return(statement.body):
                return False
        elif _may_return(statement.body):
            return False
    return False


def _may_return(block: typed.Block) -> bool:
    """Return whether the block may exit other than at its end. May be true although it never does."""
    for statement in block.statements:
        if isinstance(statement, typed.Return | typed.Break | typed.Continue):
            return True
        if isinstance(statement, typed.If):
            if _may_return(statement.then) or (statement.otherwise is not None and _may_return(statement.otherwise)):
                return True
        elif isinstance(statement, typed.While | typed.ForRange | typed.ForArray | typed.ForString | typed.ForIterator):
            if _may_return(statement.body):
                return True
        elif isinstance(statement, typed.Evaluate):
            if _may_leave(statement.expression):
                return True
        elif _may_leave(statement.value):
            return True
    return False


def _may_leave(expression: typed.Expression) -> bool:
    return isinstance(expression, typed.Match | typed.BlockValue | typed.Try) or expression.type is NEVER


def _calls(function: FunctionSymbol, expression: typed.Expression) -> bool:
    """Return whether evaluating the expression always calls the function."""
    if isinstance(expression, typed.Call):
        return expression.function is function or any(_calls(function, part) for part in expression.arguments)
    if isinstance(expression, typed.Binary):
        return _calls(function, expression.left) or _calls(function, expression.right)
    if isinstance(expression, typed.Logical):
        return _calls(function, expression.left)
    if isinstance(expression, typed.Unary | typed.Convert | typed.Try):
        return _calls(function, expression.operand)
    if isinstance(expression, typed.Assign):
        return _calls(function, expression.value)
    if isinstance(expression, typed.BuiltinCall | typed.IntrinsicCall | typed.EnumNew | typed.ConstraintCall):
        return any(_calls(function, part) for part in expression.arguments)
    if isinstance(expression, typed.Match):
        if _calls(function, expression.scrutinee):
            return True
        return bool(expression.arms) and all(
            arm.guard is None and _arm_recurses(function, arm.body) for arm in expression.arms
        )
    return False


def _arm_recurses(function: FunctionSymbol, body: typed.Expression) -> bool:
    if isinstance(body, typed.BlockValue):
        return always_recurses(function, body.block)
    return _calls(function, body)
