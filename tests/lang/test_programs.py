"""Every language program behaves as expected, and identically in every engine."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.lang.case import Case, bless, find_cases, problems
from tests.lang.engines import compile_case, run_engine
from tests.sanitized import is_requested

LANGUAGE = Path(__file__).parent
# What the interpreter does is no matter of the runtime.
ENGINES_OF_THE_RUNTIME = ("jit-O0", "jit-O2", "aot-O2", "stress")
CASES = [*find_cases(LANGUAGE), *find_cases(LANGUAGE.parent / "regression")]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_program(case: Case, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    objects = compile_case(case, tmp_path)
    engines = [engine for engine in case.engines if not is_requested() or engine in ENGINES_OF_THE_RUNTIME]
    outcomes = {engine: run_engine(engine, case, objects, tmp_path) for engine in engines}
    reference_engine = "aot-O2" if "aot-O2" in engines else engines[0]
    reference = outcomes[reference_engine]
    differences = [
        f"{engine} differs from {reference_engine}:\n  {outcome}\n  {reference}"
        for engine, outcome in outcomes.items()
        if outcome.comparable() != reference.comparable()
    ]
    assert not differences, "\n".join(differences)
    if request.config.getoption("--bless"):
        bless(case, reference)
        return
    assert not problems(case, reference), "\n".join(problems(case, reference))


def test_there_are_programs() -> None:
    assert len(CASES) > 60
