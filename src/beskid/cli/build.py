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
    add_input,
    add_lints,
    add_messages,
    add_optimization,
    add_roots,
    add_time_passes,
)
from beskid.cli.linking import add_linking
from beskid.cli.progress import Progress
from beskid.cli.report import print_diagnostics
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_FINE, STATUS_USAGE, DriverError
from beskid.driver.options import CompileOptions
from beskid.source.codes import E1529, E4040

if TYPE_CHECKING:
    from beskid.aot.request import OutputKind
    from beskid.driver.inputs.project import ResolvedInput
    from beskid.driver.session import Session

KINDS = ("exe", "shared", "static", "object")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_input(parser)
    parser.add_argument("--kind", choices=KINDS, help="kind of the output (default: exe; shared for a Lib target)")
    parser.add_argument("-o", "--output", metavar="OUT", help="output file")
    add_optimization(parser)
    add_roots(parser)
    add_entrypoint(parser)
    add_linking(parser)
    parser.add_argument(
        "--target-triple", metavar="TRIPLE", default="", help="the target triple (default: this machine)"
    )
    parser.add_argument("--strip", action="store_true", help="omit symbols and debug information")
    parser.add_argument(
        "--emit-metadata",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="write OUT.beskid.json, a description of the output",
    )
    parser.add_argument("--verbose-link", action="store_true", help="print the command that links")
    add_time_passes(parser)
    add_lints(parser)
    add_messages(parser)


def execute(options: argparse.Namespace) -> int:
    from beskid.aot.request import OutputKind
    from beskid.cli.session import open_input, session_of
    from beskid.driver.linking import link
    from beskid.driver.outputs import output_path

    resolved = open_input(options)
    if resolved is None:
        return STATUS_DIAGNOSTICS
    kind = output_kind(options.kind, resolved)
    is_library = kind in (OutputKind.SHARED, OutputKind.STATIC)
    if not options.roots and kind is not OutputKind.EXECUTABLE:
        raise DriverError(
            "--no-roots requires --kind exe", "the start of an executable turns collection off", status=STATUS_USAGE
        )
    wanted = CompileOptions(
        options.optimize, False, options.entrypoint, options.target_triple, library=is_library, roots=options.roots
    )
    session = session_of(options, wanted, resolved)
    output = Path(options.output) if options.output else output_path(session.resolved, kind, options.optimize)
    prepare_folder(output, is_ours=not options.output)
    with Progress(f"building {session.resolved.stem}"):
        session.check(needs_entry=not is_library)
        image = None if session.has_errors() else session.object_bytes(uses_cache=not options.time_passes)
        print_diagnostics(session.diagnostics, options)
        if image is None:
            return STATUS_DIAGNOSTICS
        if is_library:
            require_exports(session)
        exports = session.exports()
        with session.times.measure("link"):
            result = link(
                image, kind, output, session.triple(), dict(os.environ), exports, options.strip,
                options.emit_metadata, session.links,
            )  # fmt: skip
    if options.time_passes:
        print(session.times.table(), file=sys.stderr)
    if options.verbose_link and result.command:
        print(f"link: {shlex.join(result.command)}", file=sys.stderr)
    print(f"output: {result.output}")
    return STATUS_FINE


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


def prepare_folder(output: Path, is_ours: bool) -> None:
    """Check before compiling that the output can be written. Only the artifact folders of beskid are created."""
    folder = output.parent
    try:
        if is_ours:
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DriverError.of_os_error("cannot create the folder", str(folder), error, E4040) from error
    if not folder.is_dir():
        raise DriverError(f"the folder {folder} does not exist", "", E4040)
    if output.is_dir():
        raise DriverError(f"{output} is a folder", "choose a file with -o", E4040)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise DriverError(f"the folder {folder} is not writable", "choose another output with -o", E4040)
