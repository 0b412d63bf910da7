"""The map for perf has the addresses of the functions that were loaded, and is not written through what others left."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import pytest
from tests.boundary.programs import HELLO
from tests.boundary.toolbox import compile_text

from beskid.abi.symbols import ENTRY_SYMBOL
from beskid.codegen.objectfile import functions_of, symbols
from beskid.codegen.readable_names import readable_name
from beskid.driver.execute import debugged_loader
from beskid.engine import perf_map
from beskid.engine.errors import JitError
from beskid.files.problems import FileError
from beskid.files.shared_folders import write_shared


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(perf_map, "FOLDER", str(tmp_path))
    return tmp_path / f"perf-{os.getpid()}.map"


def load(image: bytes) -> dict[str, int]:
    loader = debugged_loader({"BESKID_PERF": "1"})
    assert loader is not None
    needed = {symbol.name: 1 for symbol in symbols(image) if not symbol.defined}
    return loader.load(image, needed, [ENTRY_SYMBOL])


def test_each_function_has_its_address_and_size(path: Path) -> None:
    path.write_text("left by a process that had this number before\n")
    image = compile_text(HELLO.text)
    entry = load(image)[ENTRY_SYMBOL]
    rows = [line.split(maxsplit=2) for line in path.read_text().splitlines()]
    (own,) = [each for each in functions_of(image) if each.name == ENTRY_SYMBOL]
    told = {(int(start, 16), int(size, 16), name) for start, size, name in rows}
    assert (entry, own.size, f"beskid:{ENTRY_SYMBOL}") in told
    assert told == {
        (entry - own.offset + each.offset, each.size, f"beskid:{readable_name(each.name)}")
        for each in functions_of(image)
        if each.section == own.section
    }


def test_a_link_is_not_followed(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("kept")
    path.symlink_to(target)
    with pytest.raises(JitError, match=r"cannot write .*: too many levels of symbolic links"):
        load(compile_text(HELLO.text))
    assert target.read_text() == "kept"


def test_a_pipe_is_not_written(path: Path) -> None:
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(FileError) as caught:
        write_shared(str(path), b"row", is_first=True)
    os.close(reader)
    assert (caught.value.reason, caught.value.help) == ("is not a regular file", "remove it")


def test_a_file_of_another_user_is_not_written(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_text("kept")
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    with pytest.raises(FileError, match="belongs to another user"):
        write_shared(str(path), b"row", is_first=True)
    assert path.read_text() == "kept"


def test_a_full_disk_is_not_a_reason_to_remove_the_file(path: Path) -> None:
    path.touch()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        with pytest.raises(FileError) as caught:
            write_shared(str(path), b"row", is_first=False)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (caught.value.reason, caught.value.help) == ("file too large", "")


@pytest.mark.parametrize(
    ("symbol", "name"),
    [
        ("_B3app3fib", "fib"),
        ("_B3appM7Account7Deposit", "Account.Deposit"),
        ("_B3Std11Collections3Map3NewI6string3i64E", "Collections.Map.New"),
        ("_B3app4mainL0", "main.{lambda}"),
        ("_B3app8gr.f6.e", "gröe"),
        ("_B3appT5first", "first"),
        ("_Bx4formN3app5PointE", "{form}"),
        ("beskid_program_entry$body", "beskid_program_entry"),
        ("_B", "_B"),
    ],
)
def test_symbols_have_readable_names(symbol: str, name: str) -> None:
    assert readable_name(symbol) == name
