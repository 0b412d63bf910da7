"""The long checks: how the summary reads the report of coverage, and which checks can be asked for."""

from __future__ import annotations

import sys
from pathlib import Path

from tests import limits
from tools.check_all import FUZZ_COUNTS, covered
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
