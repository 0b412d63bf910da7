"""`beskid test`: run the tests of a project or a file, each in its own process."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import closing

from beskid.base.spelling import counted
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
from beskid.cli.report import print_diagnostics
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_FINE, STATUS_USAGE, DriverError
from beskid.driver.options import CompileOptions
from beskid.files.problems import shown_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from beskid.driver.session import Session
    from beskid.driver.testing.cases import Selection, TestCase
    from beskid.driver.testing.coverage import FileCoverage
    from beskid.driver.testing.results import Planned, TestResult
    from beskid.engine.case_table import TestTable

DEFAULT_TIMEOUT = 60.0
MAX_TIMEOUT = 1e6
MAX_JOBS = 128
"""Each job needs several file descriptors, and a process often has no more than 1,024."""

MAX_SEED = (1 << 32) - 1
MAX_REQUESTED_JOBS = 1_000_000
"""What may be asked for; more than `MAX_JOBS` never run."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_input(parser)
    add_linking(parser)
    add_own_machine(parser)
    chosen = parser.add_argument_group("selection")
    chosen.add_argument(
        "--filter", metavar="TEXT", action="append", default=[], help="run tests whose qualified name contains TEXT"
    )
    chosen.add_argument("--exact", action="store_true", help="TEXT must be the whole name, qualified or not")
    chosen.add_argument("--include-tag", metavar="TAG", action="append", default=[], help="run tests with this tag")
    chosen.add_argument("--exclude-tag", metavar="TAG", action="append", default=[], help="skip tests with this tag")
    chosen.add_argument("--group", metavar="PREFIX", default="", help="run tests whose group starts with PREFIX")
    chosen.add_argument("--doc", action="store_true", help="run the examples of documentation instead of the tests")
    chosen.add_argument("--list", action="store_true", help="list the tests instead of running them")
    running = parser.add_argument_group("execution")
    running.add_argument(
        "--jobs",
        "-j",
        metavar="N",
        type=number_argument(1, MAX_REQUESTED_JOBS),
        help="number of parallel tests (default: number of processors)",
    )
    running.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=_duration,
        default=DEFAULT_TIMEOUT,
        help="time limit of each test (default 60)",
    )
    running.add_argument("--fail-fast", action="store_true", help="stop after the first failure")
    running.add_argument("--shuffle", action="store_true", help="run in random order")
    running.add_argument(
        "--seed", metavar="N", type=number_argument(0, MAX_SEED), help="run in the random order of this seed"
    )
    running.add_argument("--no-capture", action="store_true", help="show the output of tests; run one at a time")
    add_optimization(running, default=0)
    reports = parser.add_argument_group("reports")
    reports.add_argument("--json", action="store_true", help="print one JSON object instead of lines")
    reports.add_argument("--junit", metavar="FILE", type=path_argument, help="also write a JUnit XML report")
    reports.add_argument("--coverage", action="store_true", help="also print which lines of the package ran")
    reports.add_argument("--lcov", metavar="FILE", type=path_argument, help="also write the coverage for lcov")
    add_force(reports)
    add_lints(parser)
    add_messages(parser)


def execute(options: argparse.Namespace) -> int:
    """Compile once per project and run the selected tests; exit with status 1 if one fails."""
    from beskid.cli.session import members_to_use
    from beskid.driver.targets import require_host
    from beskid.driver.testing.results import Outcome

    require_host(options.target_triple)
    covers = options.coverage or options.lcov is not None
    for option, is_given in (("--doc", options.doc), ("--list", options.list)):
        if covers and is_given:
            measured = "--coverage" if options.coverage else "--lcov"
            raise DriverError(f"{measured} and {option} cannot be used together", status=STATUS_USAGE)
    if options.junit and options.lcov and os.path.realpath(options.junit) == os.path.realpath(options.lcov):
        raise DriverError("--junit and --lcov need different files", status=STATUS_USAGE)
    covered: list[FileCoverage] | None = [] if covers else None
    results: list[TestResult] = []
    listed: list[TestCase] = []
    is_broken = False
    members = members_to_use(options)
    for member in members:
        options.workspace_member = member
        if len(members) > 1 and not options.list:
            print(f"testing {shown_name(member)}", file=sys.stderr, flush=True)
        done = _test_examples(options, listed) if options.doc else _test_project(options, listed, covered)
        if done is None:
            if len(members) == 1 or options.list:
                return STATUS_DIAGNOSTICS
            # The reports tell of the other members.
            is_broken = True
            if options.fail_fast:
                break
            continue
        results += done
        if options.fail_fast and any(result.outcome is Outcome.FAILED for result in done):
            break
    if options.list:
        _print_list(listed, options.json)
        return STATUS_FINE
    status = _report(results, covered, options)
    return STATUS_DIAGNOSTICS if is_broken else status


