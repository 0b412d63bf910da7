"""A cached object that cannot be loaded, although its checksum is right, is compiled again and replaced."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests import limits

from beskid.driver.cache.store import FORMAT, RECORDS, Cache

DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda image: b"",
    "truncated": lambda image: image[: len(image) // 2],
    "another format": lambda image: b"MZ" + image[2:],
    "a record": lambda image: b"beskid-cache 2\nstamp\nkey",
    "another contract": lambda image: image.replace(b"abi=", b"abj="),
    "a section table outside of the file": lambda image: image[:0x28] + b"\xff" * 8 + image[0x30:],
    "section rows of 0 bytes": lambda image: image[:0x3A] + b"\0\0\xff\xff" + image[0x3E:],
    "an unknown symbol": lambda image: image.replace(b"beskid_", b"beskiX_"),
}


def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder)}
    command = [sys.executable, "-m", "beskid", *arguments]
    done = limits.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("name", DAMAGES)
@pytest.mark.parametrize("is_warm", [True, False])
def test_run_replaces_the_object(tmp_path: Path, name: str, is_warm: bool) -> None:
    (tmp_path / "m.bd").write_text('unit main() { PrintLine("right"); }\n', encoding="utf-8")
    assert run(tmp_path, "run", "m.bd") == (0, "right\n", "")
    cache = Cache(str(tmp_path / "beskid"))
    (key,) = [path.name for path in (tmp_path / "beskid" / "objects").iterdir()]
    whole = cache.load_object(key)
    assert whole is not None
    damaged = DAMAGES[name](whole)
    assert damaged != whole
    cache.store_object(key, damaged)
    if not is_warm:
        for record in (tmp_path / "beskid" / "requests").iterdir():
            record.unlink()
    assert run(tmp_path, "run", "m.bd") == (0, "right\n", "")
    assert cache.load_object(key) == whole


def test_a_warning_is_printed_once(tmp_path: Path) -> None:
    (tmp_path / "m.bd").write_text('use Math;\n\nunit main() { PrintLine("right"); }\n', encoding="utf-8")
    first = run(tmp_path, "run", "m.bd")
    assert first[2].count("unused import") == 1
    cache = Cache(str(tmp_path / "beskid"))
    (key,) = [path.name for path in (tmp_path / "beskid" / "objects").iterdir()]
    whole = cache.load_object(key)
    assert whole is not None
    cache.store_object(key, DAMAGES["truncated"](whole))
    assert run(tmp_path, "run", "m.bd") == first
    assert run(tmp_path, "run", "m.bd") == first


RECORDS_WITH_NUL: dict[str, Callable[[bytes], bytes]] = {
    "the path of a file": lambda record: record.replace(b"m.bd", b"m\0bd"),
    "the digest of a file": lambda record: record.replace(b"file ", b"file \0"),
    "the stamp": lambda record: b"\n".join([FORMAT.encode(), b"\0", *record.split(b"\n")[2:]]),
    "the key": lambda record: b"\n".join([*record.split(b"\n")[:2], b"k\0y", *record.split(b"\n")[3:]]),
    "an absent path": lambda record: record + b"\nabsent /no\0where",
    "a folder": lambda record: record + b"\nfolder 12 /no\0where",
    "a library": lambda record: record + b"\nlink library a\0b",
}


@pytest.mark.parametrize("name", RECORDS_WITH_NUL)
def test_a_record_with_nul_is_not_a_record(tmp_path: Path, name: str) -> None:
    (tmp_path / "m.bd").write_text('unit main() { PrintLine("right"); }\n', encoding="utf-8")
    assert run(tmp_path, "run", "m.bd") == (0, "right\n", "")
    cache = Cache(str(tmp_path / "beskid"))
    for path in list((tmp_path / "beskid" / "requests").iterdir()):
        whole = path.read_bytes().partition(b"\n")[2]
        damaged = RECORDS_WITH_NUL[name](whole)
        assert damaged != whole
        assert cache._store(RECORDS, path.name, damaged)
    status, _, errors = run(tmp_path, "cache", "why", "m.bd")
    assert (status, errors) == (0, "")
    assert run(tmp_path, "run", "m.bd") == (0, "right\n", "")


@pytest.mark.parametrize("name", ["empty", "truncated", "a record", "section rows of 0 bytes"])
@pytest.mark.parametrize("arguments", [("build", "-o", "out", "m.bd"), ("run", "--engine", "aot", "m.bd")])
def test_other_commands_compile_again(tmp_path: Path, name: str, arguments: tuple[str, ...]) -> None:
    (tmp_path / "m.bd").write_text('unit main() { PrintLine("right"); }\n', encoding="utf-8")
    assert run(tmp_path, "build", "-o", "first", "m.bd")[0] == 0
    cache = Cache(str(tmp_path / "beskid"))
    for path in (tmp_path / "beskid" / "objects").iterdir():
        cache.store_object(path.name, DAMAGES[name](cache.load_object(path.name) or b""))
    assert run(tmp_path, *arguments)[0] == 0
