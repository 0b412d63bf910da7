"""The pass that drops functions all of whose calls were inlined. Tables and function values keep theirs."""

from __future__ import annotations

from beskid.ir.model import Module
from beskid.ir.references import named_functions
from beskid.lower.passes.step import Pass


def remove_uncalled(module: Module) -> None:
    """Keep only what is still named, beginning with the functions that nobody inlined."""
    candidates = {
        name
        for name in module.inlined
        if name != module.entry and not module.functions[name].exported and not module.functions[name].is_callback
    }
    if not candidates:
        return
    pending = [name for name in module.functions if name not in candidates]
    pending += [name for table in module.tables.values() for name in table.functions]
    kept = set(pending)
    while pending:
        for name in named_functions(module.functions[pending.pop()], module):
            if name not in kept:
                kept.add(name)
                pending.append(name)
    for name in [name for name in module.functions if name not in kept]:
        del module.functions[name]
    module.inlined.clear()


REMOVE_UNCALLED = Pass("remove_uncalled", "Drops the functions all of whose calls were inlined.", remove_uncalled)
