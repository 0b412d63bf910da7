"""`beskid check`: say what is wrong with a program, without making anything."""

from __future__ import annotations

import argparse
import sys

from beskid.cli.command import Command, add_input, add_messages
from beskid.cli.progress import Progress
from beskid.cli.report import print_diagnostics
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_FINE
from beskid.driver.options import CompileOptions
from beskid.source.diagnostics import has_errors


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_input(parser)
    parser.add_argument("--deny-warnings", action="store_true", help="fail on warnings too")
    parser.add_argument("--exit-zero", action="store_true", help="give status 0 whatever is found")
    add_messages(parser)


def execute(options: argparse.Namespace) -> int:
    from beskid.cli.session import open_session

    session = open_session(options, CompileOptions())
    if session is None:
        return STATUS_DIAGNOSTICS
    with Progress(f"checking {session.resolved.stem}"):
        session.check(needs_entry=False)
    print_diagnostics(session.diagnostics, options)
    fails = has_errors(session.diagnostics) or (options.deny_warnings and bool(session.diagnostics))
    if fails and not options.exit_zero:
        return STATUS_DIAGNOSTICS
    if not session.diagnostics and options.message_format == "human" and sys.stdout.isatty():
        print("No diagnostics.")
    return STATUS_FINE


COMMAND = Command("check", ("analyze",), "report what is wrong with a program", add_arguments, execute)
