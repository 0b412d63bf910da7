"""A selection of programs with the sanitized runtime, with ordinary collections and with one at every allocation.

`BESKID_TEST_RUNTIME=asan` runs all programs, the examples and the core library's tests so (CONTRIBUTING.md).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.lang.case import Case, problems
from tests.lang.engines import COLLECT_ALWAYS, compile_case, run_executable
from tests.lang.test_programs import CASES
from tests.sanitized import is_requested, sanitized_environment

ONE_IN = 12


def part(cases: list[Case]) -> list[Case]:
    """Select the programs about memory, and one in twelve of the others."""
    able = [case for case in cases if "aot-O2" in case.engines and "stress" in case.engines]
    memory = [case for case in able if case.name.startswith("memory/")]
    return memory + [case for case in able if case not in memory][::ONE_IN]


@pytest.mark.skipif(is_requested(), reason="all programs run so")
@pytest.mark.parametrize("case", part(CASES), ids=lambda case: str(case.name))
def test_program(case: Case, tmp_path: Path) -> None:
    environment = sanitized_environment()
    if environment is None:
        pytest.skip("this machine's gcc has no sanitizers")
    image = compile_case(case, tmp_path)["O2"]
    for variables in ({}, COLLECT_ALWAYS):
        outcome = run_executable(case, image, tmp_path, "O2", {**environment, **variables})
        assert not problems(case, outcome), f"{variables}: " + "\n".join(problems(case, outcome))
