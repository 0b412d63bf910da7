"""Diagnostics on standard error, in the form and colours that the user asked for."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from beskid.source.diagnostics import Diagnostic, Severity


def print_diagnostics(diagnostics: Sequence[Diagnostic], options: argparse.Namespace) -> None:
    """Print all diagnostics; nothing when there are none (JSON always has its summary)."""
    form = options.message_format
    found = list(diagnostics)
    if form == "json":
        from beskid.source.machine_readable import json_lines

        text = json_lines(found)
    elif not found:
        return
    elif form == "short":
        from beskid.source.render import short

        text = short(found)
    else:
        from beskid.source.render import human

        text = human(found, wants_colour(options.color))
    # A source may hold lone surrogates or characters that the terminal's encoding lacks.
    sys.stderr.flush()
    sys.stderr.buffer.write(text.encode("utf-8", "replace") + (b"" if text.endswith("\n") else b"\n"))
    sys.stderr.buffer.flush()


def errors_of(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    """The errors alone: what `run` shows, whose standard error belongs to the program."""
    return [diagnostic for diagnostic in diagnostics if diagnostic.severity is Severity.ERROR]


def wants_colour(choice: str) -> bool:
    """Colours on a terminal, `NO_COLOR` and `CLICOLOR_FORCE` honoured, `--color` deciding over all."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    forced = os.environ.get("CLICOLOR_FORCE", "0")
    if forced not in ("", "0"):
        return True
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
