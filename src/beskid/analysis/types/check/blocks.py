"""Blocks: a scope, its statements in order, and the value at its end (decision L25)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from beskid.analysis import typed
from beskid.analysis.model.types import ERROR, NEVER, UNIT, InferenceVariable, Type, show_type
from beskid.analysis.model.unify import prune
from beskid.analysis.names.lints import ENTRY_NAMES
from beskid.analysis.types import flow
from beskid.analysis.types.check.conversions import error_value
from beskid.analysis.types.check.dispatch import check, infer
from beskid.analysis.types.check.finish import finish
from beskid.analysis.types.check.state import BodyChecker
from beskid.analysis.types.check.tails import gives_value, tail_of
from beskid.source.codes import E1206, W1403
from beskid.source.diagnostics import Edit, Fix
from beskid.source.text import Span
from beskid.syntax import tree

TailRule: TypeAlias = Callable[[BodyChecker, tree.Expression], typed.Statement | None]
"""What becomes of the value at the end of a block; with None, it was stored elsewhere or reported."""


def check_block(
    checker: BodyChecker,
    block: tree.Block,
    opens_scope: bool = True,
    tail: TailRule | None = None,
    drops: bool = False,
) -> typed.Block:
    """Check a block. With `opens_scope` False, its locals belong to the scope that the caller opened.

    `tail` takes the value at the end. Without it, the block is one of type `unit`, where a value is an error; with
    `drops`, the value is that of a statement.
    """
    if opens_scope:
        checker.scopes.append({})
    statements: list[typed.Statement] = []
    has_left = False
    has_warned = False
    value = tail_of(block)
    if value is not None and (drops or (tail is None and _is_statement(value)) or not gives_value(value)):
        value = None
    for index, statement in enumerate(block.statements):
        if has_left and not has_warned:
            has_warned = True
            checker.warning(
                W1403,
                "unreachable code",
                statement.span,
                "control never passes the previous statement",
                "remove it or move it up",
            )
        checker.blocks.append((block.statements, index))
        if value is not None and index == len(block.statements) - 1:
            checked = (tail or _unit_tail)(checker, value)
        else:
            checked = checker.rules.statements[type(statement)](checker, statement)
        checker.blocks.pop()
        if checked is None:
            continue
        statements.append(checked)
        has_left = has_left or flow.leaves_directly(checked)
    if opens_scope:
        checker.scopes.pop()
    return typed.Block(block.span, tuple(statements))


def _is_statement(expression: tree.Expression) -> bool:
    return isinstance(expression, tree.MatchExpression | tree.IfExpression | tree.BlockExpression)


def _unit_tail(checker: BodyChecker, expression: tree.Expression) -> typed.Statement:
    mark = len(checker.open_variables)
    value = infer(checker, expression)
    finish(checker, mark, value)
    type = prune(value.type)
    if type not in (UNIT, NEVER, ERROR):
        _report_value(checker, expression, type)
        value = error_value(expression.span)
    return typed.Evaluate(expression.span, value)


def _report_value(checker: BodyChecker, expression: tree.Expression, type: Type) -> None:
    end = Span(expression.span.end, expression.span.end)
    function = checker.function
    help = "write `;` after it to drop the value"
    if function is not None and len(checker.frames) == 1 and _is_end_of(function.tree, checker):
        help += f", or declare the result: `{show_type(type)} {function.name}(…)`"
    checker.error(
        E1206,
        f"expected `unit`, got `{show_type(type)}`",
        expression.span,
        f"this is `{show_type(type)}`",
        help,
        fixes=(Fix("insert `;`", (Edit(checker.source, end, ";"),), safe=True),),
    )


def _is_end_of(item: object, checker: BodyChecker) -> bool:
    """Return whether the block being checked is the body of the function."""
    return (
        isinstance(item, tree.FunctionItem)
        and item.body is not None
        and item.name.text not in ENTRY_NAMES
        and item.body.statements is checker.blocks[-1][0]
    )


def block_expression(
    checker: BodyChecker, expression: tree.BlockExpression, expected: Type | None, is_dropped: bool = False
) -> typed.Expression:
    """Check a block as a value. With `is_dropped`, a value of any type may be at its end."""
    wanted = None if expected is None or is_dropped else prune(expected)
    if isinstance(wanted, InferenceVariable):
        wanted = None
    found: list[typed.Expression] = []

    def keep(checker: BodyChecker, tail: tree.Expression) -> typed.Statement | None:
        # The statement around the block completes the inference of a value that it takes.
        found.append(infer(checker, tail) if wanted is None else check(checker, tail, wanted))
        return None

    block = check_block(checker, expression.block, tail=None if wanted is UNIT else keep, drops=is_dropped)
    value = found[0] if found else None
    last = block.statements[-1] if block.statements else None
    end = last.expression if value is None and isinstance(last, typed.Evaluate) else value
    if end is not None and end.type is ERROR:
        return error_value(expression.span)
    type = UNIT if value is None else value.type
    return typed.BlockValue(expression.span, NEVER if flow.block_diverges(block) else type, block, value)
