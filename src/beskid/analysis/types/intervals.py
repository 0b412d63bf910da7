"""Intervals of integers and characters, which literal and range patterns match (decision L26).

Used by the check for exhaustiveness and by the decision trees of `match`. Bounds are included.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import TypeAlias

from beskid.analysis import typed
from beskid.analysis.model.relations import integer, integer_range
from beskid.analysis.model.types import CHAR, Type

Interval: TypeAlias = tuple[int, int]

_CHARACTERS: tuple[Interval, ...] = ((0, 0xD7FF), (0xE000, 0x10FFFF))
_SHOWN_ESCAPES = {0: "\\0", 9: "\\t", 10: "\\n", 13: "\\r", 39: "\\'", 92: "\\\\"}


def domain_of(type: Type) -> tuple[Interval, ...]:
    """Return all values of an integer type or of `char`, and nothing for other types."""
    number = integer(type)
    if number is not None:
        return (integer_range(number),)
    return _CHARACTERS if type is CHAR else ()


def interval_of(pattern: typed.Pattern) -> Interval | None:
    """Return the values of a literal or range pattern on an integer or character."""
    if isinstance(pattern, typed.RangePattern):
        return pattern.low, pattern.high
    if isinstance(pattern, typed.LiteralPattern) and type(pattern.value) is int and domain_of(pattern.type):
        return pattern.value, pattern.value
    return None


def divide(intervals: Sequence[Interval | None], parts: Sequence[Interval]) -> list[tuple[Interval, list[int]]]:
    """Divide `parts` at the bounds of intervals; return each piece with the indexes of the intervals that contain it.

    None contains every piece. The time is linear in the result, apart from sorting.
    """
    cuts = sorted({cut for interval in intervals if interval is not None for cut in (interval[0], interval[1] + 1)})
    pieces: list[Interval] = []
    for low, high in parts:
        starts = [low, *cuts[bisect_right(cuts, low) : bisect_right(cuts, high)]]
        pieces.extend(zip(starts, [start - 1 for start in starts[1:]] + [high], strict=True))
    ends = [end for _, end in pieces]
    everywhere = [index for index, interval in enumerate(intervals) if interval is None]
    matching: list[list[int]] = [[] for _ in pieces]
    for index, interval in enumerate(intervals):
        if interval is None:
            continue
        place = bisect_left(ends, interval[0])
        while place < len(pieces) and pieces[place][0] <= interval[1]:
            matching[place].append(index)
            place += 1
    return [(piece, sorted(everywhere + found)) for piece, found in zip(pieces, matching, strict=True)]


def show_interval(type: Type, low: int, high: int) -> str:
    """Return a pattern for the values; `_` for one without a practical bound."""
    if type is CHAR:
        bounds = (_show_character(low), _show_character(high))
        is_open = low == 0 or high in (0xD7FF, 0x10FFFF)
    else:
        bounds = (str(low), str(high))
        number = integer(type)
        assert number is not None
        smallest, largest = integer_range(number)
        is_open = number.bits > 8 and ((low == smallest and low != 0) or high == largest)
    if is_open:
        return "_"
    return bounds[0] if low == high else f"{bounds[0]}..={bounds[1]}"


def _show_character(value: int) -> str:
    if value in _SHOWN_ESCAPES:
        return f"'{_SHOWN_ESCAPES[value]}'"
    text = chr(value)
    return f"'{text}'" if text.isprintable() else f"'\\u{{{value:X}}}'"


class Intervals:
    """A set of integers as sorted intervals that do not touch."""

    __slots__ = ("_highs", "_lows")

    def __init__(self) -> None:
        self._lows: list[int] = []
        self._highs: list[int] = []

    def contains(self, low: int, high: int) -> bool:
        """Return whether all values of an interval are in the set."""
        place = bisect_right(self._lows, low) - 1
        return place >= 0 and high <= self._highs[place]

    def add(self, low: int, high: int) -> None:
        first = bisect_left(self._highs, low - 1)
        last = bisect_right(self._lows, high + 1)
        if first < last:
            low, high = min(low, self._lows[first]), max(high, self._highs[last - 1])
        self._lows[first:last] = [low]
        self._highs[first:last] = [high]
