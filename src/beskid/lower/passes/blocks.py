"""What passes that add blocks to a function share: fresh labels, and jumps that go to another block."""

from __future__ import annotations

from collections.abc import Iterable

from beskid.ir.copy import Copier
from beskid.ir.model import Block, Function, Location


class Labels:
    """The labels of the blocks of a function, with which new blocks get others."""

    __slots__ = ("_last", "_taken")

    def __init__(self, function: Function) -> None:
        self._taken = {block.label for block in function.blocks}
        self._last: dict[str, int] = {}

    def new_block(self, name: str) -> Block:
        """Return a block whose label, the name with a number, no other block has."""
        number = self._last.get(name, 0) + 1
        while f"{name}{number}" in self._taken:
            number += 1
        self._last[name] = number
        label = f"{name}{number}"
        self._taken.add(label)
        return Block(label)


class _Retarget(Copier):
    """Replaces a target of jumps."""

    __slots__ = ("_new", "_old")

    def __init__(self, old: Block, new: Block) -> None:
        self._old = old
        self._new = new

    def block(self, block: Block) -> Block:
        return self._new if block is self._old else block


def redirect(origins: Iterable[Block], old: Block, new: Block) -> None:
    """Let the ends of blocks that go to one block go to another."""
    retarget = _Retarget(old, new)
    for origin in origins:
        assert origin.terminator is not None
        origin.terminator = retarget.terminator(origin.terminator)


def location_of_end(block: Block) -> Location | None:
    """Return the location of the terminator of a block."""
    assert block.terminator is not None
    return block.terminator.location
