"""Which functions LLVM must not inline, because their loops would nest too deeply in the loops around the calls.

LLVM inlines a function that has one call, whatever its size, and its passes over loops take time that grows with the
cube of the depth: 80 functions with a loop each, one calling the next from its loop, took 5.6 s. It takes the shapes of
the functions of a module and returns names.
"""

from __future__ import annotations

from collections.abc import Mapping

from beskid.codegen.llvm.shapes import Shape

MAX_LOOP_DEPTH = 6
"""Source code with deeper loops keeps them; only functions are not inlined into them."""


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
