"""Suggestions for misspelt names: the closest candidate, and the wording of help texts that list names.

Takes names as text and knows nothing about what they denote.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

SYNONYMS: Final[dict[str, tuple[str, ...]]] = {
    "length": ("Len", "Count"), "size": ("Len", "Count"), "len": ("Count",), "count": ("Len",), "add": ("Push",),
    "append": ("Push", "Concat"), "addall": ("PushAll",), "extend": ("PushAll", "Concat"), "put": ("Insert", "Set"),
    "set": ("Insert",), "has": ("Contains", "ContainsKey"), "includes": ("Contains",), "haskey": ("ContainsKey",),
    "contains": ("ContainsKey",), "substring": ("Slice",), "substr": ("SubSlice",), "indexof": ("IndexOf",),
    "find": ("IndexOf",), "strip": ("Trim",), "lower": ("ToLower",), "tolowercase": ("ToLower",),
    "upper": ("ToUpper",), "touppercase": ("ToUpper",), "toint": ("ParseI64",), "parseint": ("ParseI64",),
    "tofloat": ("ParseF64",), "todouble": ("ParseF64",), "charat": ("ByteAt",), "remove": ("RemoveAt",),
    "where": ("Filter",), "select": ("Map",), "empty": ("IsEmpty",), "enqueue": ("Push",), "dequeue": ("Pop",),
    "unwrap": ("ValueOr",), "isempty": ("IsEmpty",), "valueor": ("UnwrapOr",), "getorelse": ("UnwrapOr",),
    "orelse": ("UnwrapOr",), "getordefault": ("UnwrapOr",), "valueordefault": ("UnwrapOr",), "or": ("UnwrapOr",),
    "unwrapordefault": ("UnwrapOr",), "getvalue": ("Unwrap",), "value": ("Unwrap",), "expect": ("Unwrap",),
    "ispresent": ("IsSome",), "isnothing": ("IsNone",), "okorelse": ("OkOr",), "orerror": ("OkOr",),
    "unwrapor": ("ValueOr",), "pushback": ("Push",), "insertlast": ("Push",), "popback": ("Pop",), "at": ("Get",),
    "foreach": ("ForEach", "Map"), "reduce": ("Fold",), "aggregate": ("Fold",), "any": ("Any", "Exists"),
    "startwith": ("StartsWith",), "endwith": ("EndsWith",), "splitby": ("Split",), "sortby": ("SortBy",),
}  # fmt: skip
"""Method names of other languages, in lower case, and the Beskid names for the same. The first that exists wins."""


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


def distance(left: str, right: str, limit: int) -> int:
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
        edits = distance(lowered, other, limit)
        if edits < best_distance:
            best, best_distance = candidate, edits
    return best


def closest_member(name: str, candidates: Iterable[str]) -> str | None:
    """Return the member a user most likely meant: the same name in other case, a synonym, or a similar name."""
    pool = sorted(set(candidates))
    lowered = {candidate.lower(): candidate for candidate in pool}
    if name.lower() in lowered:
        return lowered[name.lower()]
    for synonym in SYNONYMS.get(name.lower().replace("_", ""), ()):
        if synonym in pool:
            return synonym
    return closest(name, pool)


def did_you_mean(name: str, candidates: Iterable[str], otherwise: str) -> str:
    """Return a help text that names the closest member, or `otherwise` when none is close."""
    found = closest_member(name, candidates)
    return f"did you mean `{found}`?" if found is not None else otherwise


def listing(names: Iterable[str], limit: int = 8) -> str:
    """Return the first names in backticks, separated by commas, with an ellipsis when there are more."""
    pool = list(names)
    shown = ", ".join([f"`{name}`" for name in pool[:limit]])
    return f"{shown}, …" if len(pool) > limit else shown
