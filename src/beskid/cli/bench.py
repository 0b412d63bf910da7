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
    number_argument,
    path_argument,
)
from beskid.cli.linking import add_linking
from beskid.cli.progress import Progress
from beskid.cli.report import print_diagnostics, print_text
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_FINE, STATUS_USAGE, DriverError
from beskid.driver.options import CompileOptions
from beskid.files.problems import shown_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from beskid.driver.benching.report import Timing
    from beskid.driver.session import Session
    from beskid.driver.testing.cases import TestCase
    from beskid.driver.testing.results import TestResult

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
        type=number_argument(1, MAX_SAMPLES),
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
    """Measure the selected benchmarks; exit with status 1 if one of them fails or a member has errors."""
    from beskid.cli.session import members_to_use
    from beskid.driver.targets import require_host

    require_host(options.target_triple)
    if options.json and options.compare:
        raise DriverError("--json and --compare cannot be used together", status=STATUS_USAGE)
    before = None if options.compare is None else _read_saved(options.compare)
    timings: list[Timing] = []
    status = STATUS_FINE
    members = members_to_use(options)
    for member in members:
        options.workspace_member = member
        if not _measure_project(options, timings, member if len(members) > 1 else ""):
            status = STATUS_DIAGNOSTICS
            if options.list:
                break
    # A run that measured nothing replaces no saved one.
    if options.list or (status != STATUS_FINE and not timings):
        return status
    from beskid.driver.benching.report import saved_run, timing_lines

    if options.save is not None:
        from beskid.driver.outputs import write_output

        write_output(options.save, saved_run(timings).encode("utf-8", "replace"), None)
    if options.json:
        print(saved_run(timings), end="")
    else:
        print(timing_lines(timings, before) if timings else "No benchmarks found.")
    return status


def _measure_project(options: argparse.Namespace, timings: list[Timing], member: str) -> bool:
    """Add the times of the benchmarks of one project to `timings`, or list them.

    Returns False after errors and failures, which are printed. `member` begins the names of the benchmarks.
    """
    from beskid.cli.session import named_module, open_input, session_of
    from beskid.driver.benching.program import add_measuring_tests, find_benchmarks, measuring_cases
    from beskid.driver.testing.cases import Selection
    from beskid.source.diagnostics import has_errors

    resolved = open_input(options)
    if resolved is None:
        return False
    session = session_of(options, CompileOptions(options.optimize, tests=True), resolved)
    with Progress(f"checking {session.resolved.stem}"):
        checked = session.check(needs_entry=False)
    print_diagnostics(session.diagnostics, options)
    if checked.typed is None or has_errors(session.diagnostics):
        return False
    selection = Selection(tuple(options.filter), options.exact)
    found = find_benchmarks(checked.typed, named_module(options, session), member)
    benchmarks = [each for each in found if selection.takes_name(each.symbol.name, each.name)]
    if options.list:
        for each in benchmarks:
            print(shown_name(each.name))
        return True
    _check_output(session, options)
    if not benchmarks:
        return True
    measuring = session_of(options, CompileOptions(options.optimize, tests=True), resolved)
    add_measuring_tests(measuring, benchmarks)
    with Progress(f"compiling {session.resolved.stem}"):
        program = measuring.check(needs_entry=False).typed
        image = None if program is None else measuring.object_bytes()
    if program is None or image is None:
        print_diagnostics(measuring.diagnostics, options)
        return False
    cases = measuring_cases(program, benchmarks)
    measured = _measure(measuring, image, len(program.tests), cases, options.samples)
    timings += measured
    return len(measured) == len(benchmarks)


def _measure(session: Session, image: bytes, count: int, cases: dict[str, TestCase], samples: int) -> list[Timing]:
    """Measure every benchmark once in each round, so that what else the machine does meets them alike.

    A benchmark that fails is reported and has no times.
    """
    from beskid.driver.benching.program import nanos_of
    from beskid.driver.benching.report import Timing
    from beskid.driver.execute import load_tests
    from beskid.driver.testing.results import Outcome
    from beskid.driver.testing.run import RunLimits, run_tests

    table = load_tests(image, count, dict(os.environ), session.links)
    failures: list[str] = []
    times: dict[str, list[float]] = {name: [] for name in cases}
    sys.stdout.flush()
    sys.stderr.flush()
    with Progress("measuring"):
        for _ in range(samples):
            waiting = [cases[name] for name in times]
            with closing(run_tests(lambda: table.call, waiting, RunLimits(1, SAMPLE_TIMEOUT))) as ended:
                for result in ended:
                    nanos = nanos_of(result.stdout) if result.outcome is Outcome.PASSED else None
                    if nanos is None:
                        failures.append(_failure(result))
                        del times[result.case.name]
                    else:
                        times[result.case.name].append(nanos)
    for failure in failures:
        print_text(failure)
    return [Timing(name, tuple(found)) for name, found in times.items()]


def _failure(result: TestResult) -> str:
    from beskid.driver.testing.results import Outcome, result_lines
    from beskid.driver.testing.run import CAPTURE_LIMIT

    if result.outcome is not Outcome.PASSED:
        return result_lines(result)
    return DriverError(
        f"the output of the benchmark `{shown_name(result.case.name)}` does not end with its time",
        f"remove what it writes; of a sample, {CAPTURE_LIMIT:,} bytes are kept",
    ).lines()


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
