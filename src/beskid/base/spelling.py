"""Words of messages: the closest candidate for a misspelt name by the distance between words, lists of names, and
numbers with their noun.

Takes names as text and knows nothing about what they denote.
"""

from __future__ import annotations

from collections.abc import Iterable


def _without_common_ends(left: str, right: str) -> tuple[str, str]:
    """Return two words without the letters at both ends in which they agree; the edits between them are the same."""
    shorter = min(len(left), len(right))
    start = 0
    while start < shorter and left[start] == right[start]:
        start += 1
    end = 0
    while end < shorter - start and left[-1 - end] == right[-1 - end]:
        end += 1
    return left[start : len(left) - end], right[start : len(right) - end]


def _distance(left: str, right: str, limit: int) -> int:
    """Return the number of edits between two words, or `limit + 1` when there are more than `limit`.

    An edit inserts, deletes or replaces a letter, or swaps two adjacent ones (optimal string alignment distance).
    """
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    left, right = _without_common_ends(left, right)
    before: list[int] = []
    previous = list(range(len(right) + 1))
    for row, a in enumerate(left, 1):
        current = [row]
        for column, b in enumerate(right, 1):
            cost = min(previous[column] + 1, current[-1] + 1, previous[column - 1] + (a != b))
            if row > 1 and column > 1 and a == right[column - 2] and left[row - 2] == b:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before, previous = previous, current
    return previous[-1]


def closest(name: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate most similar to `name`, ignoring case, or None when none is similar.

    At most a third of the letters may differ, and at most three; a name of one letter matches only itself in the other
    case.
    """
    limit = min(max(1, len(name) // 3), 3, len(name) - 1)
    best: str | None = None
    best_distance = limit + 1
    lowered = name.lower()
    letters = set(lowered)
    for candidate in candidates:
        if candidate == name or abs(len(candidate) - len(name)) > limit:
            continue
        other = candidate.lower()
        # An edit adds or removes at most two different letters; most candidates end here, without the table below.
        if len(letters.symmetric_difference(other)) > 2 * limit:
            continue
        edits = _distance(lowered, other, limit)
        if edits < best_distance:
            best, best_distance = candidate, edits
    return best


def listing(names: Iterable[str], limit: int = 8) -> str:
    """Return the first names in backticks, separated by commas, with an ellipsis when there are more."""
    pool = list(names)
    shown = ", ".join([f"`{name}`" for name in pool[:limit]])
    return f"{shown}, …" if len(pool) > limit else shown


def counted(number: int, noun: str) -> str:
    """Return the number with its noun: `1 argument`, `2 arguments`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
