"""Source text for help messages: an expression as an operand, and with an explicit conversion."""

from __future__ import annotations

from beskid.analysis.model.types import Type, show_type
from beskid.analysis.types.check.state import BodyChecker
from beskid.source.text import Span


def as_form(checker: BodyChecker, span: Span, target: Type) -> str:
    """Return the source at `span` with an explicit conversion."""
    return f"{bracketed(checker, span)} as {show_type(target)}"


def bracketed(checker: BodyChecker, span: Span) -> str:
    """Return the source at `span`, in parentheses if an operator or a call could not follow it."""
    text = checker.text(span)
    if len(text) > 60 or "\n" in text:
        return "(…)"
    is_quoted = text[0] == text[-1] and text[0] in "\"'" and text.count(text[0]) == 2
    return text if is_quoted or all(c.isalnum() or c in "_.()[]" for c in text) else f"({text})"
