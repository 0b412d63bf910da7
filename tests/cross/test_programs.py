"""Programs of the language behave on other machines as they say: same output, errors and status.

A program that cannot run on a target says so by `// targets:` with its reason (tests/lang/groups.py).

By default a sample runs: one in `SAMPLE` programs by their name, and all of `WHOLE`; on targets of the second tier one
in `SMALL_SAMPLE`. With `BESKID_CROSS=all` all of them run; `make cross` sets it to `stress`, and each runs again with a
collection at every allocation, unless its engines leave that out: a collection looks at the whole stack, so a program
that fills its stack would take hours.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from tests.cross.machines import RUN_TESTED, STRESS, build_case, missing_for, run_on
from tests.lang.case import Case, find_cases, problems
from tests.lang.groups import reason_against

LANGUAGE = Path(__file__).parent.parent / "lang"
SAMPLE = 4
SMALL_SAMPLE = 32
WHOLE = ("panics/", "externs/")
IS_COMPLETE = os.environ.get("BESKID_CROSS") in ("all", "stress")
IS_STRESSED = os.environ.get("BESKID_CROSS") == "stress"


def is_of_sample(name: str, one_in: int) -> bool:
    return hashlib.sha256(name.encode()).digest()[0] % one_in == 0


def is_chosen(name: str) -> bool:
    return IS_COMPLETE or name.startswith(WHOLE) or is_of_sample(name, SAMPLE)


CASES = [case for case in find_cases(LANGUAGE) if "aot-O2" in case.engines and is_chosen(case.name)]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_program(case: Case, tmp_path: Path) -> None:
    is_for_all = IS_COMPLETE or is_of_sample(case.name, SMALL_SAMPLE)
    offered = [target for target in RUN_TESTED if is_for_all or target.tier == 1]
    chosen = [target for target in offered if not reason_against(case.restrictions, target)]
    targets = [target for target in chosen if not missing_for(target)]
    if not targets:
        reasons = {reason_against(case.restrictions, target) for target in offered if target not in chosen}
        reasons |= {f"missing: {missing_for(target)}" for target in chosen}
        pytest.skip("; ".join(sorted(reasons)))
    failed: list[str] = []
    for target, executable in build_case(case, targets, tmp_path).items():
        runs = {target.name: run_on(target, executable, case, tmp_path, {})}
        if IS_STRESSED and "stress" in case.engines:
            runs[f"{target.name} under stress"] = run_on(target, executable, case, tmp_path, STRESS)
        failed += [f"{run}: {problem}" for run, outcome in runs.items() for problem in problems(case, outcome)]
    assert not failed, "\n".join(failed)
