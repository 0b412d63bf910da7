"""Language programs do the same when each function is compiled on its own, while every allocation collects.

Their bytes depend neither on the number of processes nor on what was compiled before.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
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
COMPARED = CASES
if os.environ.get("BESKID_UNITS") != "all":
    CASES = CASES[::SHARE]
    COMPARED = CASES[::12]


class Held:
    """A store in memory."""

    def __init__(self) -> None:
        self.images: dict[str, bytes] = {}

    def load(self, texts: Sequence[str]) -> list[bytes | None]:
        return [self.images.get(text) for text in texts]

    def store(self, images: dict[str, bytes]) -> None:
        self.images.update(images)


@pytest.mark.skipif(is_requested(), reason="what LLVM does with units is no matter of the runtime")
@pytest.mark.parametrize("case", COMPARED, ids=[case.name for case in COMPARED])
def test_bytes_in_units(case: Case, tmp_path: Path) -> None:
    session = open_case(case, tmp_path)
    artifact = session.artifact()
    assert artifact is not None
    options = EmitOptions(session.triple())
    store = Held()

    def made(jobs: int) -> bytes:
        return emit_object(artifact, options, build=UnitBuild(store, jobs, min_size=0, max_size=1))

    first = made(1)
    chance = random.Random(case.name)
    for jobs in (2, 16):
        # Some units are held, and the others are compiled by so many processes.
        for text in chance.sample(sorted(store.images), len(store.images) * jobs // 17):
            del store.images[text]
        assert made(jobs) == first
    assert made(2) == first


@pytest.mark.skipif(is_requested(), reason="what LLVM does with units is no matter of the runtime")
@pytest.mark.parametrize("imports", [True, False], ids=["imports", "alone"])
@pytest.mark.parametrize("level", [0, 2])
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_program_in_units(case: Case, level: int, imports: bool, tmp_path: Path) -> None:
    if not level and imports:
        pytest.skip("units that are not optimized import nothing")
    if not level and "jit-O0" not in case.engines:
        pytest.skip("the program shows what is optimized")
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
