"""Language programs do the same when each function is compiled on its own, while every allocation collects."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.lang.case import Case, find_cases, problems
from tests.lang.engines import COLLECT_ALWAYS, open_case, run_jit
from tests.sanitized import is_requested

from beskid.codegen.artifact import make_artifact
from beskid.codegen.emit import EmitOptions, emit_object
from beskid.codegen.unit_store import UnitBuild
from beskid.lower.pipeline import PassOptions, run_passes

SHARE = 8
"""One program in so many is tried, and all of them with `BESKID_UNITS=all`."""

CASES = [case for case in find_cases(Path(__file__).parent) if "stress" in case.engines]
if os.environ.get("BESKID_UNITS") != "all":
    CASES = CASES[::SHARE]


@pytest.mark.skipif(is_requested(), reason="what LLVM does with units is no matter of the runtime")
@pytest.mark.parametrize("imports", [True, False], ids=["imports", "alone"])
@pytest.mark.parametrize("level", [0, 2])
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_program_in_units(case: Case, level: int, imports: bool, tmp_path: Path) -> None:
    if not level and imports:
        pytest.skip("units that are not optimized import nothing")
    session = open_case(case, tmp_path)
    module = session.lowered()
    assert module is not None
    run_passes(module, PassOptions(optimize=level > 0))
    build = UnitBuild(min_size=0, max_size=1, imports=imports)
    path = tmp_path / "program.o"
    path.write_bytes(emit_object(make_artifact(module), EmitOptions(session.triple(), "", level), build=build))
    assert build.total == build.compiled == len(module.functions) + 1
    outcome = run_jit(case, path, tmp_path, COLLECT_ALWAYS)
    assert not problems(case, outcome), "\n".join(problems(case, outcome))
