"""Patterns of `match` arms."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from beskid.base.node import node
from beskid.source.text import Span

if TYPE_CHECKING:
    from beskid.syntax.tree.expressions import (
        BoolLiteral,
        CharLiteral,
        FloatLiteral,
        IntegerLiteral,
        MemberExpression,
        NameExpression,
        StringLiteral,
    )
    from beskid.syntax.tree.names import Name


@node
class WildcardPattern:
    id: int
    span: Span


@node
class BindingPattern:
    id: int
    span: Span
    name: Name


@node
class LiteralPattern:
    """`literal` is an integer, float, bool, char or plain string literal; `negative` for a leading `-`."""

    id: int
    span: Span
    negative: bool
    literal: IntegerLiteral | FloatLiteral | BoolLiteral | CharLiteral | StringLiteral


@node
class RangePattern:
    """`low..=high`, both included; the bounds are numbers or characters."""

    id: int
    span: Span
    low: LiteralPattern
    high: LiteralPattern


@node
class OrPattern:
    """`a | b`; there are at least two alternatives, none of which is an `OrPattern`."""

    id: int
    span: Span
    alternatives: tuple[Pattern, ...]


@node
class EnumPattern:
    """`Prefix::Variant(subpatterns)`; `fields` is None when no parentheses were written."""

    id: int
    span: Span
    prefix: NameExpression | MemberExpression
    variant: Name
    fields: tuple[Pattern, ...] | None


@node
class ErrorPattern:
    """`fields` are the patterns inside it, whose names are bound."""

    id: int
    span: Span
    fields: tuple[Pattern, ...]


Pattern: TypeAlias = (
    WildcardPattern | BindingPattern | LiteralPattern | RangePattern | OrPattern | EnumPattern | ErrorPattern
)
