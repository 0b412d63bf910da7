"""What name lookup takes and gives: the place it looks from, and what a name or path denotes.

Plain values; the rules are in the modules beside this one.
"""

from __future__ import annotations

from beskid.analysis.model.symbols import (
    EnumSymbol,
    FunctionSymbol,
    ModuleSymbol,
    Symbol,
    TypeParameterSymbol,
    TypeSymbol,
)
from beskid.analysis.model.types import Type
from beskid.base.node import node
from beskid.source.text import SourceText, Span
from beskid.syntax import tree


class Context:
    """The place a name is looked up from: its module and what the enclosing declaration brings into scope.

    `symbol` is the declaration whose signature or body is read (so that a mention of itself is no use of it);
    `receiver` is the type of `this` or None; `is_extension` is set inside `extend type`. `is_declaration` decides the
    code of an unknown type: E1005 in declarations, E1201 in bodies.
    """

    __slots__ = ("is_declaration", "is_extension", "module", "receiver", "source", "symbol", "type_parameters")

    def __init__(
        self,
        module: ModuleSymbol,
        type_parameters: tuple[TypeParameterSymbol, ...] = (),
        receiver: Type | None = None,
        symbol: Symbol | None = None,
        is_extension: bool = False,
        is_declaration: bool = False,
    ) -> None:
        self.module = module
        self.source: SourceText = module.source
        self.type_parameters: dict[str, TypeParameterSymbol] = {}
        for parameter in type_parameters:
            self.type_parameters.setdefault(parameter.name, parameter)
        self.receiver = receiver
        self.symbol = symbol
        self.is_extension = is_extension
        self.is_declaration = is_declaration

    @property
    def function(self) -> FunctionSymbol | None:
        """The enclosing function, method or test."""
        return self.symbol if isinstance(self.symbol, FunctionSymbol) else None


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
