"""Call hierarchy and type hierarchy."""

from __future__ import annotations

from beskid.analysis.model.symbols import (
    ContractSymbol,
    EnumSymbol,
    FunctionSymbol,
    ModuleSymbol,
    StructSymbol,
    TypeSymbol,
)
from beskid.base.node import node
from beskid.ide.navigation import conforming, related
from beskid.ide.snapshot import Place, Snapshot
from beskid.source.text import SourceText, Span


@node
class HierarchyItem:
    """A function or a type: `span` covers it with its body."""

    name: str
    kind: str
    detail: str
    source: SourceText
    span: Span
    name_span: Span


@node
class Call:
    """A function at the other end of calls, and the places of the calls."""

    item: HierarchyItem
    places: tuple[Place, ...]


def function_at(snapshot: Snapshot, source: SourceText, offset: int) -> HierarchyItem | None:
    found = _function(snapshot, source, offset)
    return None if found is None else _function_item(found)


def _function(snapshot: Snapshot, source: SourceText, offset: int) -> FunctionSymbol | None:
    found = snapshot.named_at(source, offset)
    return found.target if found is not None and isinstance(found.target, FunctionSymbol) else None


def _function_item(function: FunctionSymbol) -> HierarchyItem:
    kind = "test" if function.is_test else "function" if function.receiver is None else "method"
    module = function.module.dotted() if function.module is not None else ""
    name = function.display_name().removeprefix(f"{module}.")
    return HierarchyItem(name, kind, module, function.source, function.tree.span, function.name_span)


def incoming(snapshot: Snapshot, source: SourceText, offset: int) -> list[Call]:
    """Return the functions that name the function at an offset. A mention as a value counts as a call."""
    function = _function(snapshot, source, offset)
    if function is None:
        return []
    group = related(snapshot, function)
    places: dict[FunctionSymbol, list[Span]] = {}
    bodies: dict[SourceText, list[FunctionSymbol]] = {}
    for text, span, occurrence in snapshot.all_names():
        if occurrence.target not in group:
            continue
        if text not in bodies:
            bodies[text] = _functions(snapshot, text)
        caller = _around(bodies[text], span)
        if caller is not None and caller.name_span != span:
            places.setdefault(caller, []).append(span)
    return _sorted([_call(caller, caller.source, spans) for caller, spans in places.items()])


def outgoing(snapshot: Snapshot, source: SourceText, offset: int) -> list[Call]:
    """Return the functions that the body of the function at an offset names."""
    function = _function(snapshot, source, offset)
    if function is None:
        return []
    snapshot.require(function.source)
    body = function.tree.span
    places: dict[FunctionSymbol, list[Span]] = {}
    for span, occurrence in snapshot.names_in(function.source).items():
        target = occurrence.target
        is_inside = body.start <= span.start and span.end <= body.end and span != function.name_span
        if is_inside and isinstance(target, FunctionSymbol) and not target.is_derived:
            places.setdefault(target, []).append(span)
    return _sorted([_call(callee, function.source, spans) for callee, spans in places.items()])


def _call(function: FunctionSymbol, caller: SourceText, spans: list[Span]) -> Call:
    return Call(_function_item(function), tuple([Place(caller, span) for span in sorted(spans)]))


def _sorted(calls: list[Call]) -> list[Call]:
    return sorted(calls, key=lambda call: (call.item.source.path, call.item.span))


def _functions(snapshot: Snapshot, source: SourceText) -> list[FunctionSymbol]:
    module = snapshot.module_of(source)
    return [] if module is None else _functions_below(snapshot, module)


def _functions_below(snapshot: Snapshot, module: ModuleSymbol) -> list[FunctionSymbol]:
    found = [each for each in snapshot.world.functions(module) if not each.is_derived]
    for child in snapshot.world.index(module).modules:
        found += _functions_below(snapshot, child)
    return found


def _around(functions: list[FunctionSymbol], span: Span) -> FunctionSymbol | None:
    for function in functions:
        body = function.tree.span
        if body.start <= span.start and span.end <= body.end:
            return function
    return None


def type_at(snapshot: Snapshot, source: SourceText, offset: int) -> HierarchyItem | None:
    found = _type(snapshot, source, offset)
    return None if found is None else _type_item(found)


def _type(snapshot: Snapshot, source: SourceText, offset: int) -> TypeSymbol | None:
    found = snapshot.named_at(source, offset)
    return found.target if found is not None and isinstance(found.target, TypeSymbol) else None


def _type_item(symbol: TypeSymbol) -> HierarchyItem:
    kind = "contract" if isinstance(symbol, ContractSymbol) else "type"
    module = symbol.module.dotted() if symbol.module is not None else ""
    assert isinstance(symbol, ContractSymbol | EnumSymbol | StructSymbol)
    return HierarchyItem(symbol.name, kind, module, symbol.source, symbol.tree.span, symbol.name_span)


def supertypes(snapshot: Snapshot, source: SourceText, offset: int) -> list[HierarchyItem]:
    """Return the contracts that a type conforms to, or that a contract embeds."""
    symbol = _type(snapshot, source, offset)
    if symbol is None:
        return []
    snapshot.world.ensure(symbol)
    return [_type_item(each.symbol) for each in symbol.conformances]


def subtypes(snapshot: Snapshot, source: SourceText, offset: int) -> list[HierarchyItem]:
    """Return the types that conform to a contract, and the contracts that embed it."""
    symbol = _type(snapshot, source, offset)
    if symbol is None:
        return []
    return [_type_item(each) for each in conforming(snapshot, symbol)]
