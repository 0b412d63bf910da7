"""Statements and blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from beskid.base.node import node
from beskid.source.text import Span

if TYPE_CHECKING:
    from beskid.syntax.tree.expressions import Expression
    from beskid.syntax.tree.names import Name, TypeSyntax


@node
class Block:
    id: int
    span: Span
    statements: tuple[Statement, ...]


@node
class LetStatement:
    """`T [mut] x = e;`, `mut T x = e;`, `let [mut] x = e;`, `let T x = e;`; `type` is None when inferred."""

    id: int
    span: Span
    is_mut: bool
    type: TypeSyntax | None
    name: Name
    value: Expression


@node
class WhileStatement:
    id: int
    span: Span
    condition: Expression
    body: Block


@node
class ForStatement:
    """`position` is the first name of `for i, x in e`, and None in `for x in e`."""

    id: int
    span: Span
    position: Name | None
    name: Name
    iterable: Expression
    body: Block


@node
class ExpressionStatement:
    """`ends` tells whether a `;` follows. Without one, the last statement of a block may be the value of the block."""

    id: int
    span: Span
    expression: Expression
    ends: bool


@node
class ErrorStatement:
    """A statement that could not be parsed. `partial` is the last member expression in it."""

    id: int
    span: Span
    partial: Expression | None = None


Statement: TypeAlias = LetStatement | WhileStatement | ForStatement | ExpressionStatement | ErrorStatement
