"""Faults that only follow from a lost quote.

Behind a quote that is missing, or that is too many, texts are read as code and code as texts. Takes the faults of a
text in order; gives those worth a word.
"""

from __future__ import annotations

from beskid.source.diagnostics import Diagnostic
from beskid.syntax.tokens import HOLE_OPEN, STRING, STRING_END, STRING_START, STRING_TEXT, Tokens

_TEXTS = frozenset((STRING, STRING_START, STRING_TEXT, STRING_END, HOLE_OPEN))


def suppress_cascades(tokens: Tokens, diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Drop what stands behind the first sign that texts and code have changed places.

    The sign itself is dropped where a fault beside a string says more.
    """
    sign = _sign(tokens)
    if sign is None:
        return diagnostics
    before = [diagnostic for diagnostic in diagnostics if diagnostic.span.start < sign]
    if any(_is_beside_a_text(tokens, diagnostic.span.start) for diagnostic in before):
        return before
    here = [diagnostic for diagnostic in diagnostics if diagnostic.span.start == sign]
    return before + here[:1]


def _sign(tokens: Tokens) -> int | None:
    """The offset of a hole outside a string, or of a string that never ends, whichever is first."""
    text = tokens.source.text
    for diagnostic in tokens.diagnostics:
        start = diagnostic.span.start
        if text.startswith("${", start) or (tokens.unterminated and text.startswith('"', start)):
            return start
    return None


def _is_beside_a_text(tokens: Tokens, offset: int) -> bool:
    """Whether a text stands here, or begins before and is open still."""
    index = tokens.index_at(offset)
    kinds = tokens.kinds
    if kinds[:index].count(STRING_START) > kinds[:index].count(STRING_END):
        return True
    return any(kind in _TEXTS for kind in kinds[max(index - 1, 0) : index + 1])
