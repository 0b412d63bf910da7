"""Suggestions for misspelt members: the Beskid names for methods of other languages, and the wording of help texts.

Takes names as text and knows nothing about what they denote.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from beskid.base.spelling import closest

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
