"""Which tests execute which line of the rooms, and how long each test takes.

As a pytest plugin (`-p tools.mutants.coverage_map`) it records both into the file that `MUTANTS_COVERAGE` names. Code
that runs in another process is not seen; compilation runs in the process of the tests.
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

VARIABLE = "MUTANTS_COVERAGE"
ROOMS = "MUTANTS_ROOMS"


class CoverageMap:
    """The recorded map."""

    def __init__(self, path: Path) -> None:
        data = json.loads(path.read_text(encoding="utf-8"))
        self.seconds: dict[str, float] = data["seconds"]
        self.lines: dict[str, dict[str, list[str]]] = data["lines"]

    def tests(self, path: str, first: int, last: int) -> list[str]:
        """Return the tests that execute one of the lines, the quickest first."""
        lines = self.lines.get(path, {})
        found = {test for line in range(first, last + 1) for test in lines.get(str(line), ()) if test in self.seconds}
        return sorted(found, key=lambda test: (self.seconds[test], test))

    def quickest(self) -> list[str]:
        """Return all tests: which of them depend on what a module does at its import is not known."""
        return sorted(self.seconds, key=lambda test: (self.seconds[test], test))

    def is_executed_at_import(self, path: str, first: int, last: int) -> bool:
        lines = self.lines.get(path, {})
        return any(lines.get(str(line)) == [] for line in range(first, last + 1))


class Recorder:
    """Records while the tests run."""

    def __init__(self, target: Path, rooms: list[str]) -> None:
        import coverage

        self.target = target
        self.coverage = coverage.Coverage(
            data_file=str(target.with_suffix(".coverage")), source=rooms, config_file=False, branch=False
        )
        self.seconds: dict[str, float] = {}
        self.coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self.coverage.switch_context(item.nodeid)
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            self.seconds[report.nodeid] = report.duration

    def pytest_sessionfinish(self) -> None:
        self.coverage.stop()
        self.coverage.save()
        data = self.coverage.get_data()
        here = Path.cwd()
        lines: dict[str, dict[str, list[str]]] = {}
        for file in data.measured_files():
            contexts: dict[int, list[str]] = data.contexts_by_lineno(file)
            name = Path(file).relative_to(here).as_posix()
            lines[name] = {str(line): sorted(filter(None, tests)) for line, tests in contexts.items()}
        self.target.write_text(json.dumps({"seconds": self.seconds, "lines": lines}), encoding="utf-8")


def pytest_configure(config: Any) -> None:
    """Start to record before anything of the compiler is imported."""
    if VARIABLE in os.environ:
        recorder = Recorder(Path(os.environ[VARIABLE]), os.environ[ROOMS].split(":"))
        config.pluginmanager.register(recorder, "coverage-map")
