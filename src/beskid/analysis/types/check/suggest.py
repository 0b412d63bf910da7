"""Suggestions for names that do not exist: the closest ones that do."""

from __future__ import annotations

from collections.abc import Iterable


def closest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate a user most likely meant, or None when nothing is near."""
    # The import costs time and only failing programs need it.
    from difflib import get_close_matches

    pool = sorted(set(candidates))
    lowered = {candidate.lower(): candidate for candidate in pool}
    if name.lower() in lowered:
        return lowered[name.lower()]
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
