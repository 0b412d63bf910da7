"""Which functions LLVM must not inline, because their loops would nest too deeply in the loops around the calls.

LLVM inlines a function that has one call, whatever its size, and its passes over loops take time that grows with the
cube of the depth: 80 functions with a loop each, one calling the next from its loop, took 5.6 s. It takes the shapes of
the functions of a module and returns names. Blocks are in the order of the source, so a loop is what lies between a
jump backwards and its target.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from beskid.base.node import value
from beskid.ir.effects import CALLING
from beskid.ir.graph import successors
from beskid.ir.model import Call, Function

MAX_LOOP_DEPTH = 6
"""Source code with deeper loops keeps them; only functions are not inlined into them."""

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


def kept_out_of_line(shapes: Mapping[str, Shape]) -> set[str]:
    """Return the functions that must not be inlined, in time linear in the size of the module."""
    calls = {name: shape.calls for name, shape in shapes.items()}
    depths = {name: shape.depth for name, shape in shapes.items()}
    kept: set[str] = set()
    done: set[str] = set()
    for start in calls:
        # Callees first. A function that is called while it is on the way is recursive, and not inlined there.
        pending = [(start, 0)]
        entered = {start}
        while pending:
            name, position = pending.pop()
            if name in done:
                continue
            if position < len(calls[name]):
                pending.append((name, position + 1))
                callee = calls[name][position][0]
                if callee in calls and callee not in entered:
                    entered.add(callee)
                    pending.append((callee, 0))
                continue
            deepest = depths[name]
            for callee, depth in calls[name]:
                if callee not in done or callee in kept:
                    continue
                if depth + depths[callee] > MAX_LOOP_DEPTH and depth and depths[callee]:
                    kept.add(callee)
                else:
                    deepest = max(deepest, depth + depths[callee])
            depths[name] = deepest
            done.add(name)
    return kept


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
