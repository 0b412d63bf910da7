"""The formatter: rewrites a source text in the canonical style (`docs/reference/format.md`).

`format_source` returns the program in canonical form, or its syntax errors. It changes only white space, trailing
commas and the position of `mut`. It never raises and reads no files.
"""

from __future__ import annotations

import sys
from typing import Final

from beskid.base.node import node
from beskid.source.diagnostics import Diagnostic, has_errors
from beskid.source.text import SourceText
from beskid.syntax.format.declarations import DeclarationFormatter
from beskid.syntax.format.printer import render
from beskid.syntax.parser import ParseResult, parse

WIDTH: Final = 100
"""Lines are wrapped to this many columns."""

_FRAMES = 20_000
"""An upper limit for the Python frames needed to format the deepest tree."""


@node
class FormatResult:
    """The formatted text, or None and the syntax errors."""

    text: str | None
    diagnostics: list[Diagnostic]


def format_source(source: SourceText, width: int = WIDTH) -> FormatResult:
    """Format a text. Only tests pass another `width`."""
    parsed = parse(source)
    if has_errors(parsed.diagnostics):
        return FormatResult(None, parsed.diagnostics)
    return FormatResult(format_parsed(parsed, width), [])


def format_parsed(parsed: ParseResult, width: int = WIDTH) -> str:
    """Format a text that was parsed without errors."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _FRAMES))
    try:
        formatted = render(DeclarationFormatter(parsed.tokens).program(parsed.program), width)
    finally:
        sys.setrecursionlimit(limit)
    return formatted + "\n" if formatted else ""


__all__ = ["WIDTH", "FormatResult", "format_parsed", "format_source"]
