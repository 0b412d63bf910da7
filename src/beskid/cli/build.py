"""`beskid build`: build an executable, a library or an object file."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from beskid.cli.command import (
    add_entrypoint,
    add_force,
    add_input,
    add_lints,
    add_machine,
    add_messages,
    add_optimization,
    add_roots,
    path_argument,
)
from beskid.cli.linking import add_linking
from beskid.cli.progress import Progress, print_announcement
from beskid.cli.report import print_diagnostics
from beskid.cli.times import add_times, report_times
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_FINE, STATUS_USAGE, DriverError
from beskid.driver.options import CompileOptions
from beskid.files.problems import shown_name, shown_text
from beskid.source.codes import E1529

if TYPE_CHECKING:
    from beskid.analysis.check import CheckedProgram
    from beskid.aot.request import BuildResult, OutputKind
    from beskid.driver.inputs.project import ResolvedInput
    from beskid.driver.session import Session

KINDS = ("exe", "shared", "static", "object", "python")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_input(parser)
    parser.add_argument("--kind", choices=KINDS, help="kind of the output (default: exe; shared for a Lib target)")
    parser.add_argument(
        "--wheel", action="store_true", help="with --kind python, write a wheel instead of the folder of the package"
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="OUT",
        type=path_argument,
        help="output file, or the folder for a Python package; missing folders are made",
    )
    add_force(parser)
    add_optimization(parser)
    add_roots(parser)
    add_entrypoint(parser)
    add_linking(parser)
    add_machine(parser)
    stripping = parser.add_mutually_exclusive_group()
    stripping.add_argument("--strip", action="store_true", help="omit symbols and debug information")
    stripping.add_argument(
        "-g",
        "--debug-info",
        action="store_true",
        help="include variables and types for a debugger (default: functions and lines)",
    )
    parser.add_argument(
        "--emit-metadata",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="write OUT.beskid.json, the description that `beskid abi verify` reads (default: on)",
    )
    parser.add_argument(
        "--runner",
        metavar="COMMAND",
        default="",
        help="then run the executable with this command, such as qemu-aarch64; arguments after -- go to the program",
    )
    parser.add_argument("--verbose-link", action="store_true", help="print the command that links")
    add_times(parser)
    add_lints(parser)
    add_messages(parser)


def execute(options: argparse.Namespace) -> int:
    """Build one program, or every program of a workspace."""
    from beskid.cli.session import members_to_use
    from beskid.driver.targets import triple_named

    options.target_triple = triple_named(options.target_triple)
    members = members_to_use(options, needs_app=True)
    for option, file in (("-o", options.output), ("--timings-json", options.timings_json)):
        if len(members) > 1 and file:
            help = f"name one with --workspace-member: {', '.join(members)}"
            message = f"{option} names one output, and the workspace has several programs"
            raise DriverError(message, help, status=STATUS_USAGE)
    for member in members:
        options.workspace_member = member
        status = build_one(options)
        if status != STATUS_FINE:
            return status
    return STATUS_FINE


def build_one(options: argparse.Namespace) -> int:
    from beskid.aot.metadata import METADATA_SUFFIX
    from beskid.aot.request import OutputKind
    from beskid.cli.session import open_input
    from beskid.driver.linking import link
    from beskid.driver.outputs import check_outputs, inputs_of, output_path
    from beskid.driver.targets import require_kind

    resolved = open_input(options)
    if resolved is None:
        return STATUS_DIAGNOSTICS
    kind = output_kind(options.kind, resolved)
    if options.wheel and kind is not OutputKind.PYTHON:
        raise DriverError("--wheel requires --kind python", status=STATUS_USAGE)
    if kind is not OutputKind.PYTHON:
        require_kind(options.target_triple, kind.value)
    if options.runner and kind is not OutputKind.EXECUTABLE:
        raise DriverError("--runner requires --kind exe", "only an executable can be run", status=STATUS_USAGE)
    if not options.roots and kind is not OutputKind.EXECUTABLE:
        raise DriverError(
            "--no-roots requires --kind exe", "the start of an executable turns collection off", status=STATUS_USAGE
        )
    if kind is OutputKind.PYTHON:
        from beskid.cli.build_python import build_python

        return build_python(options, resolved)
    note_unused_compiler(options)
    # An object with exported functions needs no entry function either, unless one is named.
    is_library = kind in (OutputKind.SHARED, OutputKind.STATIC)
    needs_entry = not is_library and (kind is not OutputKind.OBJECT or bool(options.entrypoint))
    session = open_build(options, resolved, needs_entry)
    output = (
        Path(options.output)
        if options.output
        else output_path(session.resolved, kind, options.optimize, session.triple())
    )
    wanted = [str(output), f"{output}{METADATA_SUFFIX}"] if options.emit_metadata else [str(output)]
    if options.timings_json:
        wanted.append(options.timings_json)
    check_outputs(wanted, inputs_of(session), options.force)
    with Progress(f"building {session.resolved.stem}", lambda: session.stage()):
        session.require_checked(needs_entry)
        if kind is OutputKind.OBJECT and not needs_entry and is_empty(session.check(needs_entry)):
            # The diagnostic reports that there is no entry function.
            session = open_build(options, resolved, needs_entry=True)
            session.check(needs_entry=True)
        image = None if session.has_errors() else session.object_bytes(uses_cache=not options.time_passes)
    print_diagnostics(session.diagnostics, options)
    if image is None:
        return STATUS_DIAGNOSTICS
    if is_library:
        require_exports(session)
    exports = session.exports()
    with Progress(f"building {session.resolved.stem}", session.stage) as progress, session.times.measure("link"):
        result = link(
            image, kind, output, session.triple(), dict(os.environ), exports, options.strip,
            options.emit_metadata, session.links, progress.announce,
        )  # fmt: skip
    report_times(session, options)
    if options.verbose_link and result.command:
        print(f"link: {shown_text(shlex.join(result.command))}", file=sys.stderr)
    print(output_line(result))
    if options.runner:
        from beskid.driver.built import run_built

        return run_built(shlex.split(options.runner), output, options.program_arguments, dict(os.environ))
    return STATUS_FINE


def note_unused_compiler(options: argparse.Namespace) -> None:
    """Say that the variable `CC` is for this machine when the program is for another one."""
    from beskid.driver.linking import COMPILER_VARIABLE, compiler_for, compiler_variable

    triple = options.target_triple
    if triple and os.environ.get(COMPILER_VARIABLE) and not compiler_for(triple, dict(os.environ)):
        name = compiler_variable(triple)
        print_announcement(f"note: CC is for programs of this machine; {name} names a compiler for this target")


def open_build(options: argparse.Namespace, resolved: ResolvedInput, needs_entry: bool) -> Session:
    from beskid.cli.session import session_of

    wanted = CompileOptions(
        options.optimize,
        False,
        options.entrypoint,
        options.target_triple,
        library=not needs_entry,
        roots=options.roots,
        debug=options.debug_info,
    )
    return session_of(options, wanted, resolved)


def is_empty(checked: CheckedProgram) -> bool:
    """Whether a correct program has neither an entry function nor an exported one."""
    return checked.typed is not None and checked.typed.entry is None and not checked.typed.exports


def output_line(result: BuildResult) -> str:
    """Return the line that names what was written, and what the description beside it is for."""
    line = f"output: {shown_name(result.output)}"
    if not result.metadata:
        return line
    return f"{line} (described by {shown_name(Path(result.metadata).name)}, for `beskid abi verify`)"


def output_kind(word: str | None, resolved: ResolvedInput) -> OutputKind:
    """Return the requested kind, otherwise the default of the target."""
    from beskid.aot.request import OutputKind

    if word is not None:
        return OutputKind(word)
    return OutputKind.SHARED if resolved.is_library() else OutputKind.EXECUTABLE


def require_exports(session: Session) -> None:
    """Raise `DriverError` for a library without exported functions."""
    if not session.exports():
        raise DriverError(
            f"the library `{session.resolved.stem}` exports no functions",
            'write `[Export(Abi: "C")]` before a public function',
            E1529,
            STATUS_DIAGNOSTICS,
        )
