"""A folder is filled by one command at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from beskid.driver import templates
from beskid.driver.failure import DriverError
from beskid.driver.templates import TEMPLATES, create
from beskid.files.problems import FileError
from beskid.files.writing import NewContent, replace_files

APP, LIBRARY = TEMPLATES[:2]


def files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("is_there", [False, True])
def test_a_command_that_comes_meanwhile_changes_nothing(
    is_there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "p"
    create(APP, "first", str(tmp_path / "alone"))
    if is_there:
        folder.mkdir()
    refused: list[str] = []

    def write_and_meet(contents: list[NewContent]) -> None:
        monkeypatch.setattr(templates, "replace_files", replace_files)
        with pytest.raises(DriverError) as problem:
            create(LIBRARY, "second", str(folder))
        refused.append(problem.value.message)
        replace_files(contents)

    monkeypatch.setattr(templates, "replace_files", write_and_meet)
    create(APP, "first", str(folder))
    assert refused == [f"another command is making a project in {folder}"]
    assert files(folder) == files(tmp_path / "alone")


def test_a_failure_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(contents: list[NewContent]) -> None:
        raise FileError(contents[0].path, "no space left on device")

    monkeypatch.setattr(templates, "replace_files", fail)
    with pytest.raises(FileError):
        create(APP, "first", str(tmp_path / "a" / "b"))
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    create(APP, "first", str(tmp_path / "a" / "b"))
