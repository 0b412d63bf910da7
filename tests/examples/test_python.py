"""Runs the examples for Python, each as its user would."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests import limits

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "python"

PRINTED = {
    "montecarlo": (("400000",), "3.14"),
    "image": ((), "True\n"),
    "group_by": ((), "{1: 3.0, 2: 4.0, 3: 2.0}\n"),
    "cluster": ((), f"{float(sum(n * n for n in range(100_000)))}\n"),
}


def test_every_example_is_run() -> None:
    assert (
        {path.stem for path in EXAMPLES.glob("*.py")} == set(PRINTED) == {path.stem for path in EXAMPLES.glob("*.bd")}
    )


@pytest.mark.parametrize("name", PRINTED)
def test_example(name: str, tmp_path: Path) -> None:
    run_example(name, *PRINTED[name], tmp_path)


def test_a_cluster_of_ray(tmp_path: Path) -> None:
    if find_spec("ray") is None:
        pytest.skip("ray is not installed: it has no wheel for this machine or could not be fetched (make venv)")
    run_example("cluster", ("ray",), PRINTED["cluster"][1], tmp_path)


def run_example(name: str, arguments: tuple[str, ...], printed: str, tmp_path: Path) -> None:
    done = limits.run(
        [sys.executable, str(EXAMPLES / f"{name}.py"), *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "XDG_CACHE_HOME": str(tmp_path), "RAY_USAGE_STATS_ENABLED": "0"},
        cwd=tmp_path,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(printed)
