"""Which slots are in use at which safepoints, for intervals of safepoints in logarithmic time.

A segment tree over the safepoints of a function: `within` of a node has the slots in use somewhere in its interval,
`throughout` those that were added for all of it. Slots are only added, as bits of an integer.
"""

from __future__ import annotations


class Timeline:
    """The slots in use at `count` safepoints, none at first."""

    __slots__ = ("_size", "_throughout", "_within")

    def __init__(self, count: int) -> None:
        self._size = count
        self._within = [0] * (2 * count)
        self._throughout = [0] * (2 * count)

    def add(self, slots: int, start: int, end: int) -> None:
        """Use slots at the safepoints from `start` to `end - 1`, which must be at least one."""
        for node in self._covering(start, end):
            self._throughout[node] |= slots
            self._within[node] |= slots
        for node in (start + self._size, end - 1 + self._size):
            while node := node >> 1:
                self._within[node] |= slots

    def used(self, start: int, end: int) -> int:
        """Return the slots in use at any of the safepoints from `start` to `end - 1`."""
        found = 0
        for node in self._covering(start, end):
            found |= self._within[node]
        for node in (start + self._size, end - 1 + self._size):
            while node := node >> 1:
                found |= self._throughout[node]
        return found

    def _covering(self, start: int, end: int) -> list[int]:
        nodes: list[int] = []
        low, high = start + self._size, end + self._size
        while low < high:
            if low & 1:
                nodes.append(low)
                low += 1
            if high & 1:
                high -= 1
                nodes.append(high)
            low >>= 1
            high >>= 1
        return nodes
