"""A folder is walked by one set of rules, and a walk always ends."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

import pytest

from beskid.files.problems import FileError
from beskid.files.walking import files_below, size_below
from beskid.files.workspace import Workspace


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


@pytest.mark.skipif(sys.platform != "linux", reason="a call of Linux reserves the blocks")
def test_a_size_counts_blocks_and_what_cannot_be_counted(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file:
        ctypes.CDLL(None).fallocate(file.fileno(), 1, ctypes.c_long(0), ctypes.c_long(1 << 20))
    assert size_below(str(tmp_path), 1 << 30) >= 1 << 20
    make_deep(tmp_path, 30, "x" * 200)
    assert size_below(str(tmp_path), 1 << 30) > 1 << 30


def test_a_workspace_is_removed_however_deep_it_is() -> None:
    with Workspace() as workspace:
        make_deep(Path(workspace.path), 1500, "x")
    assert not os.path.exists(workspace.path)


def make_deep(folder: Path, depth: int, name: str) -> None:
    here = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir(name, dir_fd=here)
        inner = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
