"""What holds at a position of a source with nested ranges."""

from __future__ import annotations

import random
from operator import or_

import pytest

from beskid.ir.debug import Nested, Position

END = 40


def ranges_in(start: int, end: int, numbers: random.Random, depth: int) -> set[tuple[int, int]]:
    """Return ranges of which any two are disjoint or one contains the other; some begin or end together."""
    found: set[tuple[int, int]] = set()
    while depth and start < end:
        first = numbers.randrange(start, end)
        last = numbers.choice([end, numbers.randint(first + 1, end)])
        found |= {(first, last)} | ranges_in(first, last, numbers, depth - 1)
        start = last
    return found


def position(number: int) -> Position:
    return divmod(number, 4)


@pytest.mark.parametrize("seed", range(20))
def test_each_position(seed: int) -> None:
    numbers = random.Random(seed)
    ranges = sorted(ranges_in(0, END, numbers, 4))
    assert ranges
    numbers.shuffle(ranges)
    places = [(position(start), position(end), 1 << number) for number, (start, end) in enumerate(ranges)]
    together = Nested(places, 0, or_)
    innermost = Nested(places, 0, lambda _around, own: own)
    for at in range(END + 2):
        around = [(end - start, 1 << number) for number, (start, end) in enumerate(ranges) if start <= at < end]
        assert together.at(position(at)) == sum([value for _, value in around])
        assert innermost.at(position(at)) == min(around, default=(0, 0))[1]


def test_ranges_that_overlap_are_refused() -> None:
    with pytest.raises(AssertionError, match="overlap"):
        Nested([((1, 1), (3, 1), 1), ((2, 1), (4, 1), 2)], 0, or_)
