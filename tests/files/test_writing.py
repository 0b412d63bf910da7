"""A file is replaced as a whole or not at all."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests import limits

from beskid.files.problems import FileError
from beskid.files.temporaries import NewFile, lock
from beskid.files.writing import NewContent, replace_file, replace_files

STEPS = ("write", "fsync", "link", "replace", "fchmod")


@pytest.fixture(params=["unnamed", "named"])
def without_unnamed_files(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to make a temporary file: where the system has unnamed ones, and where it has none."""
    if request.param == "named":
        monkeypatch.delattr(os, "O_TMPFILE")
    return str(request.param)


def failing(monkeypatch: pytest.MonkeyPatch, name: str, code: int) -> None:
    """Let the next call of a function of `os` fail."""
    original: Callable[..., Any] = getattr(os, name)

    def fail(*arguments: Any, **named: Any) -> Any:
        monkeypatch.setattr(os, name, original)
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, name, fail)


@pytest.mark.usefixtures("without_unnamed_files")
def test_a_new_file_follows_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        replace_file(str(tmp_path / "new"), b"text")
    finally:
        os.umask(before)
    assert (tmp_path / "new").read_bytes() == b"text"
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["new"]


@pytest.mark.usefixtures("without_unnamed_files")
def test_an_existing_file_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "script"
    path.write_bytes(b"old")
    path.chmod(0o751)
    replace_file(str(path), b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o751
    replace_file(str(path), b"newer", 0o600)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_read_only_is_not_replaced(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_bytes(b"old")
    kept.chmod(0o444)
    other = tmp_path / "other"
    with pytest.raises(FileError, match="is read-only"):
        replace_file(str(kept), b"new")
    with pytest.raises(FileError, match="is read-only"):
        replace_files([NewContent(str(other), b"new"), NewContent(str(kept), b"new")])
    assert kept.read_bytes() == b"old" and not other.exists()
    replace_file(str(kept), b"an output of ours", mode=0o555)
    assert kept.read_bytes() == b"an output of ours"


def test_a_link_is_replaced_and_its_target_kept(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"precious")
    (tmp_path / "link").symlink_to("target")
    replace_file(str(tmp_path / "link"), b"new")
    assert (tmp_path / "target").read_bytes() == b"precious"
    assert not (tmp_path / "link").is_symlink()


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["fifo", "folder"])
def test_other_kinds_of_files_are_not_replaced(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "there")
    with pytest.raises(FileError, match="is a"):
        replace_file(str(tmp_path / "there"), b"new")
    assert os.listdir(tmp_path) == ["there"]


def test_a_missing_folder_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no such file or directory"):
        replace_file(str(tmp_path / "none" / "file"), b"new")


@pytest.mark.usefixtures("without_unnamed_files")
@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    path = tmp_path / "kept"
    path.write_bytes(b"old")
    failing(monkeypatch, step, errno.ENOSPC)
    try:
        replace_file(str(path), b"new")
    except FileError as problem:
        assert problem.reason == "no space left on device"
        assert path.read_bytes() == b"old"
    else:
        # The step is not needed where temporary files have names.
        assert step == "link"
        assert path.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["kept"]


def test_short_writes_are_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:3]))
    replace_file(str(tmp_path / "file"), b"0123456789")
    assert (tmp_path / "file").read_bytes() == b"0123456789"


