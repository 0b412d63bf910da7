"""Results of name lookup: what a name, a path or a type expression denotes. Plain values without rules."""

from __future__ import annotations

from beskid.analysis.model.symbols import (
    EnumSymbol,
    ModuleSymbol,
    Symbol,
    TypeParameterSymbol,
    TypeSymbol,
)
from beskid.analysis.model.types import Type
from beskid.base.node import node
from beskid.source.text import Span
from beskid.syntax import tree


@node
class Meaning:
    """What a name or path denotes: an item, a module, or both (`language.md` §6.3); one of them is always set."""

    item: Symbol | None
    module: ModuleSymbol | None

    @property
    def symbol(self) -> Symbol:
        """The item where there is one, else the module."""
        if self.item is not None:
            return self.item
        assert self.module is not None
        return self.module


@node
class TypeReference:
    """A type named in an expression; `arguments` is None where the type is generic and none were written."""

    symbol: TypeSymbol | TypeParameterSymbol
    arguments: tuple[Type, ...] | None
    span: Span


@node
class EnumReference:
    """The enum of `E::V`; `arguments` is None where they must be inferred."""

    symbol: EnumSymbol
    arguments: tuple[Type, ...] | None
    span: Span


@node
class MemberPath:
    """The part of a dotted expression that names something.

    `prefix` is the sub-expression that denotes `meaning` and `consumed` its number of segments; what follows it in
    the whole expression are members of it. Type arguments, where written, are on the nodes.
    """

    meaning: Meaning
    prefix: tree.NameExpression | tree.MemberExpression
    consumed: int
