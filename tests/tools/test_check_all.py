"""The long checks: how the summary reads the report of coverage, and which checks can be asked for."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests import limits
from tools import check_all
from tools.check_all import CHECKS, FUZZ_COUNTS, Budget, covered
from tools.fuzz.kinds import KINDS

ROOT = Path(__file__).resolve().parents[2]
REPORT = """\
Name                    Stmts   Miss  Cover
-------------------------------------------
src/beskid/base/a.py       10      5    50%
-------------------------------------------
TOTAL                      40      5    88%

3 files skipped due to complete coverage.
"""

STARTING_TESTS = {
    "tests of the compiled front end",
    "tests with warnings as errors",
    "corpus under the sanitizers",
    "calls from Python under the sanitizers",
    "programs in Pyodide",
    "coverage",
    "rules of the collector broken in turn",
    "museum",
    "injected faults",
    "units",
    "debug information",
    "sessions",
    "core library",
    "names of the corpus",
    "language server",
    "random tests",
}


def test_the_summary_names_the_total_of_coverage() -> None:
    assert covered(REPORT) == "88%"


def test_every_kind_of_fuzzed_input_is_tried() -> None:
    assert set(FUZZ_COUNTS) == set(KINDS)


def test_an_unknown_check_is_refused() -> None:
    command = [sys.executable, str(ROOT / "tools" / "check_all.py"), "--only", "lint,spelling"]
    done = limits.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "unknown check spelling" in done.stderr


def test_the_tests_that_were_asked_for_replace_those_of_every_check(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started: dict[str, list[str]] = {}

    def record(self: Budget, name: str, command: Sequence[str], **variables: str) -> bool:
        if "--outdir" in command:
            (Path(command[command.index("--outdir") + 1]) / "built.whl").touch()
        if "pytest" in command:
            started[name] = [each for each in command if each.startswith("tests/")]
        # What a check does after its tests needs their results; what it does before them passes.
        return "pytest" not in command

    monkeypatch.setattr(Budget, "run", record)
    monkeypatch.setattr(check_all, "FOLDER", tmp_path)
    budget = Budget(time.monotonic() + 60, 1, ["tests/asked"])
    for check in CHECKS.values():
        check(budget)
    check_all.random_rounds(budget, random.Random(1))
    names = {name.removesuffix(", tests/asked").partition(", seed ")[0] for name in started}
    assert names == STARTING_TESTS
    assert [tests for tests in started.values() if tests != ["tests/asked"]] == []
