"""Blocks: a scope and its statements in order, with a warning for unreachable code."""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.types import flow
from beskid.analysis.types.check.state import BodyChecker
from beskid.source.codes import W1403
from beskid.syntax import tree


def check_block(checker: BodyChecker, block: tree.Block, opens_scope: bool = True) -> typed.Block:
    """Check a block. With `opens_scope` False, its locals belong to the scope that the caller opened."""
    if opens_scope:
        checker.scopes.append({})
    statements: list[typed.Statement] = []
    has_left = False
    has_warned = False
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
        checked = checker.rules.statements[type(statement)](checker, statement)
        checker.blocks.pop()
        if checked is None:
            continue
        statements.append(checked)
        has_left = has_left or flow.leaves_directly(checked)
    if opens_scope:
        checker.scopes.pop()
    return typed.Block(block.span, tuple(statements))
