"""Finding the enum of `E::V` (`language.md` §4.6): by the expected type, by name, or the only public enum of its name.

Takes the prefix before `::` and the expected type; returns the enum and its known type arguments. Reports E1301.
"""

from __future__ import annotations

import re

from beskid.analysis.model.symbols import EnumSymbol, ModuleSymbol, Symbol
from beskid.analysis.model.types import EnumType, Type
from beskid.analysis.model.world import Context, World
from beskid.analysis.names.index import kind_of
from beskid.analysis.names.meanings import EnumReference
from beskid.analysis.names.paths import Prefix, flatten, module_name, resolve_names
from beskid.analysis.names.scope import is_broken_import, is_explained_by_import, lookup_type, strong_meaning
from beskid.analysis.names.suggest import did_you_mean, names_in_scope
from beskid.analysis.names.typenames import resolve_arguments
from beskid.base.spelling import closest
from beskid.source.codes import E1104, E1301
from beskid.source.diagnostics import Label, error
from beskid.source.text import Span
from beskid.syntax import tree


def find_enum(world: World, context: Context, prefix: Prefix, expected: Type | None) -> EnumReference | None:
    """Return the enum of `prefix::Variant`. `expected` is the expected type, or that of the matched value."""
    nodes = flatten(prefix)
    assert nodes is not None
    written = nodes[-1].type_arguments
    symbol: EnumSymbol | None = None
    arguments: tuple[Type, ...] | None = None
    if len(nodes) == 1 and isinstance(expected, EnumType) and expected.symbol.name == nodes[0].name.text:
        symbol, arguments = expected.symbol, expected.arguments
        if world.occurrences is not None:
            world.occurrences.note(context.source, nodes[0].name.span, symbol)
        _mark_by_name(world, context, nodes[0].name, symbol)
    else:
        symbol = _enum_by_path(world, context, nodes, prefix.span)
    if symbol is None:
        return None
    world.ensure(symbol)
    if written:
        given = resolve_arguments(world, context, symbol, written, prefix.span)
        if given is None:
            return None
        arguments = given
        world.settle()
    elif not symbol.type_parameters:
        arguments = ()
    return EnumReference(symbol, arguments, prefix.span)


def _mark_by_name(world: World, context: Context, name: tree.Name, symbol: EnumSymbol) -> None:
    """Mark an enum that the expected type determined as used, and the import that binds its name."""
    world.mark_used(symbol, context)
    strong_meaning(world, context, name.text, types_only=True)


def _enum_by_path(world: World, context: Context, nodes: list[Prefix], span: Span) -> EnumSymbol | None:
    name = nodes[-1].name
    if len(nodes) > 1:
        found = resolve_names(world, context, tuple([part.name for part in nodes]), True, span)
        item = found.meaning.item if found is not None else None
        if found is not None and not (isinstance(item, EnumSymbol) and found.consumed == len(nodes)):
            _report_no_enum(world, context, name, item, [], span)
        return item if isinstance(item, EnumSymbol) else None
    item = lookup_type(world, context, name)
    if isinstance(item, EnumSymbol):
        return item
    if is_broken_import(world, context, name.text):
        return None
    candidates = _enums_named(world, context, name.text) if item is None else []
    if item is None and not candidates and is_explained_by_import(world, context, name.text):
        return None
    if len(candidates) == 1:
        world.mark_used(candidates[0], context)
        if world.occurrences is not None:
            world.occurrences.note(context.source, name.span, candidates[0])
        return candidates[0]
    _report_no_enum(world, context, name, item, candidates, span)
    return None


def _enums_named(world: World, context: Context, text: str) -> list[EnumSymbol]:
    """Return the public enums of that name in all visible modules."""
    pattern = re.compile(rf"\benum\s+{re.escape(text)}\b")
    found: list[EnumSymbol] = []
    package = context.module.package
    for name in (package, *world.visible_packages(package)):
        for path in world.file_paths(name):
            module = world.find(name, path)
            if module is None or pattern.search(module.source.text) is None:
                continue
            world.index(module)
            _public_enums(module, text, found, name == package)
    return found


def _public_enums(module: ModuleSymbol, text: str, found: list[EnumSymbol], is_own: bool) -> None:
    item = module.members.get(text)
    if isinstance(item, EnumSymbol) and item.is_pub and item not in found:
        found.append(item)
    for child in module.children.values():
        if child.is_pub or is_own:
            _public_enums(child, text, found, is_own)


def _report_no_enum(
    world: World,
    context: Context,
    name: tree.Name,
    item: Symbol | None,
    candidates: list[EnumSymbol],
    span: Span,
) -> None:
    text = name.text
    if item is not None:
        world.report(
            error(
                E1301,
                f"`{text}` is a {kind_of(item)}, not an enum",
                context.source,
                span,
                "expected an enum",
                "use `.` for members of values and modules",
                (Label(item.source, item.name_span, "declared here"),),
            )
        )
        return
    if candidates:
        names = " or ".join(f"`{candidate.qualified_name()}`" for candidate in candidates[:3])
        world.report(
            error(
                E1104,
                f"the enum `{text}` is ambiguous",
                context.source,
                span,
                f"{len(candidates)} modules declare an enum with this name",
                f"write {names}, or import one",
                tuple([Label(c.source, c.name_span, f"in module {module_name(c)}") for c in candidates[:3]]),
            )
        )
        return
    known = [symbol_name for symbol_name in names_in_scope(world, context, types_only=True) if symbol_name != text]
    world.report(
        error(
            E1301,
            f"unknown enum `{text}`",
            context.source,
            span,
            "no enum with this name is in scope",
            did_you_mean(closest(text, known)) or "declare it, or import the module that declares it",
            subject=f"type {text}",
        )
    )
