"""The long checks: how the summary reads the report of coverage, and which checks can be asked for."""

from __future__ import annotations

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
    commands: list[list[str]] = []

    def record(self: Budget, name: str, command: Sequence[str], **variables: str) -> bool:
        commands.append(list(command))
        return False

    monkeypatch.setattr(Budget, "run", record)
    monkeypatch.setattr(check_all, "FOLDER", tmp_path)
    budget = Budget(time.monotonic() + 60, 1, ["tests/asked"])
    for check in CHECKS.values():
        check(budget)
    started = [[each for each in command if each.startswith("tests/")] for command in commands if "pytest" in command]
    assert started == [["tests/asked"]] * len(started)
    assert len(started) > 6
