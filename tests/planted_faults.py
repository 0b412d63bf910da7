"""Copies of the compiler with a fault, for tests of the tools that find faults.

A fault is a patch in `tests/planted/`. When the code that it changes has moved, plant the same fault in the new code
by hand and write the patch again: `git diff -U2 FILE > tests/planted/NAME.patch`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from tests import limits

ROOT = Path(__file__).resolve().parents[1]
PATCHES = ROOT / "tests" / "planted"


def plant(name: str, folder: Path) -> dict[str, str]:
    """Copy the compiler into a folder, apply the patch, and return the variables by which Python finds the copy."""
    copy = folder / "faulty"
    shutil.copytree(ROOT / "src" / "beskid", copy / "src" / "beskid")
    shutil.copytree(ROOT / "corelib" / "src", copy / "corelib" / "src")
    patch = PATCHES / f"{name}.patch"
    done = limits.run(["git", "apply", "--verbose", str(patch)], cwd=copy, capture_output=True, text=True)
    assert done.returncode == 0, f"{patch.name} does not apply: see {__file__}\n{done.stderr}"
    return {"PYTHONPATH": str(copy / "src")}
