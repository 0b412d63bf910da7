"""The failure that lowering can meet in a well-typed program, carried as a diagnostic.

Two things only show once types are concrete: type arguments that grow without end (E1204) and constructs that have no
lowering yet (E2001). The driver shows the diagnostic; nothing else raises `LoweringError`.
"""

from __future__ import annotations

from beskid.source.diagnostics import Diagnostic, error
from beskid.source.text import SourceText, Span


class LoweringError(Exception):
    """A program that cannot be lowered; `diagnostic` says why and where."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def unsupported(what: str, source: SourceText, span: Span, help: str | None = None) -> LoweringError:
    """The error for a construct that the language has and this compiler cannot yet lower."""
    return LoweringError(error("E2001", f"{what} is not supported yet", source, span, "used here", help))
