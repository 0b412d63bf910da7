"""Results of name lookup: what a name, a path or a type expression denotes. Plain data."""

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
    """What a name or path denotes: an item, a module, or both (`language.md` §6.3). At least one of them is set."""

    item: Symbol | None
    module: ModuleSymbol | None

    @property
    def symbol(self) -> Symbol:
        """Return the item if there is one, and the module otherwise."""
        if self.item is not None:
            return self.item
        assert self.module is not None
        return self.module


@node
class TypeReference:
    """A type named in an expression. `arguments` is None where the type is generic and no arguments are written."""

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
    """The prefix of a dotted expression that denotes something.

    `prefix` is the sub-expression that denotes `meaning`, and `consumed` its number of segments; the remaining segments
    are
    members of it. Written type arguments are on the nodes.
    """

    meaning: Meaning
    prefix: tree.NameExpression | tree.MemberExpression
    consumed: int
