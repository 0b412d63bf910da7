"""Code actions: the fixes of diagnostics, and all safe fixes of a text at once."""

from __future__ import annotations

from enum import Enum, auto

from beskid.base.node import node
from beskid.source.diagnostics import Diagnostic, Edit
from beskid.source.fixes import apply_safe_fixes
from beskid.source.text import SourceText, Span


class Kind(Enum):
    FIX = auto()
    EXTRACT = auto()
    INLINE = auto()
    REWRITE = auto()


@node
class Action:
    """Edits with a title. `diagnostic` is what a fix solves."""

    kind: Kind
    title: str
    edits: tuple[Edit, ...]
    diagnostic: Diagnostic | None = None
    is_preferred: bool = False


def fixes(diagnostics: list[Diagnostic], source: SourceText, span: Span) -> list[Action]:
    """Return the fixes of the diagnostics that touch a part of a text."""
    found: list[Action] = []
    for diagnostic in diagnostics:
        touches = diagnostic.span.start <= span.end and span.start <= diagnostic.span.end
        if diagnostic.source is not source or not touches:
            continue
        found += [Action(Kind.FIX, fix.title, fix.edits, diagnostic, fix.safe) for fix in diagnostic.fixes]
    return found


def fix_all(diagnostics: list[Diagnostic], source: SourceText) -> str | None:
    """Return a text with every safe fix applied, or None when there is none."""
    own = [each for each in diagnostics if each.source is source]
    return apply_safe_fixes(own, [source.path]).texts.get(source)
