"""Warnings about unused names: W1503 (unused import) and W1504 (unused private item).

Takes the world after all bodies of the user's modules are checked, when every use has been recorded.
"""

from __future__ import annotations

import re

from beskid.analysis.model.symbols import FunctionSymbol, ModuleSymbol, Symbol
from beskid.analysis.model.world import CORE_LIBRARY, World
from beskid.analysis.names.attributes import has_bench_attribute
from beskid.analysis.names.index import bound_name, kind_of
from beskid.analysis.names.json import DECODER_MODULE, WRITER_MODULE
from beskid.source.codes import W1503, W1504
from beskid.source.diagnostics import Diagnostic, Edit, Fix, warning
from beskid.source.text import SourceText, Span

ENTRY_NAMES = ("main", "Main")
_DOC_REFERENCE = r"@ref\(\s*([A-Za-z_][\w.:]*)"


def unused_names(world: World, modules: list[ModuleSymbol], entry: FunctionSymbol | None) -> list[Diagnostic]:
    """Return the warnings for modules, including their inline modules, whose bodies have been checked."""
    found: list[Diagnostic] = []
    for module in modules:
        _unused_in(world, module, entry, _documented(module), found)
    return found


def _documented(module: ModuleSymbol) -> set[str]:
    """Return the names that the documentation in the file refers to."""
    text = module.source.text
    if "@ref" not in text:
        return set()
    return {part for path in re.findall(_DOC_REFERENCE, text) for part in re.split(r"[.:]+", path)}


def _unused_in(
    world: World, module: ModuleSymbol, entry: FunctionSymbol | None, documented: set[str], found: list[Diagnostic]
) -> None:
    index = world.index(module)
    for binding in module.uses.values():
        is_broken = binding.item is None and binding.module is None
        if binding.is_used or binding.is_pub or is_broken or binding.name in documented:
            continue
        name = bound_name(binding.tree)
        found.append(
            warning(
                W1503,
                f"unused import `{binding.name}`",
                module.source,
                name.span,
                "never used",
                "remove it",
                fixes=(_removal(module.source, binding.tree.span, binding.name),),
            )
        )
    for symbol in index.ordered:
        if not _is_needed(world, symbol, entry) and symbol.name not in documented:
            found.append(
                warning(
                    W1504,
                    f"unused {kind_of(symbol)} `{symbol.name}`",
                    symbol.source,
                    symbol.name_span,
                    "private and never used",
                    "remove it, or declare it `pub`",
                )
            )
    for child in index.modules:
        _unused_in(world, child, entry, documented, found)


def _removal(source: SourceText, span: Span, name: str) -> Fix:
    """Return the edit that removes an import, with its line if nothing else is on it."""
    text = source.text
    start = text.rfind("\n", 0, span.start) + 1
    end = text.find("\n", span.end) + 1 or len(text)
    is_alone = not text[start : span.start].strip() and not text[span.end : end].strip()
    removed = Span(start, end) if is_alone else span
    return Fix(f"remove the import `{name}`", (Edit(source, removed, ""),), safe=True)


def _is_needed(world: World, symbol: Symbol, entry: FunctionSymbol | None) -> bool:
    if symbol.is_pub or symbol in world.used or symbol is entry or symbol.name.startswith("_"):
        return True
    if isinstance(symbol, ModuleSymbol):
        return True
    if not isinstance(symbol, FunctionSymbol):
        return False
    if symbol.is_test or symbol.name in ENTRY_NAMES or has_bench_attribute(symbol):
        return True
    return _is_called_by_derived(symbol)


def _is_called_by_derived(symbol: FunctionSymbol) -> bool:
    if symbol.module is None or symbol.module.package != CORE_LIBRARY:
        return False
    return symbol.module.path in (WRITER_MODULE, DECODER_MODULE)
