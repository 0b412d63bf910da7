"""Applies the fixes of diagnostics to texts.

Takes diagnostics of unchanged texts, returns new texts. A fix is applied completely or not at all; only safe fixes are
applied. A fix whose edits overlap those of another one is left for the next round, in which the caller checks again.
"""

from __future__ import annotations

from collections.abc import Iterable

from beskid.base.node import node
from beskid.source.diagnostics import Diagnostic, Edit, Fix
from beskid.source.render import arrange
from beskid.source.text import SourceText


@node
class AppliedFix:
    """A fix that was applied, with its diagnostic."""

    diagnostic: Diagnostic
    fix: Fix


@node
class FixResult:
    """The changed texts by their old ones, and the applied fixes."""

    texts: dict[SourceText, str]
    applied: list[AppliedFix]


def apply_safe_fixes(diagnostics: list[Diagnostic], changeable: Iterable[str]) -> FixResult:
    """Apply the first safe fix of each diagnostic whose edits are all in files with `changeable` paths."""
    paths = frozenset(changeable)
    accepted: dict[SourceText, list[Edit]] = {}
    applied: list[AppliedFix] = []
    for diagnostic in arrange(diagnostics):
        fix = _safe_fix(diagnostic, paths)
        if fix is None or not _accept(fix, accepted):
            continue
        applied.append(AppliedFix(diagnostic, fix))
    return FixResult({source: edited(source.text, edits) for source, edits in accepted.items()}, applied)


def _safe_fix(diagnostic: Diagnostic, paths: frozenset[str]) -> Fix | None:
    for fix in diagnostic.fixes:
        if fix.safe and all(edit.source.path in paths for edit in fix.edits):
            return fix
    return None


def _accept(fix: Fix, accepted: dict[SourceText, list[Edit]]) -> bool:
    """Add the edits of a fix unless one of them overlaps an accepted edit."""
    new = [edit for edit in fix.edits if edit not in accepted.get(edit.source, [])]
    if any(_collide(edit, other) for edit in new for other in accepted.get(edit.source, [])):
        return False
    for edit in new:
        accepted.setdefault(edit.source, []).append(edit)
    return True


def _collide(edit: Edit, other: Edit) -> bool:
    if edit.span == other.span:
        return True
    return edit.span.start < other.span.end and other.span.start < edit.span.end


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with edits, which do not overlap."""
    pieces: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda each: each.span):
        pieces += [text[position : edit.span.start], edit.text]
        position = edit.span.end
    return "".join([*pieces, text[position:]])
