"""`beskid test`: run the tests of a project or a file, each in a process of its own."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import closing
from pathlib import Path

from beskid.cli.command import add_input, add_lints, add_messages, input_path
from beskid.cli.linking import add_linking
from beskid.cli.progress import Progress
from beskid.cli.report import print_diagnostics
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_FINE, DriverError
from beskid.driver.options import CompileOptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from beskid.driver.session import Session
    from beskid.driver.testing.cases import Selection, TestCase
    from beskid.driver.testing.results import TestResult
    from beskid.driver.testing.run import CallTest

DEFAULT_TIMEOUT = 60.0
LONGEST_TIMEOUT = 1e6
MOST_JOBS = 128
"""Each needs descriptors of its own, of which a process has a thousand."""

LARGEST_SEED = (1 << 32) - 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_input(parser)
    add_linking(parser)
    chosen = parser.add_argument_group("which tests")
    chosen.add_argument(
        "--filter", metavar="TEXT", action="append", default=[], help="run tests whose qualified name contains TEXT"
    )
    chosen.add_argument("--exact", action="store_true", help="TEXT is a whole name, qualified or not")
    chosen.add_argument("--include-tag", metavar="TAG", action="append", default=[], help="those with this tag")
    chosen.add_argument("--exclude-tag", metavar="TAG", action="append", default=[], help="those without this tag")
    chosen.add_argument("--group", metavar="PREFIX", default="", help="those whose group starts with PREFIX")
    chosen.add_argument("--list", action="store_true", help="name them and run none")
    running = parser.add_argument_group("how to run them")
    running.add_argument("--jobs", "-j", metavar="N", type=_positive, help="how many at once (default: processors)")
    running.add_argument(
        "--timeout", metavar="SECONDS", type=_duration, default=DEFAULT_TIMEOUT, help="for each test (default 60)"
    )
    running.add_argument("--fail-fast", action="store_true", help="start no test after a failure")
    running.add_argument("--shuffle", action="store_true", help="in random order")
    running.add_argument("--seed", metavar="N", type=_seed, help="the seed of the random order")
    running.add_argument("--no-capture", action="store_true", help="let tests write to the terminal, one at a time")
    running.add_argument("-O2", dest="optimize", action="store_const", const=2, default=0, help="optimised code")
    running.add_argument("-O0", dest="optimize", action="store_const", const=0, help="quick code (default)")
    reports = parser.add_argument_group("reports")
    reports.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    reports.add_argument("--junit", metavar="FILE", help="write JUnit's XML too")
    add_lints(parser)
    add_messages(parser)


def execute(options: argparse.Namespace) -> int:
    """Compile once, run what is asked for; status 1 when a test failed."""
    from beskid.cli.session import open_session
    from beskid.driver.execute import load_tests
    from beskid.driver.testing.cases import test_cases
    from beskid.source.diagnostics import has_errors

    session = open_session(options, CompileOptions(options.optimize, tests=True))
    if session is None:
        return STATUS_DIAGNOSTICS
    with Progress(f"checking {session.resolved.stem}"):
        checked = session.check(needs_entry=False)
    if checked.typed is None or has_errors(session.diagnostics):
        print_diagnostics(session.diagnostics, options)
        return STATUS_DIAGNOSTICS
    cases = test_cases(checked.typed, _asked_module(options, session))
    selection = _selection(options)
    if options.list:
        print_diagnostics(session.diagnostics, options)
        _print_list([case for case in cases if selection.takes(case)], options.json)
        return STATUS_FINE
    image = b""
    if any(selection.takes(case) and case.settings.skip_reason is None for case in cases):
        with Progress(f"compiling {session.resolved.stem}"):
            image = session.object_bytes() or b""
    print_diagnostics(session.diagnostics, options)
    if session.has_errors():
        return STATUS_DIAGNOSTICS
    count = len(checked.typed.tests)

    def load() -> CallTest:
        return load_tests(image, count, dict(os.environ), session.links).call

    return _report(_run(load, cases, selection, options), options)


def _asked_module(options: argparse.Namespace, session: Session) -> tuple[str, ...] | None:
    """The module of a file that was named; None for all modules."""
    path = input_path(options)
    is_file = path is not None and path.suffix.lower() == ".bd"
    return session.resolved.entry_module if is_file else None


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
    load: Callable[[], CallTest], cases: list[TestCase], selection: Selection, options: argparse.Namespace
) -> list[TestResult]:
    """Yield all results in order and print them as they arrive; includes the tests that do not run."""
    from beskid.driver.testing.results import FILTERED_REASON, Outcome, TestResult, result_lines
    from beskid.driver.testing.run import RunLimits, run_tests

    if options.shuffle or options.seed is not None:
        _shuffle(cases, options.seed)
    running = [case for case in cases if selection.takes(case) and case.settings.skip_reason is None]
    jobs = 1 if options.no_capture else min(options.jobs or _processors(), MOST_JOBS)
    limits = RunLimits(jobs, options.timeout, options.fail_fast, not options.no_capture)
    sys.stdout.flush()
    sys.stderr.flush()
    results: list[TestResult] = []
    # Closing ends the tests that still run when this is left early.
    with closing(run_tests(load, running, limits)) as ended:
        for case in cases:
            if not selection.takes(case):
                result = TestResult(case, Outcome.FILTERED_OUT, FILTERED_REASON)
            elif case.settings.skip_reason is not None:
                result = TestResult(case, Outcome.SKIPPED, case.settings.skip_reason)
            else:
                result = next(ended)
            results.append(result)
            if not options.json:
                _print(result_lines(result) + "\n")
    return results


def _shuffle(cases: list[TestCase], seed: int | None) -> None:
    import random

    number = random.SystemRandom().randint(0, LARGEST_SEED) if seed is None else seed
    print(f"order of --seed {number}", file=sys.stderr)
    random.Random(number).shuffle(cases)


def _report(results: list[TestResult], options: argparse.Namespace) -> int:
    from beskid.driver.testing.results import Outcome, count, json_report, junit_report, summary_line

    if options.junit:
        _write_file(Path(options.junit), junit_report(results))
    if options.json:
        _print(json_report(results))
    else:
        print(summary_line(results) if results else "No tests found.")
    failed = count(results, Outcome.FAILED)
    if not failed:
        return STATUS_FINE
    sys.stdout.flush()
    print(f"error: {failed} {'test' if failed == 1 else 'tests'} failed", file=sys.stderr)
    return STATUS_DIAGNOSTICS


def _print(text: str) -> None:
    """Tests write what they like; the terminal's encoding may not have it."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def _write_file(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", errors="replace")
    except OSError as fault:
        raise DriverError.of_os_error("cannot write", str(path), fault) from fault


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a positive integer, found `{text}`")
    return int(text)


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a non-negative integer, found `{text}`")
    return int(text)


def _duration(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= LONGEST_TIMEOUT:
        raise argparse.ArgumentTypeError(f"expected a number of seconds, found `{text}`")
    return seconds
