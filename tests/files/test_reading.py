"""Only regular files are read, and nothing waits or grows without limit."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from beskid.files.problems import FileError
from beskid.files.reading import is_there, read_file, state_of


def reason(path: Path, limit: int = 1 << 20) -> str:
    """What is wrong with reading the path."""
    with pytest.raises(FileError) as problem:
        read_file(str(path), limit)
    return problem.value.reason


def test_content_and_state(tmp_path: Path) -> None:
    path = tmp_path / "a.bd"
    path.write_bytes(b"x" * 3_000_000)
    content = read_file(str(path))
    assert content.data == b"x" * 3_000_000
    assert content.state == state_of(str(path))
    path.write_bytes(b"y")
    assert content.state != state_of(str(path))


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    assert read_file(str(tmp_path / "empty")).data == b""


def test_files_whose_size_the_system_does_not_tell() -> None:
    assert read_file("/proc/self/status").data.startswith(b"Name:")


def test_a_fifo_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.bd")
    assert reason(tmp_path / "pipe.bd") == "is a FIFO, not a regular file"


def test_a_link_to_a_device_is_refused(tmp_path: Path) -> None:
    (tmp_path / "zero.bd").symlink_to("/dev/zero")
    assert reason(tmp_path / "zero.bd") == "is a device, not a regular file"


def test_a_folder_and_a_socket_are_refused(tmp_path: Path) -> None:
    assert reason(tmp_path) == "is a directory"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        assert reason(tmp_path / "s") == "is a socket, not a regular file"


def test_the_limit_holds(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"x" * (1 << 20))
    assert len(read_file(str(path), 1 << 20).data) == 1 << 20
    path.write_bytes(b"x" * ((1 << 20) + 1))
    assert reason(path) == "is larger than 1 MiB"


def test_missing_files_and_impossible_names(tmp_path: Path) -> None:
    assert reason(tmp_path / "none") == "no such file or directory"
    (tmp_path / "loop").symlink_to("loop")
    assert reason(tmp_path / "loop") == "too many levels of symbolic links"
    for name in ("a\0b", "\ud800"):
        with pytest.raises(FileError, match="not a valid file name"):
            read_file(name)
        assert state_of(name) is None
        assert not is_there(name)


def test_a_dangling_link_is_there(tmp_path: Path) -> None:
    (tmp_path / "dangling").symlink_to("nowhere")
    assert is_there(str(tmp_path / "dangling"))
    assert state_of(str(tmp_path / "dangling")) is None
