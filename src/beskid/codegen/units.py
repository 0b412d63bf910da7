"""Divides the functions of a program into units that are compiled on their own.

It takes an artifact and returns units in a fixed order. Where a unit ends depends on the functions around that place
only, so an edit of one function changes its own unit. A unit also holds copies of the small functions that it calls,
for inlining. It must not know LLVM.
"""

from __future__ import annotations

from collections.abc import Iterator
from zlib import crc32

from beskid.base.node import node
from beskid.codegen.artifact import CodegenArtifact
from beskid.codegen.llvm.recursion import inline_levels
from beskid.ir.model import Function
from beskid.ir.references import named_functions

MIN_UNIT_SIZE = 150
"""A unit ends only after so many instructions. A unit costs 3 ms beside the code in it."""
MAX_UNIT_SIZE = 600
END_OF_UNIT = 8
"""One function in so many ends its unit, by its name."""

MAX_IMPORTED_SIZE = 40
"""The size of a function that is copied into the units that call it."""
IMPORT_LEVELS = 2

MIN_DIVIDED_SIZE = 1_800
"""A smaller program is one unit: it is compiled in a third of a second, and LLVM sees all of it."""


@node
class Unit:
    """`functions` are those that the unit defines, `imports` those that it has copies of."""

    functions: tuple[Function, ...]
    imports: tuple[Function, ...]

    @property
    def name(self) -> str:
        return self.functions[0].name

    def size(self) -> int:
        return sum([size_of(function) for function in (*self.functions, *self.imports)])


def size_of(function: Function) -> int:
    """Return the number of instructions."""
    return sum([len(block.instructions) + 1 for block in function.blocks])


def is_large(artifact: CodegenArtifact, limit: int = MIN_DIVIDED_SIZE) -> bool:
    """Return whether a program has more instructions than the limit beside its largest function, which stays whole.

    With a limit of 0 every program is large.
    """
    if limit == 0:
        return True
    total = largest = 0
    for function in artifact.functions:
        size = size_of(function)
        total += size
        largest = max(largest, size)
        if total - largest > limit:
            return True
    return False


def divide(artifact: CodegenArtifact, imports: bool, max_size: int = MAX_UNIT_SIZE) -> list[Unit]:
    """Return the units of a program, in the order of its sources; `imports`: with the small functions that they call.

    With a `max_size` of 1 each function is a unit.
    """
    ordered = sorted(artifact.functions, key=Function.place)
    if not imports:
        return [Unit(functions, ()) for functions in _cut(ordered, max_size)]
    callees = {function.name: _callees_of(function, artifact) for function in ordered}
    small = {function.name: function for function in ordered if _is_importable(function)}
    return [Unit(functions, _imports_of(functions, callees, small)) for functions in _cut(ordered, max_size)]


def _cut(ordered: list[Function], max_size: int) -> Iterator[tuple[Function, ...]]:
    unit: list[Function] = []
    size = 0
    for function in ordered:
        if unit and function.location.file != unit[-1].location.file:
            yield tuple(unit)
            unit, size = [], 0
        unit.append(function)
        size += size_of(function)
        if size >= max_size or (size >= MIN_UNIT_SIZE and crc32(function.name.encode()) % END_OF_UNIT == 0):
            yield tuple(unit)
            unit, size = [], 0
    if unit:
        yield tuple(unit)


def _callees_of(function: Function, artifact: CodegenArtifact) -> tuple[str, ...]:
    return tuple(dict.fromkeys(named_functions(function, artifact.module)))


def _is_importable(function: Function) -> bool:
    return size_of(function) <= MAX_IMPORTED_SIZE and not function.inline_never and not inline_levels(function)


def _imports_of(
    functions: tuple[Function, ...], callees: dict[str, tuple[str, ...]], small: dict[str, Function]
) -> tuple[Function, ...]:
    """Return the small functions that a unit calls, and those that these call, in the order of the first calls."""
    own = {function.name for function in functions}
    found: dict[str, Function] = {}
    level = [function.name for function in functions]
    for _ in range(IMPORT_LEVELS):
        following: list[str] = []
        for name in level:
            for callee in callees[name]:
                if callee in small and callee not in own and callee not in found:
                    found[callee] = small[callee]
                    following.append(callee)
        level = following
    return tuple(found.values())
