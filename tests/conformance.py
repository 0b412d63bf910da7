"""Reads which tests the conformance pages name for which rows, and checks that these tests ran.

In a run of the whole suite, every named test must have passed at least once. A partial run proves nothing about the
pages and is not checked.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = (ROOT / "docs" / "reference" / "conformance.md", ROOT / "docs" / "internals" / "mapping.md")
FAULTS = ROOT / "tests" / "abi" / "faults.toml"

_ROW = re.compile(r"^\| (?P<row>[\w/-]+) \| [^|]+ \| (?P<shown>[^|]+) \|$", re.MULTILINE)
_TEST = re.compile(r"`(tests/[\w./-]+\.py::\w+)`")


def rows() -> dict[str, str]:
    """Return the rows of the conformance page with the text of their evidence."""
    text = PAGES[0].read_text(encoding="utf-8")
    return {match["row"]: match["shown"] for match in _ROW.finditer(text) if match["row"] not in ("Row", "---")}


def named_tests() -> set[str]:
    """Return every test that one of the pages names, or the list of faults that binaries had."""
    faults = tomllib.loads(FAULTS.read_text(encoding="utf-8"))["fault"]
    listed = {test.partition("[")[0] for fault in faults for test in fault["tests"]}
    return listed | {test for page in PAGES for test in _TEST.findall(page.read_text(encoding="utf-8"))}


class ConformanceWatch:
    """Collects what passed, and fails a whole run in which a named test did not."""

    def __init__(self) -> None:
        self.passed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            self.passed.add(report.nodeid.partition("[")[0])

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if not is_whole_run(session):
            return
        silent = sorted(named_tests() - self.passed)
        if silent:
            print("\nthe conformance page names tests that did not pass in this run:", *silent, sep="\n  ")
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def is_whole_run(session: pytest.Session) -> bool:
    """Whether this process ran all tests to the end."""
    config = session.config
    narrowed = (
        config.option.keyword
        or config.option.markexpr
        or config.option.collectonly
        or getattr(config.option, "lf", False)
    )
    if narrowed or hasattr(config, "workerinput") or config.getoption("--bless"):
        return False
    whole = config.args_source in (pytest.Config.ArgsSource.TESTPATHS, pytest.Config.ArgsSource.INVOCATION_DIR)
    return whole and not session.shouldstop and not session.shouldfail
