"""`beskid run`: compile a program in memory and run it, as its executable would run."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from beskid.cli.command import (
    add_entrypoint,
    add_input,
    add_lints,
    add_messages,
    add_optimization,
    add_own_machine,
    add_roots,
)
from beskid.cli.linking import add_linking, link_options
from beskid.cli.report import print_diagnostics, print_warnings
from beskid.driver.cache.warm import DEFAULT_ENGINE, RunRequest
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_FINE, STATUS_INTERNAL, STATUS_USAGE, DriverError
from beskid.driver.options import CompileOptions
from beskid.files.places import absolute_path, current_folder
from beskid.files.problems import shown_name

if TYPE_CHECKING:
    from beskid.driver.session import Session


def add_request_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of which `request_of` makes a request."""
    add_input(parser)
    add_optimization(parser)
    add_roots(parser)
    add_entrypoint(parser)
    add_linking(parser)
    parser.add_argument("--print-result", action="store_true", help="print the value that the entry returns")
    parser.add_argument(
        "--engine",
        choices=("jit", "aot", "oracle"),
        default=DEFAULT_ENGINE,
        help="compile in memory (default), build a temporary executable, or interpret the IR",
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_request_arguments(parser)
    add_own_machine(parser)
    parser.add_argument(
        "--after", metavar="PASS", default="", help="with --engine oracle: run the IR as it is after this pass"
    )
    parser.add_argument(
        "--bisect",
        action="store_true",
        help="run after each pass and as machine code, and report the first stage that changes the behaviour",
    )
    parser.add_argument(
        "--on-panic",
        choices=("exit", "debug"),
        default="exit",
        help="exit with status 101 (default), or run under gdb and stop there",
    )
    add_lints(parser)
    add_messages(parser)
    parser.epilog = "Arguments after -- go to the program."


def execute(options: argparse.Namespace) -> int:
    """Compile and run; the status is the program's. Warnings are printed before the program starts."""
    if options.after and options.engine != "oracle":
        raise DriverError("`--after` needs `--engine oracle`", status=STATUS_USAGE)
    from beskid.cli.session import open_session
    from beskid.driver.targets import require_host

    require_host(options.target_triple)
    if options.on_panic == "debug":
        return run_in_debugger(options)
    wanted = CompileOptions(options.optimize, options.print_result, options.entrypoint, roots=options.roots)
    session = open_session(options, wanted)
    if session is None:
        return STATUS_DIAGNOSTICS
    run = run_bisecting if options.bisect else RUN_BY_ENGINE[options.engine]
    status = run(session, options)
    return STATUS_DIAGNOSTICS if status is None else status


def run_in_debugger(options: argparse.Namespace) -> int:
    """Run the executable under gdb, which the user sees only if the program panics or gets a signal."""
    from beskid.cli.debug import debug
    from beskid.cli.session import open_session
    from beskid.driver.debugging import PANIC_COMMAND, QUIT_COMMAND, Debugger, find_debugger

    if options.engine != DEFAULT_ENGINE or options.bisect or options.print_result:
        help = "leave out `--engine`, `--bisect` and `--print-result`"
        raise DriverError("`--on-panic debug` runs an executable", help, status=STATUS_USAGE)
    path = find_debugger(Debugger.GDB)
    wanted = CompileOptions(options.optimize, False, options.entrypoint, roots=options.roots, debug=True)
    session = open_session(options, wanted)
    if session is None:
        return STATUS_DIAGNOSTICS
    return debug(session, options, Debugger.GDB, path, (PANIC_COMMAND, "run", QUIT_COMMAND))


def run_jit(session: Session, options: argparse.Namespace) -> int | None:
    """Compile in memory and run in this process; None when the program has errors, which are then printed."""
    from beskid.cli.session import use_object
    from beskid.driver.execute import execute as execute_object

    def use(program: bytes) -> int:
        session.remember(request_of(options))
        shown = shown_name(options.input or current_folder())
        return execute_object(program, options.program_arguments, dict(os.environ), session.links, shown)

    return use_object(session, options, use)


def run_aot(session: Session, options: argparse.Namespace) -> int | None:
    """Link an executable in a temporary folder and run it; None when the program has errors, which are then printed."""
    from beskid.cli.session import use_object
    from beskid.driver.built import execute_built

    def use(program: bytes) -> int:
        return execute_built(program, session.triple(), options.program_arguments, dict(os.environ), session.links)

    return use_object(session, options, use)


def run_oracle(session: Session, options: argparse.Namespace) -> int | None:
    """Interpret the IR of a stage; None when the program has errors, which are then printed."""
    from beskid.driver.oracle import run_streaming
    from beskid.driver.passes import stages_between

    _, stage = stages_between("", options.after)
    module = session.passed(stage)
    if module is None:
        print_diagnostics(session.diagnostics, options)
        return None
    print_warnings(session.diagnostics, options)
    sys.stdout.flush()
    return run_streaming(module, stage, options.program_arguments, dict(os.environ))


def run_bisecting(session: Session, options: argparse.Namespace) -> int | None:
    """Report how each stage behaves compared with the IR after lowering.

    None when the program has errors, which are then printed.
    """
    from beskid.driver.bisect import bisect

    session.check(needs_entry=True)
    if session.has_errors():
        print_diagnostics(session.diagnostics, options)
        return None
    print_warnings(session.diagnostics, options)
    stdin = b"" if sys.stdin.isatty() else sys.stdin.buffer.read()
    first = None
    for stage, behaviour in bisect(session, options.program_arguments, stdin, dict(os.environ)):
        if first is None:
            first = behaviour
            print(f"{stage}: exit status {behaviour.status}, {len(behaviour.stdout)} bytes of output", flush=True)
            continue
        difference = behaviour.difference_from(first)
        if difference:
            print(f"{stage}: {difference}")
            print(f"`{stage}` changes what the program does")
            return STATUS_INTERNAL
        print(f"{stage}: same", flush=True)
    return None if first is None else STATUS_FINE


RUN_BY_ENGINE: dict[str, Callable[[Session, argparse.Namespace], int | None]] = {
    "jit": run_jit,
    "aot": run_aot,
    "oracle": run_oracle,
}


def request_of(options: argparse.Namespace) -> RunRequest:
    """The request under which the warm path looks this command up."""
    return RunRequest(
        input=absolute_path(options.input or ""),
        optimize=options.optimize,
        print_result=options.print_result,
        entrypoint=options.entrypoint,
        project=absolute_path(options.project or ""),
        target=options.target or "",
        links=tuple(link_options(options).words()),
        engine=options.engine,
        roots=options.roots,
        folder="" if options.input or options.project else current_folder(),
        allow_link_args=options.allow_link_args,
        member=options.workspace_member,
        locked=options.locked,
    )
