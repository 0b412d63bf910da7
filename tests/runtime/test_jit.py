"""Generated code in a Python process, with the fault handler of Python on: overflows and panics come back."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests import limits
from tests.runtime.build import ROOT

ROUND = [
    "overflow 101 101 b'stack overflow'",
    "divide 101 101 b'division by zero'",
    "overflow 101 101 b'stack overflow'",
    "give 42 0 None",
]


@pytest.mark.parametrize("frame", ["16", "5000", "3000000"])
def test_overflow_of_small_and_big_frames_returns_to_python(library_folder: Path, frame: str) -> None:
    script = Path(__file__).with_name("jit_scene.py")
    library = library_folder / "libbeskid_runtime.so"
    result = limits.run(
        [sys.executable, str(script), str(library), frame],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin"},
    )
    assert result.stderr == ""
    assert result.stdout.splitlines() == [*ROUND, *ROUND, "python 500"]
    assert result.returncode == 0
