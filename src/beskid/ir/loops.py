"""The loops of a function: takes its blocks in reverse postorder and finds what is jumped back to, and from where.

It must not change IR.
"""

from __future__ import annotations

from collections.abc import Mapping

from beskid.ir.graph import successors
from beskid.ir.model import Block


class Loop:
    """A loop: its first block, the blocks that jump back to it, and all of its blocks."""

    __slots__ = ("blocks", "head", "latches")

    def __init__(self, head: Block, latches: list[Block], blocks: set[Block]) -> None:
        self.head = head
        self.latches = latches
        self.blocks = blocks

    def is_entered_at_head(self, before: Mapping[Block, list[Block]], first: Block) -> bool:
        """Return whether control gets into the loop at its first block only.

        `before` are the predecessors of each block, and `first` is the first block of the function.
        """
        if first in self.blocks:
            return False
        return all(origin in self.blocks for block in self.blocks - {self.head} for origin in before[block])


def latches_of(order: list[Block]) -> dict[Block, list[Block]]:
    """Return the blocks that are jumped back to, with those that jump. Every cycle has such a jump."""
    places = {block: place for place, block in enumerate(order)}
    latches: dict[Block, list[Block]] = {}
    for place, block in enumerate(order):
        if block.terminator is not None:
            for target in successors(block.terminator):
                if places[target] <= place:
                    latches.setdefault(target, []).append(block)
    return latches


def loops_of(latches: dict[Block, list[Block]], before: Mapping[Block, list[Block]]) -> list[Loop]:
    """Return the loops, one for each block that is jumped back to, whatever their shape."""
    return [Loop(head, origins, _blocks_of(head, origins, before)) for head, origins in latches.items()]


def innermost_loops(loops: list[Loop]) -> dict[Block, Loop]:
    """Return the smallest loop around each block that is in one."""
    innermost: dict[Block, Loop] = {}
    for loop in sorted(loops, key=lambda loop: -len(loop.blocks)):
        innermost.update(dict.fromkeys(loop.blocks, loop))
    return innermost


def _blocks_of(head: Block, latches: list[Block], before: Mapping[Block, list[Block]]) -> set[Block]:
    found = {head}
    pending = list(latches)
    while pending:
        block = pending.pop()
        if block not in found:
            found.add(block)
            pending += before[block]
    return found
