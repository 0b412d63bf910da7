"""Occurrences: what each name of a program denotes, noted while the program is checked, for editors.

A world has `occurrences` only when an editor asks for them; `beskid check` and the compiler note nothing. An expression
that is checked twice is noted twice, and the last note is the one that counts.
"""

from __future__ import annotations

from typing import TypeAlias

from beskid.analysis.model.symbols import (
    EventSymbol,
    FieldSymbol,
    LocalSymbol,
    Symbol,
    Type,
    TypeSymbol,
    VariantSymbol,
)
from beskid.base.node import node
from beskid.source.text import SourceText, Span

Target: TypeAlias = Symbol | LocalSymbol | FieldSymbol | EventSymbol | VariantSymbol


@node
class Occurrence:
    """What a name denotes. `owner` is the type that declares a field, an event or a variant."""

    target: Target
    owner: TypeSymbol | None


class Occurrences:
    """The names of all texts, the locals that bodies declare, and the types of the values before a dot."""

    __slots__ = ("locals", "names", "receivers", "shorthands")

    def __init__(self) -> None:
        self.names: dict[SourceText, dict[Span, Occurrence]] = {}
        self.locals: dict[SourceText, dict[Span, LocalSymbol]] = {}
        """The last local declared at each span."""
        self.receivers: dict[SourceText, dict[int, Type]] = {}
        """The type of the value before a dot, by the offset of the name after it."""

        self.shorthands: dict[SourceText, dict[Span, Occurrence]] = {}
        """The fields of initializers that stand for `name: name`. In `names` they denote the value."""

    def note(self, source: SourceText, span: Span, target: Target, owner: TypeSymbol | None = None) -> None:
        names = self.names.get(source)
        if names is None:
            names = self.names[source] = {}
        names[span] = Occurrence(target, owner)

    def note_initializer(
        self, source: SourceText, span: Span, field: FieldSymbol, owner: TypeSymbol, is_short: bool
    ) -> None:
        if is_short:
            self.shorthands.setdefault(source, {})[span] = Occurrence(field, owner)
        else:
            self.note(source, span, field, owner)

    def note_local(self, source: SourceText, local: LocalSymbol) -> None:
        self.locals.setdefault(source, {})[local.span] = local
        if local.name != "this":
            self.note(source, local.span, local)

    def note_receiver(self, source: SourceText, offset: int, type: Type) -> None:
        self.receivers.setdefault(source, {})[offset] = type
