"""Recognizes the mutants of an earlier report in the present sources.

A row of a report describes a mutant by its file, its scope, its statement before and after, and a number among equal
ones. Where that finds none, because code was moved or renamed, the most similar mutant that replaces the same text by
the same text is taken, if it is similar enough.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from tools.mutants.model import Mutant

MIN_SIMILARITY = 0.75
"""How similar the statements must be, from 0 to 1; the same file and the same scope add to it."""

Row = dict[str, str | int]
_EXACT = ("path", "scope", "kind", "before", "after", "number")
_ELSEWHERE = ("scope", "kind", "before", "after", "number")
_EDIT = ("kind", "replaced", "replacement")


def describe(mutants: Sequence[Mutant], sources: Mapping[str, bytes]) -> list[Row]:
    """Return a row for each mutant; the mutants of a file must be complete and in the order of its text."""
    seen: Counter[tuple[str, str, str, str]] = Counter()
    rows: list[Row] = []
    for mutant in mutants:
        source = sources[mutant.path]
        before, after = mutant.before(source), mutant.after(source)
        key = (mutant.path, mutant.scope, before, after)
        rows.append(
            {
                "path": mutant.path,
                "line": mutant.line,
                "scope": mutant.scope,
                "kind": mutant.kind,
                "replaced": source[mutant.start : mutant.end].decode(),
                "replacement": mutant.replacement,
                "before": before,
                "after": after,
                "number": seen[key],
            }
        )
        seen[key] += 1
    return rows


def match(wanted: Sequence[Row], present: Sequence[Row]) -> list[int | None]:
    """Return for each wanted row the index of its mutant in `present`, or None if there is none like it."""
    by_edit: defaultdict[tuple[str | int, ...], list[int]] = defaultdict(list)
    for index, row in enumerate(present):
        by_edit[_key(row, _EDIT)].append(index)
    found: list[int | None] = [None] * len(wanted)
    taken: set[int] = set()
    for fields in (_EXACT, _ELSEWHERE):
        places: defaultdict[tuple[str | int, ...], list[int]] = defaultdict(list)
        for index, row in enumerate(present):
            places[_key(row, fields)].append(index)
        for position, row in enumerate(wanted):
            candidates = [index for index in places[_key(row, fields)] if index not in taken]
            if found[position] is None and len(candidates) == 1:
                found[position] = candidates[0]
                taken.add(candidates[0])
    for position, row in enumerate(wanted):
        if found[position] is not None:
            continue
        scored = [
            (_similarity(row, present[index]), -index) for index in by_edit[_key(row, _EDIT)] if index not in taken
        ]
        best, place = max(scored, default=(0.0, 0))
        if best >= MIN_SIMILARITY:
            found[position] = -place
            taken.add(-place)
    return found


def _key(row: Row, fields: tuple[str, ...]) -> tuple[str | int, ...]:
    return tuple(row[field] for field in fields)


def _similarity(left: Row, right: Row) -> float:
    """Compare two rows with the same edit: mostly the statements, then file and scope."""
    # The statements as they become: they tell two edits of one statement apart.
    ratio = SequenceMatcher(None, str(left["after"]), str(right["after"]), autojunk=False).ratio()
    return ratio + 0.1 * (left["path"] == right["path"]) + 0.1 * (left["scope"] == right["scope"])
