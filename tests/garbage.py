"""What Python's garbage collector would have to free, such as states of programs that nothing closed."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from beskid.analysis.model.symbols import LocalSymbol, Symbol, Type
from beskid.ide.snapshot import Snapshot
from beskid.source.text import SourceText


@contextmanager
def garbage() -> Iterator[list[object]]:
    """Return what is left to the garbage collector within the block."""
    found: list[object] = []
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield found
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        found.extend(gc.garbage)
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
        gc.unfreeze()


def states_of(found: list[object]) -> list[object]:
    """Return the parts of states of programs among objects."""
    return [each for each in found if isinstance(each, Symbol | LocalSymbol | Snapshot | SourceText | Type)]
