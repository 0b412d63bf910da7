"""Diagnostics as data: what is wrong, where, why, and what to do.

A diagnostic is created by the layer that finds the error and rendered elsewhere. Errors of users are never raised.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from beskid.base.node import replace, value
from beskid.source.codes import Code
from beskid.source.text import SourceText, Span

UNKNOWN_TYPE: Final = "\0<error>"
"""How a type that another error made unknown is written in a message. No source text has this spelling."""


class Severity(Enum):
    ERROR = "error"
    WARNING = "warning"


@value
class Label:
    """A secondary span with a short text (`first declared here`)."""

    source: SourceText
    span: Span
    text: str


@value
class Edit:
    """Replace `span` of `source` by `text`."""

    source: SourceText
    span: Span
    text: str


@value
class Fix:
    """A named set of edits; `safe` ones keep the meaning of a correct program."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool = False


@value
class Diagnostic:
    """An error or a warning, with its primary span, label, help and secondary spans.

    `subject` names what is missing if the cause may be elsewhere (`type Node`): diagnostics of one file with the same
    subject are shown once. `is_consequence` says that the message names a type that another error made unknown.
    """

    code: Code
    severity: Severity
    message: str
    source: SourceText
    span: Span
    label: str = ""
    help: str | None = None
    related: tuple[Label, ...] = ()
    fixes: tuple[Fix, ...] = ()
    subject: str = ""
    is_consequence: bool = False


def error(
    code: Code,
    message: str,
    source: SourceText,
    span: Span,
    label: str = "",
    help: str | None = None,
    related: tuple[Label, ...] = (),
    fixes: tuple[Fix, ...] = (),
    subject: str = "",
) -> Diagnostic:
    """Create an error at `span`, with the label at the span and the help below it."""
    return _readable(Diagnostic(code, Severity.ERROR, message, source, span, label, help, related, fixes, subject))


def warning(
    code: Code,
    message: str,
    source: SourceText,
    span: Span,
    label: str = "",
    help: str | None = None,
    related: tuple[Label, ...] = (),
    fixes: tuple[Fix, ...] = (),
) -> Diagnostic:
    """Create a warning at `span`, as `error` does."""
    return _readable(Diagnostic(code, Severity.WARNING, message, source, span, label, help, related, fixes))


def _readable(made: Diagnostic) -> Diagnostic:
    """Mark a diagnostic whose message names an unknown type, and write such types readably."""
    texts = {"message": made.message, "label": made.label, "help": made.help or ""}
    if not any(UNKNOWN_TYPE in text for text in texts.values()):
        return made
    is_consequence = UNKNOWN_TYPE in made.message
    changes = {name: text.replace(UNKNOWN_TYPE, UNKNOWN_TYPE[1:]) for name, text in texts.items() if text}
    return replace(made, **changes, is_consequence=is_consequence)


def by_place(diagnostic: Diagnostic) -> tuple[str, int, bool, int, str]:
    """Return the sort key of a diagnostic: file, start, errors before warnings, end, code."""
    span = diagnostic.span
    return diagnostic.source.path, span.start, diagnostic.severity is Severity.WARNING, span.end, diagnostic.code


def has_errors(diagnostics: list[Diagnostic]) -> bool:
    return any(d.severity is Severity.ERROR for d in diagnostics)
