"""The canonical form of a lowered module: what its roots reach, in the order of the sources.

Lowering builds functions in the order of discovery, and a few that nothing refers to in the end. In the canonical form
a module depends only on what was lowered, not on which of its functions were lowered now and which were kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from beskid.ir.model import Function, Module
from beskid.ir.references import References, references_of


def references_in(module: Module, known: Mapping[str, References] | None = None) -> dict[str, References]:
    """Return what each function refers to; `known` has what is known of some of them."""
    held = known or {}
    return {name: held.get(name) or references_of(function) for name, function in module.functions.items()}


def arrange(module: Module, references: Mapping[str, References], roots: Iterable[str], externs: Iterable[str]) -> None:
    """Keep what `roots` reach, the foreign functions `externs` in addition, and sort it."""
    functions: dict[str, None] = {}
    tables: dict[str, None] = {}
    descriptors: set[str] = set()
    called = set(externs)
    pending = list(roots)
    while pending:
        name = pending.pop()
        if name in functions:
            continue
        functions[name] = None
        found = references[name]
        descriptors.update(found.descriptors)
        called.update(found.externs)
        pending += found.functions
        for table in enter_tables(module, found.tables, tables):
            pending += module.tables[table].functions
    ordered = sorted([module.functions[name] for name in functions], key=Function.place)
    module.functions = {function.name: function for function in ordered}
    module.tables = {name: module.tables[name] for name in sorted(tables)}
    module.descriptors = {name: module.descriptors[name] for name in sorted(descriptors)}
    module.externs = {name: module.externs[name] for name in sorted(called)}


def enter_tables(module: Module, names: Iterable[str], known: dict[str, None]) -> list[str]:
    """Add method tables and those that they link to, to `known`; return those that were not in it."""
    entered: list[str] = []
    pending = list(names)
    while pending:
        name = pending.pop()
        if name not in known:
            known[name] = None
            entered.append(name)
            pending += module.tables[name].links
    return entered
