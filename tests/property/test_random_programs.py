"""Random well-typed programs do the same in every engine: output, errors and status.

An ordinary run tries 24 programs, the same every time. `BESKID_EXAMPLES` sets another number, `BESKID_RANDOM=N` draws
other programs. Hypothesis draws one number for each program, so that no two programs share their parts; a failing
program is shrunk here.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from tests import fresh
from tests.property.choices import GivenSource, SeededSource, reduced
from tests.property.comparison import TooLongError, differences, outcomes
from tests.property.programs import program

EXAMPLES = int(os.environ.get("BESKID_EXAMPLES", "24"))
PARTS = max(4, EXAMPLES // 50)
SECONDS_TO_REDUCE = 60.0
SECONDS_FOR_ONE = 20
"""The time limit of a program in all engines on a loaded machine. The median takes under a second of processor time."""


@pytest.mark.timeout(max(400, SECONDS_FOR_ONE * EXAMPLES // PARTS))
@pytest.mark.parametrize("part", range(PARTS))
def test_every_engine_does_the_same(part: int, tmp_path: Path) -> None:
    @seed(fresh.seed(part))
    @settings(
        max_examples=max(1, EXAMPLES // PARTS),
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, 2**48))
    def compare(number: int) -> None:
        source = SeededSource(number)
        text = program(source)
        found = problems(text, tmp_path)
        if not found:
            return
        numbers = reduced(source.numbers, lambda each: still_fails(each, found, tmp_path), SECONDS_TO_REDUCE)
        text = program(GivenSource(numbers))
        pytest.fail("\n".join([text, *problems(text, tmp_path)]), pytrace=False)

    compare()


def problems(text: str, folder: Path) -> list[str]:
    """What is wrong with a program: differences, or a stage that fell over. Too long programs have none."""
    try:
        return differences(outcomes(text, folder))
    except TooLongError:
        return []
    except Exception as fault:
        return [f"{type(fault).__name__}: {fault}"]


def still_fails(numbers: list[int], first: list[str], folder: Path) -> bool:
    """Whether a smaller program fails in the same manner."""
    found = problems(program(GivenSource(numbers)), folder)
    return bool(found) and found[0].partition(":")[0] == first[0].partition(":")[0]
