"""Where the random makers get their decisions from, and how a long list of decisions is made shorter.

Every decision is a number below a limit. `SeededSource` takes them from a seeded random source and remembers them;
`GivenSource` repeats a list and then gives zeros, which mean the simplest thing everywhere.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

Item = TypeVar("Item")


class Source(Protocol):
    """What gives a number below a limit."""

    def below(self, limit: int) -> int: ...


class SeededSource:
    """Numbers of a seeded random source."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.numbers: list[int] = []

    def below(self, limit: int) -> int:
        self.numbers.append(self.random.randrange(limit))
        return self.numbers[-1]


class GivenSource:
    """The numbers of a list."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self.numbers = numbers
        self.place = 0

    def below(self, limit: int) -> int:
        self.place += 1
        return self.numbers[self.place - 1] % limit if self.place <= len(self.numbers) else 0


def reduced(numbers: list[int], fails: Callable[[list[int]], bool], seconds: float) -> list[int]:
    """A shorter and smaller list that still fails, as far as the time allows."""
    end = time.monotonic() + seconds
    size = len(numbers) // 2
    while size and time.monotonic() < end:
        start, changed = 0, False
        while start < len(numbers) and time.monotonic() < end:
            rest = numbers[start + size :]
            for middle in ([], [0] * size):
                candidate = [*numbers[:start], *middle, *rest]
                if candidate != numbers and fails(candidate):
                    numbers, changed = candidate, True
                    break
            else:
                start += size
        if not changed:
            size //= 2
    return numbers


class Choices:
    """Decisions, made from the numbers of one source."""

    def __init__(self, source: Source) -> None:
        self.below = source.below

    def between(self, low: int, high: int) -> int:
        return low + self.below(high - low + 1)

    def pick(self, items: Sequence[Item]) -> Item:
        return items[self.below(len(items))]

    def one_in(self, count: int) -> bool:
        """True once in so many times; shrinks to False."""
        return self.below(count) == count - 1

    def weighted(self, items: Sequence[tuple[int, Item]]) -> Item:
        """An item with the probability of its weight."""
        number = self.below(sum(weight for weight, _ in items))
        for weight, item in items:
            if number < weight:
                return item
            number -= weight
        raise AssertionError("the weights are empty")

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        rest, found = list(items), []
        while rest:
            found.append(rest.pop(self.below(len(rest))))
        return found
