"""Semantic tokens: what each name of a text denotes, in the terms of the protocol's legend."""

from __future__ import annotations

from typing import Final

from beskid.analysis.model.occurrences import Occurrence
from beskid.analysis.model.symbols import (
    AttributeSymbol,
    ConstSymbol,
    ContractSymbol,
    EnumSymbol,
    EventSymbol,
    FieldSymbol,
    FunctionSymbol,
    LocalSymbol,
    ModuleSymbol,
    StructSymbol,
    Symbol,
    TypeParameterSymbol,
    VariantSymbol,
)
from beskid.analysis.model.world import CORE_LIBRARY
from beskid.base.node import node
from beskid.ide.snapshot import Snapshot
from beskid.source.text import SourceText, Span

KINDS: Final = (
    "namespace", "struct", "enum", "interface", "typeParameter", "parameter", "variable", "property", "enumMember",
    "event", "function", "method", "decorator",
)  # fmt: skip
MODIFIERS: Final = ("declaration", "readonly", "defaultLibrary", "mutable")
"""`mutable` is not in the protocol's legend: editors ignore it unless a theme names it."""

_OF_SYMBOL: Final[dict[type, str]] = {
    AttributeSymbol: "decorator",
    ConstSymbol: "variable",
    ContractSymbol: "interface",
    EnumSymbol: "enum",
    EventSymbol: "event",
    FieldSymbol: "property",
    ModuleSymbol: "namespace",
    StructSymbol: "struct",
    TypeParameterSymbol: "typeParameter",
    VariantSymbol: "enumMember",
}
"""The kinds that follow from the class. Functions and locals have two kinds each."""


@node
class SemanticToken:
    """A name on one line. `modifiers` are in the order of `MODIFIERS`."""

    span: Span
    kind: str
    modifiers: tuple[str, ...]


def semantic_tokens(snapshot: Snapshot, source: SourceText, within: Span | None = None) -> list[SemanticToken]:
    """Return the names of a text, or of a part of it, in their order. No two overlap."""
    snapshot.require(source)
    found: list[SemanticToken] = []
    end = 0
    for span, occurrence in sorted(snapshot.names_in(source).items(), key=lambda each: each[0]):
        is_outside = within is not None and (span.end <= within.start or span.start >= within.end)
        if is_outside or span.start < end or span.end <= span.start:
            continue
        end = span.end
        found.append(SemanticToken(span, _kind(occurrence), _modifiers(snapshot, source, span, occurrence)))
    return found


def _kind(occurrence: Occurrence) -> str:
    target = occurrence.target
    if isinstance(target, LocalSymbol):
        return "parameter" if target.is_parameter else "variable"
    if isinstance(target, FunctionSymbol):
        return "function" if target.receiver is None else "method"
    return _OF_SYMBOL[type(target)]


def _modifiers(snapshot: Snapshot, source: SourceText, span: Span, occurrence: Occurrence) -> tuple[str, ...]:
    target = occurrence.target
    place = snapshot.place_of(target, occurrence.owner, source)
    found: list[str] = []
    if place is not None and place.source is source and place.span == span:
        found.append("declaration")
    if isinstance(target, ConstSymbol | VariantSymbol) or (isinstance(target, LocalSymbol) and not target.is_mut):
        found.append("readonly")
    module = target if isinstance(target, ModuleSymbol) else target.module if isinstance(target, Symbol) else None
    if module is not None and module.package == CORE_LIBRARY:
        found.append("defaultLibrary")
    if isinstance(target, LocalSymbol) and target.is_mut:
        found.append("mutable")
    return tuple(found)
