"""Modules that are public only for the other modules of their package.

The comment of such a file begins with `Internal:`. It can be imported from anywhere, but documentation, completion and
suggestions for other packages leave it out.
"""

from __future__ import annotations

import re

from beskid.analysis.model.symbols import ModuleSymbol
from beskid.analysis.model.world import World

_INTERNAL = re.compile(r"(?://(?!/).*\n|\s)*/// Internal: ")


def is_internal(module: ModuleSymbol) -> bool:
    while module.parent is not None:
        module = module.parent
    return _INTERNAL.match(module.source.text) is not None


def offered_paths(world: World, own: str, package: str) -> list[tuple[str, ...]]:
    """Return the paths of the file modules of a package that are for modules of the package `own`."""
    paths = world.file_paths(package)
    if package == own:
        return paths
    return [path for path in paths if (module := world.find(package, path)) is None or not is_internal(module)]
