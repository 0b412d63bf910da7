"""Language programs behave the same when each function is compiled alone and every allocation collects.

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
"""One program in this many is run, and all of them with `BESKID_UNITS=all`."""

CASES = [case for case in find_cases(Path(__file__).parent) if "stress" in case.engines]
SHARES = (1, 1) if os.environ.get("BESKID_UNITS") == "all" else (SHARE, 12 * SHARE)
RUNS = [
    (case, level, imports)
    for case in CASES[:: SHARES[0]]
    # Units that are not optimized import nothing.
    for level, imports in ((0, False), (2, False), (2, True))
    if level or "jit-O0" in case.engines
]
COMPARED = CASES[:: SHARES[1]]


def share_of(name: str, share: int) -> str:
    """Return the name of a test that says how many programs are run."""
    return name if share == 1 else f"{name}, one of {share}"


def name_of(run: tuple[Case, int, bool]) -> str:
    case, level, imports = run
    return share_of(f"{case.name}-{level}-{'imports' if imports else 'alone'}", SHARES[0])


class Held:
    """A store in memory."""

    def __init__(self) -> None:
        self.images: dict[str, bytes] = {}

    def load(self, texts: Sequence[str]) -> list[bytes | None]:
        return [self.images.get(text) for text in texts]

    def store(self, images: dict[str, bytes]) -> None:
        self.images.update(images)


@pytest.mark.skipif(is_requested(), reason="units concern LLVM and not the runtime")
@pytest.mark.parametrize("case", COMPARED, ids=[share_of(case.name, SHARES[1]) for case in COMPARED])
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


@pytest.mark.skipif(is_requested(), reason="units concern LLVM and not the runtime")
@pytest.mark.parametrize("case, level, imports", RUNS, ids=map(name_of, RUNS))
def test_program_in_units(case: Case, level: int, imports: bool, tmp_path: Path) -> None:
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
