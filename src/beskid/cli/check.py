"""`beskid check`: report the errors and warnings of a program without building it."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from beskid.cli.command import add_input, add_lints, add_messages, add_time_passes
from beskid.cli.progress import Progress
from beskid.cli.report import print_diagnostics
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_FINE
from beskid.driver.options import CompileOptions
from beskid.source.diagnostics import has_errors

if TYPE_CHECKING:
    from beskid.driver.session import Session
    from beskid.source.fixes import AppliedFix

MAX_FIX_ROUNDS = 16
"""A fix can reveal another diagnostic; more rounds than this mean that fixes undo each other."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_input(parser)
    parser.add_argument("--deny-warnings", action="store_true", help="exit with status 1 if there are warnings")
    parser.add_argument(
        "--fix", action="store_true", help="apply safe fixes to the files, then report the remaining diagnostics"
    )
    parser.add_argument("--exit-zero", action="store_true", help="always exit with status 0")
    add_time_passes(parser)
    add_lints(parser)
    add_messages(parser)


def execute(options: argparse.Namespace) -> int:
    from beskid.cli.session import distinct, members_to_use

    sessions: list[Session] = []
    for member in members_to_use(options):
        options.workspace_member = member
        session = checked_session(options)
        if session is not None and options.fix:
            session = fix(session, options)
        if session is None:
            return STATUS_DIAGNOSTICS
        sessions.append(session)
    diagnostics = distinct([diagnostic for session in sessions for diagnostic in session.diagnostics])
    if options.deny_warnings:
        # A warning that fails the command is never hidden.
        options.quiet = False
    print_diagnostics(diagnostics, options)
    if options.time_passes:
        for session in sessions:
            print(session.times.table(), file=sys.stderr)
    fails = has_errors(diagnostics) or (options.deny_warnings and bool(diagnostics))
    if fails and not options.exit_zero:
        return STATUS_DIAGNOSTICS
    if not diagnostics and options.message_format == "human" and sys.stdout.isatty():
        print("No diagnostics.")
    return STATUS_FINE


def checked_session(options: argparse.Namespace) -> Session | None:
    """Check the files as they are now; None when the manifest has errors."""
    from beskid.cli.session import open_session

    session = open_session(options, CompileOptions())
    if session is not None:
        with Progress(f"checking {session.resolved.stem}"):
            session.require_checked(needs_entry=False)
            session.keep_checked()
    return session


def fix(session: Session, options: argparse.Namespace) -> Session | None:
    """Apply safe fixes until none is left; return a session of the fixed files."""
    from beskid.driver.fixing import write_safe_fixes

    current: Session | None = session
    for _ in range(MAX_FIX_ROUNDS):
        if current is None:
            break
        applied = write_safe_fixes(current)
        if not applied:
            break
        for each in applied:
            print(fix_line(each))
        current = checked_session(options)
    return current


def fix_line(applied: AppliedFix) -> str:
    """`Main.bd:3:5: fixed[E1214]: declare `n` with `mut``."""
    diagnostic = applied.diagnostic
    line, column = diagnostic.source.position(diagnostic.span.start)
    return f"{diagnostic.source.path}:{line}:{column}: fixed[{diagnostic.code}]: {applied.fix.title}"
