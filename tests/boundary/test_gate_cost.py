"""The gates cost nothing that a person feels."""

from __future__ import annotations

from pathlib import Path

from bench.gate import AOT_GOAL_MICROSECONDS, JIT_GOAL_MILLISECONDS, measure_gates
from tests.boundary.toolbox import runtime_folder


def test_the_gates_stay_below_their_goals(tmp_path: Path) -> None:
    runtime_folder()
    load, start = measure_gates(tmp_path, 20)
    assert (load.goal, start.goal) == (JIT_GOAL_MILLISECONDS, AOT_GOAL_MICROSECONDS)
    assert load.value < load.goal
    assert start.value < start.goal