def _test_project(
    options: argparse.Namespace, listed: list[TestCase], covered: list[FileCoverage] | None
) -> list[TestResult] | None:
    """Run the tests of one project, or add them to `listed`; None after errors, which are printed.

    Unless `covered` is None, the coverage of its files is measured and added.
    """
    from beskid.cli.session import named_module, open_session
    from beskid.driver.testing.cases import test_cases
    from beskid.driver.testing.results import Planned
    from beskid.source.diagnostics import has_errors

    session = open_session(options, CompileOptions(options.optimize, tests=True, coverage=covered is not None))
    if session is None:
        return None
    with Progress(f"checking {session.resolved.stem}"):
        checked = session.check(needs_entry=False)
    if checked.typed is None or has_errors(session.diagnostics):
        print_diagnostics(session.diagnostics, options)
        return None
    cases = test_cases(checked.typed, named_module(options, session))
    selection = _selection(options)
    if options.list:
        print_diagnostics(session.diagnostics, options)
        listed += [case for case in cases if selection.takes(case)]
        return []
    _check_report(session, options)
    planned = [Planned(case, _not_run(case, selection)) for case in cases]
    image = b""
    if any(each.result is None for each in planned):
        with Progress(f"compiling {session.resolved.stem}"):
            image = session.object_bytes() or b""
    print_diagnostics(session.diagnostics, options)
    if session.has_errors():
        return None
    loader = _loader(session, image, len(checked.typed.tests))
    if covered is None:
        return _run(loader, planned, options)
    from beskid.driver.testing.coverage import Counters, coverage_of

    points = session.points()
    counters = Counters(len(points.counters), _jobs(options))
    results = _run(lambda: counters.attach(loader()), planned, options, counters.begin)
    covered += coverage_of(points, counters.totals())
    return results


def _test_examples(options: argparse.Namespace, listed: list[TestCase]) -> list[TestResult] | None:
    """Run the examples of one project, or add them to `listed`; None after errors, which are printed."""
    from beskid.cli.session import open_input, session_of
    from beskid.driver.testing.examples import case_of, compile_examples, find_examples

    resolved = open_input(options)
    if resolved is None:
        return None

    def open_session() -> Session:
        return session_of(options, CompileOptions(options.optimize, tests=True), resolved)

    first = open_session()
    programs = find_examples(first)
    _check_report(first, options)
    if options.list:
        selection = _selection(options)
        listed += [case for at, each in enumerate(programs) if selection.takes(case := case_of(each, at))]
        return []
    with Progress(f"checking {resolved.stem}"):
        compiled = compile_examples(programs, _selection(options), open_session)
    if isinstance(compiled, list):
        print_diagnostics(compiled, options)
        return None
    image = b""
    if compiled.session is not None and any(each.result is None for each in compiled.planned):
        with Progress(f"compiling {resolved.stem}"):
            image = compiled.session.object_bytes() or b""
    return _run(_loader(compiled.session, image, compiled.tests), compiled.planned, options)


def _check_report(session: Session, options: argparse.Namespace) -> None:
    """Raise `DriverError` unless the reports may be written."""
    reports = [path for path in (options.junit, options.lcov) if path]
    if reports:
        from beskid.driver.outputs import check_outputs, inputs_of

        check_outputs(reports, inputs_of(session), options.force, None)


def _not_run(case: TestCase, selection: Selection) -> TestResult | None:
    from beskid.driver.testing.results import FILTERED_REASON, Outcome, TestResult

    if not selection.takes(case):
        return TestResult(case, Outcome.FILTERED_OUT, FILTERED_REASON)
    reason = case.settings.skip_reason
    return None if reason is None else TestResult(case, Outcome.SKIPPED, reason)


