"""Where passes put what runs once before a loop: at the end of the only block that jumps there, or in a new block."""

from __future__ import annotations

from beskid.ir.copy import Copier
from beskid.ir.loops import Loop
from beskid.ir.model import Block, Function, Jump


class Retarget(Copier):
    """Replaces targets of jumps."""

    __slots__ = ("_targets",)

    def __init__(self, targets: dict[Block, Block]) -> None:
        self._targets = targets

    def block(self, block: Block) -> Block:
        return self._targets.get(block, block)


class Preheaders:
    """The blocks before the loops of a function; `before` has the predecessors of each block and is kept current."""

    __slots__ = ("_before", "_function", "_labels")

    def __init__(self, function: Function, before: dict[Block, list[Block]]) -> None:
        self._function = function
        self._before = before
        self._labels = {block.label for block in function.blocks}

    def of(self, loop: Loop) -> Block:
        """Return the block from which alone control gets to the loop, at its head."""
        head = loop.head
        origins = [origin for origin in self._before[head] if origin not in loop.blocks]
        if len(origins) == 1 and isinstance(origins[0].terminator, Jump):
            return origins[0]
        made = Block(self.new_label(f"{head.label}.before"))
        made.terminator = Jump(None, head)
        retarget = Retarget({head: made})
        for origin in origins:
            assert origin.terminator is not None
            origin.terminator = retarget.terminator(origin.terminator)
        self._function.blocks.insert(self._function.blocks.index(head), made)
        self._before[made] = origins
        self._before[head] = [made, *[origin for origin in self._before[head] if origin in loop.blocks]]
        return made

    def new_label(self, name: str) -> str:
        """Return a label that no block has: the name, with a number if it is taken."""
        label, number = name, 1
        while label in self._labels:
            number += 1
            label = f"{name}{number}"
        self._labels.add(label)
        return label
