"""`beskid debug`: start a debugger on a program."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from beskid.cli.command import (
    add_entrypoint,
    add_input,
    add_lints,
    add_messages,
    add_optimization,
    add_own_machine,
    path_argument,
)
from beskid.cli.linking import add_linking
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_FINE, DriverError
from beskid.driver.options import CompileOptions

if TYPE_CHECKING:
    from beskid.driver.debugging import Debugger
    from beskid.driver.session import Session


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_input(parser)
    add_optimization(parser, default=0)
    add_entrypoint(parser)
    add_linking(parser)
    parser.add_argument("--lldb", action="store_true", help="start lldb instead of gdb")
    parser.add_argument(
        "-x", "--commands", metavar="FILE", type=path_argument, help="commands that the debugger runs first"
    )
    files = parser.add_mutually_exclusive_group()
    files.add_argument(
        "--gdb-file",
        action="store_true",
        help="print the path of the file by which any gdb shows values as Beskid does, and exit",
    )
    files.add_argument(
        "--lldb-file",
        action="store_true",
        help="print the path of the file by which any lldb shows values as Beskid does, and exit",
    )
    add_own_machine(parser)
    add_lints(parser)
    add_messages(parser)
    parser.epilog = "Arguments after -- go to the program."


def execute(options: argparse.Namespace) -> int:
    """Compile, and become the debugger."""
    from beskid.cli.session import open_session
    from beskid.driver.debugging import GDB_FILE, LLDB_FILE, Debugger, find_debugger
    from beskid.driver.targets import require_host

    if options.gdb_file or options.lldb_file:
        print(GDB_FILE if options.gdb_file else LLDB_FILE)
        return STATUS_FINE
    require_host(options.target_triple)
    debugger = Debugger.LLDB if options.lldb else Debugger.GDB
    path = find_debugger(debugger)
    session = open_session(options, CompileOptions(options.optimize, False, options.entrypoint, debug=True))
    if session is None:
        return STATUS_DIAGNOSTICS
    return debug(session, options, debugger, path, file=options.commands or "")


def debug(
    session: Session,
    options: argparse.Namespace,
    debugger: Debugger,
    path: str,
    commands: Sequence[str] = (),
    file: str = "",
) -> int:
    """Compile a session that keeps variables, and replace this process by the debugger at `path`.

    Returns only if the program has errors, which are printed.
    """
    from beskid.cli.session import use_object
    from beskid.driver.debugging import debugger_command, debugger_environment, make_executable, source_places

    environment = dict(os.environ)
    program = use_object(session, options, lambda image: make_executable(session, image, environment))
    if program is None:
        return STATUS_DIAGNOSTICS
    places = source_places(session.snapshot)
    words = debugger_command(debugger, path, program, options.program_arguments, places, commands, file)
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        os.execve(words[0], words, debugger_environment(debugger, path, environment))
    except OSError as error:
        raise DriverError.of_os_error("cannot run", words[0], error) from error