def _loader(session: Session | None, image: bytes, count: int) -> Callable[[], TestTable]:
    from beskid.driver.execute import load_tests

    links = None if session is None else session.links
    counts = session is not None and session.options.coverage
    return lambda: load_tests(image, count, dict(os.environ), links, counts)


def _selection(options: argparse.Namespace) -> Selection:
    from beskid.driver.testing.cases import Selection

    return Selection(
        tuple(options.filter), options.exact, tuple(options.include_tag), tuple(options.exclude_tag), options.group
    )


def _print_list(cases: Sequence[TestCase], as_json: bool) -> None:
    from beskid.driver.testing.results import json_list

    if as_json:
        print(json_list(cases), end="")
        return
    for case in cases:
        print(case.qualified_name())


def _run(
    load: Callable[[], TestTable],
    planned: list[Planned],
    options: argparse.Namespace,
    begin: Callable[[int], None] | None = None,
) -> list[TestResult]:
    """Return all results in order, printed as they come, tests that do not run included."""
    from beskid.driver.testing.results import result_lines
    from beskid.driver.testing.run import RunLimits, run_tests

    if options.shuffle or options.seed is not None:
        _shuffle(planned, options.seed)
    running = [each.case for each in planned if each.result is None]
    # An example that is expected to panic fails before it is judged.
    stops = options.fail_fast and not any(each.judge for each in planned)
    limits = RunLimits(_jobs(options), options.timeout, stops, not options.no_capture)
    sys.stdout.flush()
    sys.stderr.flush()
    results: list[TestResult] = []
    # Closing ends the tests that still run when this is left early.
    with closing(run_tests(lambda: load().call, running, limits, begin)) as ended:
        for each in planned:
            result = each.result or next(ended)
            if each.result is None and each.judge is not None:
                result = each.judge(result)
            results.append(result)
            if not options.json:
                _print(result_lines(result) + "\n")
    return results


def _jobs(options: argparse.Namespace) -> int:
    return 1 if options.no_capture else min(options.jobs or _processors(), MAX_JOBS)


def _shuffle(planned: list[Planned], seed: int | None) -> None:
    import random

    number = random.SystemRandom().randint(0, MAX_SEED) if seed is None else seed
    print(f"random order: --seed {number}", file=sys.stderr)
    random.Random(number).shuffle(planned)


def _report(results: list[TestResult], covered: list[FileCoverage] | None, options: argparse.Namespace) -> int:
    from beskid.driver.testing.results import Outcome, count, json_report, junit_report

    if options.junit:
        from beskid.driver.outputs import write_output

        write_output(options.junit, junit_report(results).encode("utf-8", "replace"), None)
    if covered is not None:
        _report_coverage(results, covered, options)
    elif options.json:
        _print(json_report(results))
    else:
        _print_summary(results, options)
    failed = count(results, Outcome.FAILED)
    if not failed:
        return STATUS_FINE
    sys.stdout.flush()
    print(f"error: {counted(failed, 'test')} failed", file=sys.stderr)
    return STATUS_DIAGNOSTICS


def _print_summary(results: list[TestResult], options: argparse.Namespace) -> None:
    from beskid.driver.testing.results import summary_line

    print(summary_line(results) if results else f"No {'examples' if options.doc else 'tests'} found.")


def _report_coverage(results: list[TestResult], covered: list[FileCoverage], options: argparse.Namespace) -> None:
    """Print the results and the coverage, which is written to a file too if that was asked for."""
    from beskid.driver.testing.coverage import coverage_table, json_coverage, lcov_report
    from beskid.driver.testing.results import json_report

    if options.lcov is not None:
        from beskid.driver.outputs import write_output

        write_output(options.lcov, lcov_report(covered), None)
    if options.json:
        _print(json_report(results, json_coverage(covered) if options.coverage else None))
        return
    _print_summary(results, options)
    if options.coverage:
        _print(f"{coverage_table(covered)}\n")


def _print(text: str) -> None:
    """Write as UTF-8: output of tests may contain characters that the terminal's encoding lacks."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _duration(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= MAX_TIMEOUT:
        raise argparse.ArgumentTypeError(f"`{text}` is not a positive number of seconds")
    return seconds
