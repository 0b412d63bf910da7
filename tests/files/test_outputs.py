"""An output never takes the place of an input or of a file that somebody else made."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from beskid.files.outputs import require_replaceable
from beskid.files.problems import FileError, is_plain_name, shown_name


def refused(path: Path, *inputs: Path, is_forced: bool = False) -> str:
    """Why the output may not be written; empty when it may. Files that begin with `made` are the compiler's."""
    try:
        require_replaceable(
            str(path),
            [str(each) for each in inputs],
            lambda name: Path(name).read_bytes().startswith(b"made"),
            is_forced,
        )
    except FileError as problem:
        return problem.reason
    return ""


def test_new_outputs_and_own_outputs_are_fine(tmp_path: Path) -> None:
    (tmp_path / "own").write_bytes(b"made by the compiler")
    (tmp_path / "empty").write_bytes(b"")
    assert [refused(tmp_path / name) for name in ("new", "own", "empty", "no/folder")] == [""] * 4


def test_a_file_of_the_user_needs_force(tmp_path: Path) -> None:
    (tmp_path / "notes").write_bytes(b"remember the milk")
    assert refused(tmp_path / "notes") == "exists and was not made by beskid"
    assert refused(tmp_path / "notes", is_forced=True) == ""


def test_an_input_is_never_an_output(tmp_path: Path) -> None:
    source = tmp_path / "m.bd"
    source.write_bytes(b"made of letters")
    (tmp_path / "link").symlink_to("m.bd")
    os.link(source, tmp_path / "hard")
    for name in ("m.bd", "link", "hard"):
        assert refused(tmp_path / name, tmp_path / "none", source, is_forced=True) == "is an input of this command"


def test_a_link_needs_force(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("nowhere")
    assert refused(tmp_path / "link") == "is a symbolic link"
    assert refused(tmp_path / "link", is_forced=True) == ""


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["fifo", "folder"])
def test_other_kinds_are_never_replaced(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "there")
    assert refused(tmp_path / "there", is_forced=True).startswith("is a ")
    assert refused(Path("/dev/null"), is_forced=True) == "is a device, not a regular file"


def test_names_of_one_file() -> None:
    assert all(is_plain_name(name) for name in ("app", "my-tool_2.0", "žluť"))
    assert not any(is_plain_name(name) for name in ("", ".", "..", ".rc", "a/b", "/etc/x", "-o", "a\nb", "a b", "a\0"))


def test_names_are_shown_without_control_characters() -> None:
    assert shown_name("plain žluť.bd") == "plain žluť.bd"
    assert shown_name("a\n\x1b[31m.bd") == "a\\x0a\\x1b[31m.bd"
    assert shown_name("\udcff\u202e.bd") == "\\xff\\u{202e}.bd"
