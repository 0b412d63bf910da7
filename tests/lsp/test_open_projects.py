"""Which project an open file belongs to, after others of its project were closed."""

from __future__ import annotations

from pathlib import Path

import pytest

from beskid.ide.editor import Editor

MANIFEST = """project {
    name = "Own"
    version = "0.1.0"
    root = "."
}

target "own" {
    kind = Lib
    entry = "Main.bd"
}
"""
WRONG = "i64 wrong() => missing;\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "Project.proj").write_text(MANIFEST, encoding="utf-8")
    for name in ("Main.bd", "Other.bd", "sub/Main.bd"):
        (tmp_path / name).write_text(WRONG, encoding="utf-8")
    return tmp_path


def codes_by_file(editor: Editor, folder: Path) -> dict[str, set[str]]:
    """Return the diagnostics of all projects, by paths in a folder."""
    found = editor.all_diagnostics()
    codes = {path: {str(each.code) for each in diagnostics} for path, diagnostics in found.items()}
    return {str(Path(path).relative_to(folder)): each for path, each in codes.items()}


def test_a_file_that_was_asked_about_is_opened_after_its_project_was_closed(folder: Path) -> None:
    editor = Editor(lambda path, source, found: None)
    main, other = str(folder / "Main.bd"), str(folder / "Other.bd")
    editor.open(main, WRONG)
    editor.snapshot(other)
    editor.close(main)
    editor.open(other, "")
    assert list(editor.projects.projects.values()) == [editor.projects.project_of(other)]
    assert codes_by_file(editor, folder)["Other.bd"] == set()
    for _ in editor.work():
        pass
    assert editor.snapshot(other).is_finished


def test_a_file_is_closed_after_its_project_was_divided(folder: Path) -> None:
    """The other files are of new projects, one of which has the key of the former."""
    editor = Editor(lambda path, source, found: None)
    sub, main, other = [str(folder / name) for name in ("sub/Main.bd", "Main.bd", "Other.bd")]
    for path in (sub, main, other):
        editor.open(path, WRONG)
    assert len(editor.projects.projects) == 1
    (folder / "sub" / "Project.proj").write_text(MANIFEST, encoding="utf-8")
    editor.close(other)
    assert list(editor.projects.projects.values()) == [editor.projects.project_of(path) for path in (sub, main)]
    found = codes_by_file(editor, folder)
    assert found["Main.bd"] == found["sub/Main.bd"] == {"E1101"}
