"""Diagnostics on standard error, in the requested format and colors."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from beskid import __version__
from beskid.cli.color import wants_color
from beskid.source.diagnostics import Diagnostic, Severity


def print_diagnostics(diagnostics: Sequence[Diagnostic], options: argparse.Namespace) -> None:
    """Print all diagnostics, or the errors alone with `--quiet`.

    Without any, only JSON and SARIF print something: a summary, an empty log.
    """
    print_text(render(errors_of(diagnostics) if options.quiet else list(diagnostics), options))


def print_warnings(diagnostics: Sequence[Diagnostic], options: argparse.Namespace) -> None:
    """Print the warnings of a program that is about to run, if there are any."""
    if diagnostics and not options.quiet:
        print_diagnostics(diagnostics, options)


def print_text(text: str) -> None:
    """Write rendered diagnostics to standard error."""
    if not text:
        return
    # A source may contain lone surrogates, or characters that the terminal's encoding lacks.
    sys.stderr.flush()
    sys.stderr.buffer.write(text.encode("utf-8", "replace") + (b"" if text.endswith("\n") else b"\n"))
    sys.stderr.buffer.flush()


def render(diagnostics: list[Diagnostic], options: argparse.Namespace) -> str:
    """Return the diagnostics in the format of `--message-format`."""
    match options.message_format:
        case "human":
            from beskid.source.render import human

            return human(diagnostics, wants_color(options.color))
        case "short":
            from beskid.source.render import short

            return short(diagnostics)
        case "json":
            from beskid.source.machine_readable import json_lines

            return json_lines(diagnostics)
        case "sarif":
            from beskid.source.machine_readable import sarif

            return sarif(diagnostics, __version__)
        case "github":
            from beskid.source.machine_readable import github

            return github(diagnostics)
        case _:
            raise AssertionError(f"no renderer for the message format {options.message_format}")


def errors_of(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Return the errors among diagnostics."""
    return [diagnostic for diagnostic in diagnostics if diagnostic.severity is Severity.ERROR]
