"""`beskid run`: compile a program in memory and run it, as its executable would run."""

from __future__ import annotations

import argparse
import os

from beskid.cli.command import Command, add_entrypoint, add_input, add_messages, add_optimization, add_roots
from beskid.cli.linking import add_linking, link_options
from beskid.cli.progress import Progress
from beskid.cli.report import errors_of, print_diagnostics
from beskid.driver.cache.warm import RunRequest
from beskid.driver.failure import STATUS_DIAGNOSTICS
from beskid.driver.options import CompileOptions


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_input(parser)
    add_optimization(parser)
    add_roots(parser)
    add_entrypoint(parser)
    add_linking(parser)
    parser.add_argument("--print-result", action="store_true", help="print the value that the entry gives, of any type")
    add_messages(parser)
    parser.epilog = "Arguments after -- go to the program."


def execute(options: argparse.Namespace) -> int:
    """Compile and run; the status is the program's. Warnings stay silent: standard error is the program's."""
    from beskid.cli.session import open_session

    wanted = CompileOptions(options.optimize, options.print_result, options.entrypoint, roots=options.roots)
    session = open_session(options, wanted)
    if session is None:
        return STATUS_DIAGNOSTICS
    with Progress(f"compiling {session.resolved.stem}"):
        program = session.object_bytes()
    if program is None:
        print_diagnostics(errors_of(session.diagnostics), options)
        return STATUS_DIAGNOSTICS
    if options.roots:
        session.remember(request_of(options).key())
    from beskid.driver.execute import execute as execute_object

    return execute_object(program, options.program_arguments, dict(os.environ), session.links)


def request_of(options: argparse.Namespace) -> RunRequest:
    """The request under which the warm path looks this command up."""
    return RunRequest(
        os.path.abspath(options.input) if options.input else "",  # noqa: PTH100 (must equal the warm path's spelling)
        options.optimize,
        options.print_result,
        options.entrypoint,
        os.path.abspath(options.project) if options.project else "",  # noqa: PTH100
        options.target or "",
        tuple(link_options(options).words()),
    )


COMMAND = Command("run", (), "compile a program and run it", add_arguments, execute)
