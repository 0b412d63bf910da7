"""`beskid profile`: run a program and tell where it spends its time, or what its memory holds."""

from __future__ import annotations

import argparse
import os
import sys
from importlib.util import find_spec

from beskid.cli.command import (
    add_entrypoint,
    add_force,
    add_input,
    add_lints,
    add_messages,
    add_optimization,
    add_own_machine,
    number_argument,
    path_argument,
)
from beskid.cli.linking import add_linking
from beskid.cli.progress import Progress
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_USAGE, DriverError
from beskid.driver.options import CompileOptions
from beskid.files.places import absolute_path, current_folder
from beskid.files.problems import shown_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from beskid.driver.profiling.profile import Profile
    from beskid.driver.session import Session

TRIPLES = ("x86_64-unknown-linux-gnu",)
"""The machines whose registers and processes the library of the profiler knows."""

DEFAULT_FREQUENCY = 1000
MAX_FREQUENCY = 10_000
DEFAULT_ROWS = 15
MAX_ROWS = 1000
_NANOSECONDS = 1_000_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_input(parser)
    add_optimization(parser)
    add_entrypoint(parser)
    add_linking(parser)
    add_own_machine(parser)
    parser.add_argument(
        "--heap", action="store_true", help="show what holds the memory and what allocates, instead of the time"
    )
    parser.add_argument(
        "--frequency", metavar="N", type=number_argument(1, MAX_FREQUENCY),
        help=f"how many samples are taken in a second of processor time (default {DEFAULT_FREQUENCY})",
    )  # fmt: skip
    reports = parser.add_argument_group("reports")
    reports.add_argument(
        "--top", metavar="N", type=number_argument(1, MAX_ROWS), default=DEFAULT_ROWS,
        help=f"how many functions, lines and types are shown (default {DEFAULT_ROWS})",
    )  # fmt: skip
    reports.add_argument(
        "--speedscope", metavar="FILE", type=path_argument, help="also write the stacks for speedscope, as JSON"
    )
    reports.add_argument(
        "--folded", metavar="FILE", type=path_argument, help="also write the stacks for flame graphs, one in a line"
    )
    add_force(reports)
    add_lints(parser)
    add_messages(parser)
    parser.epilog = "Arguments after -- go to the program."


def execute(options: argparse.Namespace) -> int:
    """Run the program and print its profile to standard error; the status is the program's."""
    from beskid.cli.session import open_session, use_object
    from beskid.driver.targets import require_host

    if options.heap and options.frequency is not None:
        message = "--frequency is for samples of time, which --heap does not take"
        raise DriverError(message, "leave out one of them", status=STATUS_USAGE)
    require_host(options.target_triple)
    if find_spec("elftools") is None:
        raise DriverError("the profiler needs the package pyelftools", "pip install 'beskid[profile]'")
    session = open_session(options, CompileOptions(options.optimize, entrypoint=options.entrypoint))
    if session is None:
        return STATUS_DIAGNOSTICS
    if session.triple() not in TRIPLES:
        raise DriverError("this machine has no profiler", "it works on x86-64 Linux", status=STATUS_USAGE)
    _check_outputs(session, options)
    status = use_object(session, options, lambda program: _profile(session, options, program))
    return STATUS_DIAGNOSTICS if status is None else status


def _profile(session: Session, options: argparse.Namespace, image: bytes) -> int:
    from beskid.driver.profiling.profile import BYTES, NANOSECONDS, heap_report, profile_of
    from beskid.driver.profiling.sampling import ProfiledRun, record
    from beskid.driver.session import DEFAULT_ENTRY

    run = ProfiledRun(
        image,
        options.entrypoint or DEFAULT_ENTRY,
        shown_name(options.input or current_folder()),
        options.program_arguments,
        dict(os.environ),
        session.links,
    )
    period = None if options.heap else _NANOSECONDS // (options.frequency or DEFAULT_FREQUENCY)
    recording = record(run, period)
    if isinstance(recording, int):
        return recording
    with Progress("reading the samples"):
        profile = profile_of(recording, BYTES if options.heap else NANOSECONDS)
    if options.heap:
        print(heap_report(recording.census, options.top), end="\n\n", file=sys.stderr)
    _write(session, options, profile)
    return recording.status


def _write(session: Session, options: argparse.Namespace, profile: Profile) -> None:
    from beskid.driver.outputs import write_output
    from beskid.driver.profiling.profile import folded, report, speedscope

    # A file that cannot be written costs nothing of the report.
    print(report(profile, session.snapshot.lines_of, options.top), file=sys.stderr)
    if options.speedscope is not None:
        write_output(options.speedscope, speedscope(profile, session.resolved.stem).encode("utf-8", "replace"), None)
    if options.folded is not None:
        write_output(options.folded, folded(profile).encode("utf-8", "replace"), None)


def _check_outputs(session: Session, options: argparse.Namespace) -> None:
    """Raise `DriverError` unless the reports may be written."""
    from beskid.driver.outputs import check_outputs, inputs_of

    wanted = [path for path in (options.speedscope, options.folded) if path is not None]
    if len({absolute_path(path) for path in wanted}) < len(wanted):
        raise DriverError("--speedscope and --folded name the same file", status=STATUS_USAGE)
    check_outputs(wanted, inputs_of(session), options.force, None)
