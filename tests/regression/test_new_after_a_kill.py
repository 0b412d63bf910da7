"""`beskid new` completes a project that a killed command began, and replaces nothing of the user's."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests import limits

TEMPLATES = ("app", "lib", "python", "workspace")


def new(folder: Path, template: str) -> int:
    command = [sys.executable, "-m", "beskid", "new", "shop", "--template", template]
    return limits.run(command, cwd=folder, capture_output=True, check=False).returncode


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_begun_project_is_completed(tmp_path: Path, template: str) -> None:
    assert new(tmp_path, template) == 0
    complete = files(tmp_path)
    manifest = next(path for path in (tmp_path / "shop").glob("*.proj"))
    manifest.unlink()
    assert new(tmp_path, template) == 0
    assert files(tmp_path) == complete
    assert new(tmp_path, template) == 1


def test_an_edited_file_of_a_begun_project_is_kept(tmp_path: Path) -> None:
    assert new(tmp_path, "app") == 0
    (tmp_path / "shop" / "Project.proj").unlink()
    source = tmp_path / "shop" / "Src" / "Main.bd"
    source.write_text("mine\n", encoding="utf-8")
    before = files(tmp_path)
    assert new(tmp_path, "app") == 1
    assert files(tmp_path) == before
