"""The shapes of functions: their loops, sizes and calls, by which it is decided what LLVM must not inline.

Takes a function and returns its `Shape`. Blocks are in the order of the source, so a loop is what lies between a jump
backwards and its target.
"""

from __future__ import annotations

from typing import TypeAlias

from beskid.base.node import value
from beskid.ir.effects import CALLING
from beskid.ir.graph import successors
from beskid.ir.model import Call, Function

CALL_SIZE = 6

Calls: TypeAlias = list[tuple[str, int]]
"""The callees of a function in the order of its calls, each with the depth of the loops around the call."""


@value
class Shape:
    """The deepest nest of loops of a function, the number of its loops, its size, and its calls.

    The size counts instructions; one that runs other code counts as `CALL_SIZE`.
    """

    depth: int
    loops: int
    size: int
    calls: Calls


def shape_of(function: Function) -> Shape:
    places = {block: place for place, block in enumerate(function.blocks)}
    ends: dict[int, int] = {}
    for place, block in enumerate(function.blocks):
        if block.terminator is None:
            continue
        for target in successors(block.terminator):
            first = places[target]
            if first <= place:
                ends[first] = place
    changes = [0] * (len(function.blocks) + 1)
    for first, last in ends.items():
        changes[first] += 1
        changes[last + 1] -= 1
    depth = deepest = size = 0
    calls: Calls = []
    for place, block in enumerate(function.blocks):
        depth += changes[place]
        deepest = max(deepest, depth)
        size += len(block.instructions) + 1
        size += (CALL_SIZE - 1) * len([each for each in block.instructions if type(each) in CALLING])
        calls += [(each.callee, depth) for each in block.instructions if type(each) is Call]
    return Shape(deepest, len(ends), size, calls)
