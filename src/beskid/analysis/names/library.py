"""Functions of the core library that the language itself calls."""

from __future__ import annotations

from beskid.analysis.model.symbols import FunctionSymbol
from beskid.analysis.model.world import CORE_LIBRARY, World


def library_function(world: World, path: tuple[str, ...], name: str) -> FunctionSymbol:
    """Return a function of a module of the core library, private or not."""
    module = world.find(CORE_LIBRARY, path)
    assert module is not None
    world.index(module)
    function = module.members[name]
    assert isinstance(function, FunctionSymbol)
    world.ensure(function)
    return function