def test_a_killed_process_leaves_no_files(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    path.write_bytes(b"old")
    code = (
        "import os, signal, sys\n"
        "from beskid.files import writing\n"
        "os.fsync = lambda descriptor: os.kill(os.getpid(), signal.SIGKILL)\n"
        "writing.replace_file(sys.argv[1], b'new')\n"
    )
    done = limits.run([sys.executable, "-c", code, str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["kept"]


KILLED_AT = (
    "import os, signal, sys\n"
    "from beskid.files import writing\n"
    "if sys.argv[2] == 'named': del os.O_TMPFILE\n"
    "setattr(os, sys.argv[1], lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))\n"
    "files = [writing.NewContent(path, b'new') for path in sys.argv[3:]]\n"
    "writing.replace_files(files) if len(files) > 1 else writing.replace_file(files[0].path, b'new')\n"
)


@pytest.mark.parametrize("kind", ["unnamed", "named"])
@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("step", [*STEPS, "unlink"])
def test_what_a_killed_process_leaves_is_removed_by_the_next_write(
    tmp_path: Path, step: str, count: int, kind: str
) -> None:
    paths = [tmp_path / f"output{number}" for number in range(count)]
    for path in paths:
        path.write_bytes(b"old")
    limits.run([sys.executable, "-c", KILLED_AT, step, kind, *map(str, paths)], check=False)
    assert {path.read_bytes() for path in paths} <= {b"old", b"new"}
    done = limits.run([sys.executable, "-c", KILLED_AT, "remove", "unnamed", *map(str, paths)], check=False)
    assert done.returncode == 0
    assert {path.read_bytes() for path in paths} == {b"new"}
    assert sorted(os.listdir(tmp_path)) == [path.name for path in paths]


@pytest.mark.parametrize("step", [*STEPS, "unlink", "close"])
def test_a_process_killed_after_it_replaced_its_only_file_leaves_nothing(tmp_path: Path, step: str) -> None:
    path = tmp_path / "output"
    path.write_bytes(b"old")
    program = KILLED_AT.replace(" if len(files) > 1 else writing.replace_file(files[0].path, b'new')", "")
    limits.run([sys.executable, "-c", program, step, "unnamed", str(path)], check=False)
    if path.read_bytes() == b"new":
        assert os.listdir(tmp_path) == ["output"]


def test_a_folder_that_cannot_be_synced_leaves_all_files_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [tmp_path / "first", tmp_path / "second"]
    for path in paths:
        path.write_bytes(b"old")
    synced = os.fsync
    calls: list[int] = []

    def fail_last(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 4:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        synced(descriptor)

    monkeypatch.setattr(os, "fsync", fail_last)
    with pytest.raises(FileError, match="input/output error"):
        replace_files([NewContent(str(path), b"new") for path in paths])
    assert len(calls) == 4
    assert [path.read_bytes() for path in paths] == [b"new", b"new"]
    assert sorted(os.listdir(tmp_path)) == ["first", "second"]


def test_a_process_killed_when_it_makes_a_new_file_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "output"
    limits.run([sys.executable, "-c", KILLED_AT, "replace", "unnamed", str(path)], check=False)
    assert os.listdir(tmp_path) == ["output"], "a new file needs no temporary name"


def test_temporary_files_in_use_and_other_files_are_not_removed(tmp_path: Path) -> None:
    others = {
        ".output.0123456789abcdef.beskid-new.txt",
        "output.0123456789abcdef.beskid-new",
        ".output.0123456789ABCDEF.beskid-new",
        ".output.beskid-new",
    }
    for name in others:
        (tmp_path / name).write_bytes(b"of the user")
    used, stale = tmp_path / ".output.0123456789abcdef.beskid-new", tmp_path / ".output.1123456789abcdef.beskid-new"
    for path in (used, stale):
        path.write_bytes(b"new")
    fifo = tmp_path / ".output.2123456789abcdef.beskid-new"
    os.mkfifo(fifo)
    with used.open("rb") as file:
        assert lock(file.fileno())
        replace_file(str(tmp_path / "output"), b"new")
    assert set(os.listdir(tmp_path)) == {*others, "output", used.name, fifo.name}


def test_a_written_file_can_be_executed_at_once(tmp_path: Path) -> None:
    script = tmp_path / "program"
    for _ in range(2):
        folder = os.open(tmp_path, os.O_RDONLY)
        try:
            new = NewFile(folder, script.name, Path("/bin/true").read_bytes(), 0o755, is_durable=False)
            new.install()
            assert limits.run([str(script)], check=False).returncode == 0
            new.close()
        finally:
            os.close(folder)


def test_the_longest_names(tmp_path: Path) -> None:
    name = "n" * 255
    replace_file(str(tmp_path / name), b"x")
    assert os.listdir(tmp_path) == [name]
