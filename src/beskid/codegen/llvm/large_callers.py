"""Which calls LLVM must not inline, because the caller would become too large.

LLVM inlines a function that has one call, whatever the size of the caller, and the time of its passes grows with the
square, or the cube, of the loops and instructions of one function: 256 functions with a loop each, called by `main` in
turn, took 1.5 s, and 200 functions with 20 calls each 5.8 s. It takes the shapes of the functions of a module and
returns pairs of caller and callee. Other callers still have their copy of the callee.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping

from beskid.base.graph import strong_components
from beskid.codegen.llvm.shapes import Shape

MAX_LOOPS = 128
"""A function that has more loops itself is not optimized as others are (`light_passes`)."""

MAX_SIZE = 6_000
SMALL_SIZE = 60
"""A larger function is inlined only where it has one call."""

TINY_SIZE = 8
"""A function that does not make its caller large, such as one that reads a field."""


def kept_calls(shapes: Mapping[str, Shape], kept: Container[str]) -> set[tuple[str, str]]:
    """Return the calls that must not be inlined; those of `kept` are not inlined anyway."""
    sites = Counter([callee for shape in shapes.values() for callee, _ in shape.calls])
    edges = {
        name: [callee for callee, _ in shape.calls if callee in shapes and callee not in kept]
        for name, shape in shapes.items()
    }
    loops: dict[str, int] = {}
    sizes: dict[str, int] = {}
    result: set[tuple[str, str]] = set()
    for members in strong_components(edges):
        for name in members:
            inside, size = shapes[name].loops, shapes[name].size
            for callee in edges[name]:
                # A callee without a number is recursive.
                if callee not in loops or (sites[callee] > 1 and sizes[callee] > SMALL_SIZE):
                    continue
                is_large = sizes[callee] > TINY_SIZE and size + sizes[callee] > MAX_SIZE
                if is_large or inside + loops[callee] > MAX_LOOPS:
                    result.add((name, callee))
                    continue
                inside += loops[callee]
                size += sizes[callee]
            loops[name], sizes[name] = inside, size
    return result
