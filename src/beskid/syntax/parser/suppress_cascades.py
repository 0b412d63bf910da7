"""Suppresses the errors that follow from a missing or surplus quote, or from a missing `{`.

After such a quote, string contents are parsed as code and code as strings. After a missing `{`, a body ends at the
brace of its parent. Takes the errors of a text in order, returns those to report.
"""

from __future__ import annotations

from beskid.source.diagnostics import Diagnostic
from beskid.syntax.tokens import HOLE_OPEN, STRING, STRING_END, STRING_START, STRING_TEXT, Tokens

_TEXTS = frozenset((STRING, STRING_START, STRING_TEXT, STRING_END, HOLE_OPEN))


def suppress_cascades(tokens: Tokens, diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Drop the errors after the first sign that strings and code have been swapped.

    The sign itself is dropped if an error next to a string is more specific.
    """
    sign = _sign(tokens)
    if sign is None:
        return _without_errors_after_a_missing_brace(tokens, diagnostics)
    before = [diagnostic for diagnostic in diagnostics if diagnostic.span.start < sign]
    if any(_is_beside_a_text(tokens, diagnostic.span.start) for diagnostic in before):
        return before
    here = [diagnostic for diagnostic in diagnostics if diagnostic.span.start == sign]
    return before + here[:1]


def _without_errors_after_a_missing_brace(tokens: Tokens, diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Drop the errors after an expected `{` in a text with more `}` than `{`: the rest of the text is misread."""
    kinds = tokens.kinds
    if kinds.count("}") <= kinds.count("{"):
        return diagnostics
    for index, diagnostic in enumerate(diagnostics):
        if diagnostic.message.startswith("expected `{`"):
            return diagnostics[: index + 1]
    return diagnostics


def _sign(tokens: Tokens) -> int | None:
    """Return the offset of the first `${` outside a string or of an unterminated string, whichever comes first."""
    text = tokens.source.text
    for diagnostic in tokens.diagnostics:
        start = diagnostic.span.start
        if text.startswith("${", start) or (tokens.unterminated and text.startswith('"', start)):
            return start
    return None


def _is_beside_a_text(tokens: Tokens, offset: int) -> bool:
    """Return whether the offset is next to a string, or inside an unterminated one."""
    index = tokens.index_at(offset)
    kinds = tokens.kinds
    if kinds[:index].count(STRING_START) > kinds[:index].count(STRING_END):
        return True
    return any(kind in _TEXTS for kind in kinds[max(index - 1, 0) : index + 1])
