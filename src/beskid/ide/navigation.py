"""Hover, definition, type definition, references and highlights."""

from __future__ import annotations

from beskid.analysis.model.occurrences import Target
from beskid.analysis.model.symbols import ContractSymbol, FunctionSymbol, LocalSymbol, Symbol, Type, TypeSymbol
from beskid.analysis.model.types import ArrayType, TypeParameterType
from beskid.analysis.model.unify import prune
from beskid.base.node import node
from beskid.ide.describe import declaration, documentation
from beskid.ide.snapshot import Named, Place, Snapshot
from beskid.source.text import SourceText, Span


@node
class Hover:
    """A declaration on one line, and documentation in Markdown."""

    span: Span
    code: str
    documentation: str


def hover(snapshot: Snapshot, source: SourceText, offset: int) -> Hover | None:
    found = snapshot.named_at(source, offset)
    if found is None:
        return None
    if isinstance(found.target, Symbol):
        snapshot.world.ensure(found.target)
    own = snapshot.module_of(source)
    text = declaration(found.target, found.owner, own.program if own is not None else None)
    module = found.target.module if isinstance(found.target, Symbol) else None
    origin = f"`{module.dotted()}`" if module is not None and module.path and module.source is not source else ""
    docs = documentation(found.target, found.owner)
    return Hover(found.span, text, "\n\n".join([part for part in (docs, origin) if part]))


def definition(snapshot: Snapshot, source: SourceText, offset: int) -> Place | None:
    found = snapshot.named_at(source, offset)
    return None if found is None else snapshot.place_of(found.target, found.owner, source)


def type_definition(snapshot: Snapshot, source: SourceText, offset: int) -> Place | None:
    """Return the declaration of the type of the name at an offset."""
    found = snapshot.named_at(source, offset)
    if found is None:
        return None
    type: Type | None = getattr(found.target, "type", None)
    if isinstance(found.target, FunctionSymbol):
        type = found.target.result
    while type is not None:
        type = prune(type)
        if isinstance(type, ArrayType):
            type = type.element
            continue
        symbol = getattr(type, "symbol", None)
        if isinstance(symbol, TypeSymbol) or isinstance(type, TypeParameterType):
            return Place(symbol.source, symbol.name_span) if isinstance(symbol, Symbol) else None
        return None
    return None


def implementations(snapshot: Snapshot, source: SourceText, offset: int) -> list[Place]:
    """Return the types that conform to a contract, or the methods that implement one of its methods."""
    found = snapshot.named_at(source, offset)
    if found is None:
        return []
    if isinstance(found.target, ContractSymbol):
        return [Place(symbol.source, symbol.name_span) for symbol in conforming(snapshot, found.target)]
    if isinstance(found.target, FunctionSymbol):
        group = related(snapshot, found.target)
        methods = [each for each in group if isinstance(each, FunctionSymbol) and each.contract is None]
        return [Place(each.source, each.name_span) for each in methods]
    return []


def conforming(snapshot: Snapshot, contract: TypeSymbol) -> list[TypeSymbol]:
    """Return the types that conform to a contract, and the contracts that embed it."""
    return [symbol for symbol in types_of(snapshot) if any(each.symbol is contract for each in symbol.conformances)]


def types_of(snapshot: Snapshot) -> list[TypeSymbol]:
    found: list[TypeSymbol] = []
    for module in snapshot.world.loaded_modules():
        for symbol in snapshot.world.index(module).ordered:
            if isinstance(symbol, TypeSymbol):
                snapshot.world.ensure(symbol)
                found.append(symbol)
    return found


def related(snapshot: Snapshot, target: Target) -> set[Target]:
    """Return what has to be renamed together: a method of a contract and the methods that implement it."""
    group: set[Target] = {target}
    if not isinstance(target, FunctionSymbol) or target.receiver is None:
        return group
    links: list[tuple[FunctionSymbol, FunctionSymbol]] = []
    for symbol in types_of(snapshot):
        for contract in symbol.conformances:
            promised = contract.symbol.methods.get(target.name)
            own = symbol.methods.get(target.name)
            if promised is not None and own is not None:
                links.append((promised, own))
        if isinstance(symbol, ContractSymbol):
            # A contract that embeds another one has copies of its methods, declared at the same place.
            method = symbol.methods.get(target.name)
            if method is not None and method is not target and method.tree is target.tree:
                links.append((method, target))
    grown = True
    while grown:
        before = len(group)
        for left, right in links:
            if left in group or right in group:
                group |= {left, right}
        grown = len(group) > before
    return group


def references(snapshot: Snapshot, source: SourceText, offset: int, with_declaration: bool = True) -> list[Place]:
    """Return every place that names what is named at an offset."""
    found = snapshot.named_at(source, offset)
    if found is None:
        return []
    places = places_of(snapshot, found)
    if not with_declaration:
        declared = snapshot.place_of(found.target, found.owner, source)
        return [
            each for each in places if declared is None or (each.source, each.span) != (declared.source, declared.span)
        ]
    return places


def places_of(snapshot: Snapshot, found: Named) -> list[Place]:
    """Return the declaration and every use of something, in the order of files and places."""
    if isinstance(found.target, LocalSymbol):
        names = snapshot.names_in(found.source)
        return [Place(found.source, span) for span in sorted(names) if names[span].target is found.target]
    group = related(snapshot, found.target)
    places: dict[tuple[SourceText, Span], Place] = {}
    for source, span, occurrence in snapshot.all_names():
        if occurrence.target in group:
            places[(source, span)] = Place(source, span)
    for source, shorts in snapshot.occurrences.shorthands.items():
        for span, occurrence in shorts.items():
            if occurrence.target in group:
                places[(source, span)] = Place(source, span)
    return sorted(places.values(), key=lambda each: (each.source.path, each.span))


def highlights(snapshot: Snapshot, source: SourceText, offset: int) -> list[Span]:
    """Return the places in one text that name what is named at an offset."""
    found = snapshot.named_at(source, offset)
    if found is None:
        return []
    names = snapshot.names_in(source)
    return [span for span in sorted(names) if names[span].target is found.target]
