"""`beskid bench`: measure the functions that are marked with `[Bench]`."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import closing

from beskid.cli.command import (
    add_force,
    add_input,
    add_lints,
    add_messages,
    add_optimization,
    add_own_machine,
    path_argument,
)
from beskid.cli.linking import add_linking
from beskid.cli.progress import Progress
from beskid.cli.report import print_diagnostics
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_FINE, STATUS_USAGE, DriverError
from beskid.driver.options import CompileOptions
from beskid.files.problems import shown_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from beskid.driver.benching.program import Benchmark
    from beskid.driver.benching.report import Timing
    from beskid.driver.session import Session
    from beskid.driver.testing.cases import TestCase
    from beskid.driver.testing.results import TestResult
    from beskid.driver.testing.run import CallTest

DEFAULT_SAMPLES = 10
MAX_SAMPLES = 1000
SAMPLE_TIMEOUT = 60.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_input(parser)
    add_linking(parser)
    add_own_machine(parser)
    chosen = parser.add_argument_group("selection")
    chosen.add_argument(
        "--filter",
        metavar="TEXT",
        action="append",
        default=[],
        help="run benchmarks whose qualified name contains TEXT",
    )
    chosen.add_argument("--exact", action="store_true", help="TEXT must be the whole name, qualified or not")
    chosen.add_argument("--list", action="store_true", help="list the benchmarks instead of running them")
    running = parser.add_argument_group("execution")
    running.add_argument(
        "--samples",
        metavar="N",
        type=_samples,
        default=DEFAULT_SAMPLES,
        help=f"how often each benchmark is measured (default {DEFAULT_SAMPLES})",
    )
    add_optimization(running)
    reports = parser.add_argument_group("reports")
    reports.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    reports.add_argument("--save", metavar="FILE", type=path_argument, help="also write the times for --compare")
    reports.add_argument("--compare", metavar="FILE", type=path_argument, help="show the change since a saved run")
    add_force(reports)
    add_lints(parser)
    add_messages(parser)


def execute(options: argparse.Namespace) -> int:
    """Measure the selected benchmarks; exit with status 1 if one of them panics or ends the process."""
    from beskid.cli.session import members_to_use
    from beskid.driver.targets import require_host

    require_host(options.target_triple)
    if options.json and options.compare:
        raise DriverError("--json and --compare cannot be used together", status=STATUS_USAGE)
    before = None if options.compare is None else _read_saved(options.compare)
    timings: list[Timing] = []
    for member in members_to_use(options):
        options.workspace_member = member
        done = _measure_project(options)
        if done is None:
            return STATUS_DIAGNOSTICS
        timings += done
    if options.list:
        return STATUS_FINE
    from beskid.driver.benching.report import saved_run, timing_lines

    if options.save is not None:
        from beskid.driver.outputs import write_output

        write_output(options.save, saved_run(timings).encode("utf-8", "replace"), None)
    if options.json:
        print(saved_run(timings), end="")
    else:
        print(timing_lines(timings, before) if timings else "No benchmarks found.")
    return STATUS_FINE


def _measure_project(options: argparse.Namespace) -> list[Timing] | None:
    """Measure the benchmarks of one project, or list them; None after errors, which are printed."""
    from beskid.cli.session import named_module, open_input, session_of
    from beskid.driver.benching.program import add_measuring_tests, find_benchmarks, measuring_cases
    from beskid.driver.testing.cases import Selection
    from beskid.source.diagnostics import has_errors

    resolved = open_input(options)
    if resolved is None:
        return None
    session = session_of(options, CompileOptions(options.optimize, tests=True), resolved)
    with Progress(f"checking {session.resolved.stem}"):
        checked = session.check(needs_entry=False)
    print_diagnostics(session.diagnostics, options)
    if checked.typed is None or has_errors(session.diagnostics):
        return None
    selection = Selection(tuple(options.filter), options.exact)
    found = find_benchmarks(checked.typed, named_module(options, session))
    benchmarks = [each for each in found if selection.takes_name(each.symbol.name, each.name)]
    if options.list:
        for each in benchmarks:
            print(shown_name(each.name))
        return []
    _check_output(session, options)
    if not benchmarks:
        return []
    measuring = session_of(options, CompileOptions(options.optimize, tests=True), resolved)
    add_measuring_tests(measuring, benchmarks)
    with Progress(f"compiling {session.resolved.stem}"):
        program = measuring.check(needs_entry=False).typed
        image = None if program is None else measuring.object_bytes()
    if program is None or image is None:
        print_diagnostics(measuring.diagnostics, options)
        return None
    cases = measuring_cases(program, benchmarks)
    return _measure(measuring, image, len(program.tests), benchmarks, cases, options.samples)


def _measure(
    session: Session,
    image: bytes,
    count: int,
    benchmarks: Sequence[Benchmark],
    cases: dict[str, TestCase],
    samples: int,
) -> list[Timing] | None:
    """Measure every benchmark once in each round, so that what else the machine does meets them alike."""
    from beskid.driver.benching.program import nanos_of
    from beskid.driver.benching.report import Timing
    from beskid.driver.execute import load_tests
    from beskid.driver.testing.results import Outcome, result_lines
    from beskid.driver.testing.run import RunLimits, run_tests

    def load() -> CallTest:
        return load_tests(image, count, dict(os.environ), session.links).call

    failed: TestResult | None = None
    times: dict[str, list[float]] = {each.name: [] for each in benchmarks}
    rounds = [cases[each.name] for _ in range(samples) for each in benchmarks]
    sys.stdout.flush()
    sys.stderr.flush()
    with closing(run_tests(load, rounds, RunLimits(1, SAMPLE_TIMEOUT))) as ended, Progress("measuring"):
        for result in ended:
            if result.outcome is not Outcome.PASSED:
                failed = result
                break
            nanos = nanos_of(result.stdout)
            if nanos is None:
                raise DriverError(f"the benchmark `{result.case.name}` writes too much", "remove its output")
            times[result.case.name].append(nanos)
    if failed is not None:
        print(result_lines(failed), flush=True)
        print(f"error: the benchmark `{failed.case.name}` failed", file=sys.stderr)
        return None
    return [Timing(each.name, tuple(times[each.name])) for each in benchmarks]


def _check_output(session: Session, options: argparse.Namespace) -> None:
    """Raise `DriverError` unless the times may be written."""
    if options.save is not None:
        from beskid.driver.outputs import check_outputs, inputs_of

        check_outputs([options.save], inputs_of(session), options.force, None)


def _read_saved(path: str) -> dict[str, Timing]:
    from beskid.driver.benching.report import SavedFileError, read_run
    from beskid.files.problems import FileError
    from beskid.files.reading import MAX_SOURCE_BYTES, read_file

    try:
        return read_run(read_file(str(path), MAX_SOURCE_BYTES).data)
    except FileError as error:
        raise DriverError(f"cannot read {shown_name(str(path))}: {error.reason}") from error
    except SavedFileError as error:
        message = f"{shown_name(str(path))} was not written by `beskid bench --save`"
        raise DriverError(message) from error


def _samples(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MAX_SAMPLES:
        raise argparse.ArgumentTypeError(f"`{text}` is not a number from 1 to {MAX_SAMPLES}")
    return int(text)
