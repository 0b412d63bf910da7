"""Layout of blocks and statements.

A block that was written on one line stays there if it fits; every other block has one statement per line. The blocks
of one `if` are laid out alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from beskid.syntax import tree
from beskid.syntax.format.document import (
    HARD_LINE,
    LINE,
    NOTHING,
    SPACE,
    Document,
    concat,
    group,
    indent,
    line,
    text,
)
from beskid.syntax.format.expressions import ExpressionFormatter

_HEAD_LEVELS = 2
"""Continuation lines of a condition are indented deeper than the block after it."""


class StatementFormatter(ExpressionFormatter):
    """Lays out the body of a function."""

    def block(self, block: tree.Block, is_value: bool = False, follows: int = 0) -> Document:
        """Lay out a block; it is broken if the group with the key `follows` is."""
        if not block.statements:
            return self.empty_brackets(NOTHING if is_value else SPACE)
        return group(self._block_parts(block.statements, not self.on_one_line(self.position)), follows=follows)

    def _block_parts(self, statements: Sequence[tree.Statement], broken: bool) -> Document:
        # The lines of a block, without a group of their own.
        if not statements:
            return self.empty_brackets(SPACE)
        opening = self.take()
        edge = HARD_LINE if broken else LINE
        parts: list[Document] = [edge]
        for position, statement in enumerate(statements):
            if position:
                parts.append(line(blank=self.blank(), hard=broken))
            parts += [self.lead(), self.statement(statement)]
        remaining = self.lead()
        if remaining is not NOTHING:
            parts += [line(blank=self.blank(), hard=broken), remaining]
        return concat([opening, indent(concat(parts)), edge, self.take()])

    def statement(self, statement: tree.Statement) -> Document:
        """Format one statement."""
        match statement:
            case tree.LetStatement():
                return self._local(statement)
            case tree.WhileStatement():
                word = self.take()
                return self._loop([word, SPACE, self._head(statement.condition)], statement.body)
            case tree.ForStatement():
                head = [self.take(), SPACE]
                if statement.position is not None:
                    head += [self.take(), self.take(), SPACE]
                head += [self.take(), SPACE, self.take(), SPACE]
                return self._loop([*head, self._head(statement.iterable)], statement.body)
            case tree.ExpressionStatement():
                content = self.expression(statement.expression)
                return concat([content, self.take()]) if statement.ends else content
            case tree.ErrorStatement():
                raise AssertionError("cannot format a file with errors")
            case _:
                assert_never(statement)

    def _head(self, expression: tree.Expression) -> Document:
        return self.expression(expression, _HEAD_LEVELS)

    def _loop(self, head: list[Document], body: tree.Block) -> Document:
        broken = not self.on_one_line(self.position)
        return group(concat([*head, SPACE, self._block_parts(body.statements, broken)]))

    def if_expression(self, expression: tree.IfExpression, levels: int) -> Document:
        """Lay out an `if` with all its branches."""
        broken = "\n" in self.source[expression.then.span.start : expression.span.end]
        parts: list[Document] = []
        current: tree.IfExpression | tree.Block | None = expression
        while isinstance(current, tree.IfExpression):
            word = self.take()
            parts += [word, SPACE, self._head(current.condition), SPACE]
            parts.append(self._block_parts(current.then.statements, broken))
            current = current.otherwise
            if current is not None:
                parts += [SPACE, self.take(), SPACE]
        if current is not None:
            parts.append(self._block_parts(current.statements, broken))
        return group(concat(parts))

    def _local(self, statement: tree.LetStatement) -> Document:
        # `mut T x`, `T mut x`, `let [mut] x`: a `mut` before a type moves after it.
        parts: list[Document] = []
        if self.kind == "let":
            parts += [self.take(), SPACE]
        moves = statement.type is not None and self.kind == "mut"
        if moves:
            parts.append(self.drop())
        elif self.kind == "mut":
            parts += [self.take(), SPACE]
        if statement.type is not None:
            parts += [self.inline(statement.type.span.end), SPACE]
        if self.kind == "mut":
            parts += [self.take(), SPACE]
        elif moves:
            parts += [text("mut"), SPACE]
        parts += [self.take(), SPACE, self.take(), self.assigned(statement.value), self.take()]
        return concat(parts)
