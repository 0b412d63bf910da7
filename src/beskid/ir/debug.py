"""What a debugger learns of a program beside its lines: the variables of functions, and the layouts of their types.

Lowering records both if it is asked to. They change nothing of what a program does, and printed IR leaves them out.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from enum import Enum

from beskid.base.node import node, value
from beskid.ir.values import Location, Operand

Position = tuple[int, int]
"""A line and a column in a source file, both from 1."""


LAYOUT_MARK = "@"
"""Begins the offsets in the key of a type whose components have others than outside of objects and enums."""


class TypeKind(Enum):
    """How a value of a type is held."""

    SIGNED = "signed"
    UNSIGNED = "unsigned"
    FLOAT = "float"
    BOOL = "bool"
    CHAR = "char"
    STRING = "string"
    ARRAY = "array"
    OBJECT = "object"
    VALUE = "value"
    TAG = "tag"
    NULLABLE = "nullable"
    WORDS = "words"
    BOXED = "boxed"
    FUNCTION = "function"
    CONTRACT = "contract"
    HANDLE = "handle"
    UNIT = "unit"


@value
class Member:
    """A part of a type: `type` is its key in `DebugTypes`, `offset` where it is, in bytes."""

    name: str
    type: str
    offset: int


@value
class Variant:
    name: str
    members: tuple[Member, ...]


@node
class DebugType:
    """The layout of a type.

    `size` is that of a value in bytes. The members of an `OBJECT`, and those of the variants of a `BOXED` enum, have
    offsets in the object. The first member of a `WORDS` enum and of a contract value, and the second of the latter,
    have no names. `element` is the key of the type of an array's elements. `is_core` marks structs of the core library,
    whose fields are not part of its documented interface.
    """

    kind: TypeKind
    name: str
    size: int
    members: tuple[Member, ...] = ()
    variants: tuple[Variant, ...] = ()
    element: str = ""
    is_core: bool = False


@node
class Variable:
    """A variable of a function. `type` is the key of its type.

    `parts` are the components of its value, and `places` the offset and the size in bytes of each in the layout of the
    type. If `cell_offset` is not negative, the only part is the address of an object that has the value at this offset.
    A parameter is visible in the whole function, another variable from `start` to `end`. The function is that of
    `location`, which may be inlined into the one that has the variable. A debugger can read one that `is_kept` wherever
    it is visible, so the objects that it refers to must not be freed there.
    """

    name: str
    type: str
    parts: tuple[Operand, ...]
    places: tuple[tuple[int, int], ...]
    location: Location
    is_parameter: bool
    start: Position
    end: Position
    cell_offset: int = -1
    is_kept: bool = False


class Nested:
    """Finds what holds at a position of a source that has ranges, of which any two are disjoint or one contains the
    other.

    Takes (start, end, value) for each range, `outside` for positions in none of them, and `join`, which returns what
    holds in a range from what holds around it and from its own value. A lookup takes logarithmic time.
    """

    __slots__ = ("_starts", "_values")

    def __init__(
        self, ranges: Iterable[tuple[Position, Position, int]], outside: int, join: Callable[[int, int], int]
    ) -> None:
        self._starts: list[Position] = []
        self._values = [outside]
        around: list[tuple[Position, int]] = []
        for start, end, own in sorted(ranges, key=_outermost_first):
            while around and around[-1][0] <= start:
                self._begin(*around.pop())
            around.append((end, self._values[-1]))
            self._begin(start, join(self._values[-1], own))
        while around:
            self._begin(*around.pop())

    def _begin(self, start: Position, value: int) -> None:
        assert not self._starts or self._starts[-1] <= start, "ranges overlap"
        self._starts.append(start)
        self._values.append(value)

    def at(self, position: Position) -> int:
        return self._values[bisect_right(self._starts, position)]


def _outermost_first(range: tuple[Position, Position, int]) -> tuple[Position, int, int]:
    start, (line, column), _ = range
    return start, -line, -column
