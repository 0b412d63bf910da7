"""The help and the fix for a missing import.

Takes the module that lacks a name and the path of the module that declares it, which `suggest.py` determines.
"""

from __future__ import annotations

from beskid.analysis.model.symbols import ModuleSymbol
from beskid.source.diagnostics import Edit, Fix
from beskid.source.text import Span
from beskid.syntax import tree


def import_help(path: str, name: str) -> str:
    """Return the help text for a name that the module `path` declares, or is."""
    if path.endswith(f".{name}"):
        return f"import it: `use {path};`"
    return f"import it: `use {path};` or `use {path}.{name};`"


def import_fix(module: ModuleSymbol, path: str) -> tuple[Fix, ...]:
    """Return the edit that adds the import after the existing ones, or at the beginning of the file."""
    while module.parent is not None:
        module = module.parent
    if module.program is None:
        return ()
    place = 0
    for item in module.program.items:
        if not isinstance(item, tree.UseItem | tree.ModuleDeclaration):
            break
        place = item.span.end
    if place:
        text = f"\nuse {path};"
    else:
        text = f"use {path};\n\n"
    return (Fix(f"import `{path}`", (Edit(module.source, Span(place, place), text),)),)
