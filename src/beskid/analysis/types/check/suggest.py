"""Suggestions for names that do not exist: the closest ones that do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from beskid.analysis.model.symbols import TypeSymbol
from beskid.analysis.model.types import (
    ArrayType,
    ContractType,
    EnumType,
    PrimitiveType,
    StructType,
    Type,
    show_type,
)

SYNONYMS: Final[dict[str, tuple[str, ...]]] = {
    "length": ("Len", "Count"), "size": ("Len", "Count"), "len": ("Count",), "count": ("Len",), "add": ("Push",),
    "append": ("Push", "Concat"), "addall": ("PushAll",), "extend": ("PushAll", "Concat"), "put": ("Insert", "Set"),
    "set": ("Insert",), "has": ("Contains", "ContainsKey"), "includes": ("Contains",), "haskey": ("ContainsKey",),
    "contains": ("ContainsKey",), "substring": ("Slice",), "substr": ("SubSlice",), "indexof": ("IndexOf",),
    "find": ("IndexOf",), "strip": ("Trim",), "lower": ("ToLower",), "tolowercase": ("ToLower",),
    "upper": ("ToUpper",), "touppercase": ("ToUpper",), "toint": ("ParseI64",), "parseint": ("ParseI64",),
    "tofloat": ("ParseF64",), "todouble": ("ParseF64",), "charat": ("ByteAt",), "remove": ("RemoveAt",),
    "where": ("Filter",), "select": ("Map",), "empty": ("IsEmpty",), "enqueue": ("Push",), "dequeue": ("Pop",),
    "unwrap": ("ValueOr",), "isempty": ("IsEmpty",),
}  # fmt: skip
"""Names of other languages, in lower case, and ours for the same; the first that exists is meant."""


def member_subject(owner: TypeSymbol | Type, name: str) -> str:
    """The subject of faults about a member that a type does not have; none where the type is one body's own."""
    match owner:
        case TypeSymbol():
            shown = owner.qualified_name()
        case StructType() | EnumType() | ContractType():
            shown = owner.symbol.qualified_name()
        case PrimitiveType() | ArrayType():
            shown = show_type(owner)
        case _:
            return ""
    return f"member {shown}.{name}"


def closest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate a user most likely meant, or None when nothing is near."""
    # The import costs time and only failing programs need it.
    from difflib import get_close_matches

    pool = sorted(set(candidates))
    lowered = {candidate.lower(): candidate for candidate in pool}
    if name.lower() in lowered:
        return lowered[name.lower()]
    for synonym in SYNONYMS.get(name.lower().replace("_", ""), ()):
        if synonym in pool:
            return synonym
    matches = get_close_matches(name, pool, n=1, cutoff=0.6)
    return matches[0] if matches else None


def did_you_mean(name: str, candidates: Iterable[str], otherwise: str) -> str:
    """Help text: the closest name, or the given text."""
    pool = list(candidates)
    found = closest(name, pool)
    return f"did you mean `{found}`?" if found is not None else otherwise


def listing(names: Iterable[str], limit: int = 8) -> str:
    """Some names for a help text, in order, with an ellipsis when there are more."""
    pool = list(names)
    shown = ", ".join([f"`{name}`" for name in pool[:limit]])
    return f"{shown}, …" if len(pool) > limit else shown
