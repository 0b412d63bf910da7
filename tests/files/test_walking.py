"""A folder is walked by one set of rules, and a walk always ends."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from beskid.files.problems import FileError
from beskid.files.walking import files_below


def put(root: Path, *names: str) -> None:
    """Make empty files."""
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"")


def walk(root: Path) -> list[str]:
    """The source files below a folder."""
    return ["/".join(parts) for parts in files_below(str(root), (".bd",))]


def test_files_come_before_folders_and_both_by_name(tmp_path: Path) -> None:
    put(tmp_path, "B.bd", "a.bd", "Net/Http.bd", "Net/A/Z.bd", "Abc/x.bd", "readme.md", "noend")
    assert walk(tmp_path) == ["B.bd", "a.bd", "Abc/x.bd", "Net/Http.bd", "Net/A/Z.bd"]


def test_hidden_names_locks_and_folders_of_tools_are_left_out(tmp_path: Path) -> None:
    put(tmp_path, "a.bd", ".hidden.bd", ".git/x.bd", "obj/y.bd", "node_modules/z.bd", "Src/obj/w.bd")
    (tmp_path / ".#a.bd").symlink_to("somebody@host.1234")
    assert walk(tmp_path) == ["a.bd"]


@pytest.mark.parametrize("target", [".", "/", ".."])
def test_links_to_folders_are_not_entered(tmp_path: Path, target: str) -> None:
    put(tmp_path, "src/a.bd")
    (tmp_path / "src" / "one").symlink_to(target)
    (tmp_path / "src" / "two.bd").symlink_to(target)
    assert walk(tmp_path / "src") == ["a.bd"]


def test_links_to_files_and_broken_links_are_listed(tmp_path: Path) -> None:
    put(tmp_path, "shared/a.bd")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "linked.bd").symlink_to("../shared/a.bd")
    (tmp_path / "src" / "gone.bd").symlink_to("nowhere")
    (tmp_path / "src" / "loop.bd").symlink_to("loop.bd")
    assert walk(tmp_path / "src") == ["gone.bd", "linked.bd", "loop.bd"]


def test_names_that_are_not_utf_8(tmp_path: Path) -> None:
    os.close(os.open(os.fsencode(tmp_path) + b"/\xff.bd", os.O_CREAT | os.O_WRONLY))
    assert files_below(str(tmp_path), (".bd",)) == [("\udcff.bd",)]


def test_a_folder_that_is_missing_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no such file or directory"):
        files_below(str(tmp_path / "none"), (".bd",))
