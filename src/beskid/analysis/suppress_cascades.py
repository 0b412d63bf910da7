"""Suppresses follow-up diagnostics: of those with one cause, the first by location is kept.

Takes diagnostics sorted by location; returns those to show. Errors that the same edit would fix, such as a missing
import, have one cause; so have errors of one file with the same subject, such as a type whose declaration is
misspelled. The suppressed locations become secondary locations of the first. Of several errors with one code at one
location, the first is kept and represents the subjects of all.
"""

from __future__ import annotations

from typing import Final

from beskid.base.node import replace
from beskid.source.diagnostics import Diagnostic, Edit, Label
from beskid.source.text import Span

_MOST_PLACES: Final = 3


def suppress_cascades(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Return the diagnostics without those that follow from an earlier one."""
    remedies: set[tuple[Edit, ...]] = set()
    kept: list[Diagnostic] = []
    first_of: dict[tuple[str, str], int] = {}
    others: dict[int, list[Label]] = {}
    shown: dict[tuple[str, str, Span], int] = {}
    for diagnostic in diagnostics:
        path = diagnostic.source.path
        earlier = shown.setdefault((diagnostic.code, path, diagnostic.span), len(kept))
        if earlier < len(kept):
            if diagnostic.subject:
                first_of.setdefault((path, diagnostic.subject), earlier)
            continue
        remedy = diagnostic.fixes[0].edits if diagnostic.fixes else ()
        if remedy and remedy in remedies:
            continue
        remedies.add(remedy)
        if diagnostic.subject:
            first = first_of.setdefault((path, diagnostic.subject), len(kept))
            if first < len(kept):
                others.setdefault(first, []).append(Label(diagnostic.source, diagnostic.span, "and here"))
                continue
        kept.append(diagnostic)
    for index, places in others.items():
        kept[index] = replace(kept[index], related=(*kept[index].related, *places[:_MOST_PLACES]))
    return kept
