"""The pass that removes functions all of whose calls were inlined, unless a table or function value needs them."""

from __future__ import annotations

from beskid.ir.model import Module
from beskid.ir.references import named_functions
from beskid.lower.passes.step import Pass


def remove_uncalled(module: Module) -> None:
    """Keep only what is still referenced, starting with the functions that were not inlined."""
    called = frozenset() if module.host is None else frozenset(module.host.entries)
    candidates = {
        name
        for name in module.inlined - called
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


REMOVE_UNCALLED = Pass(
    "remove_uncalled",
    "Removes the functions all of whose calls were inlined.",
    remove_uncalled,
    only_optimizes=True,
)
