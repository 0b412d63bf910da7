"""The project of `beskid new --template python`: its Python tests pass."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.limits import run

from beskid.driver.templates import create, find_template


def test_the_package_passes_its_tests(tmp_path: Path) -> None:
    folder = tmp_path / "m\u016fj shop"
    create(find_template("python"), "my_shop", str(folder))
    command = [sys.executable, "-m", "unittest"]
    done = run(command, cwd=folder, capture_output=True, text=True)
    assert (done.returncode, "Ran 2 tests" in done.stderr) == (0, True), done.stderr
