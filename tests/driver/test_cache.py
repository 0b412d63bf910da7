"""The cache: what is stored comes back, and nothing that is damaged or foreign does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from beskid.driver.cache.key import compiler_stamp
from beskid.driver.cache.store import (
    Cache,
    Record,
    decode_record,
    encode_record,
    folder_listing,
    is_unchanged,
    read_with_state,
    user_cache_folder,
)
from beskid.driver.cache.warm import RunRequest, find_object, is_current


def test_an_object_comes_back(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path / "c"))
    assert cache.load_object("k") is None
    assert cache.store_object("k", b"\0object\n")
    assert cache.load_object("k") == b"\0object\n"


def test_the_folder_is_private(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path / "c"))
    cache.store_object("k", b"x")
    for folder in (tmp_path / "c", tmp_path / "c" / "objects"):
        assert folder.stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "c" / "objects" / "k").stat().st_mode & 0o777 == 0o600


def test_no_temporary_file_stays(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path))
    cache.store_object("k", b"x")
    assert [path.name for path in (tmp_path / "objects").iterdir()] == ["k"]


@pytest.mark.parametrize("damage", [b"", b"\n", b"0\nx", b"garbage"])
def test_a_damaged_entry_is_ignored(tmp_path: Path, damage: bytes) -> None:
    cache = Cache(str(tmp_path))
    cache.store_object("k", b"x")
    (tmp_path / "objects" / "k").write_bytes(damage)
    assert cache.load_object("k") is None


def test_a_truncated_entry_is_ignored(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path))
    cache.store_object("k", b"x" * 1000)
    path = tmp_path / "objects" / "k"
    path.write_bytes(path.read_bytes()[:-1])
    assert cache.load_object("k") is None


def test_an_entry_that_others_may_write_is_ignored(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path))
    cache.store_object("k", b"x")
    (tmp_path / "objects" / "k").chmod(0o666)
    assert cache.load_object("k") is None


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give files away")
def test_an_entry_of_another_owner_is_ignored(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path))
    cache.store_object("k", b"x")
    os.chown(tmp_path / "objects" / "k", 12345, 12345)
    assert cache.load_object("k") is None


def test_a_folder_that_cannot_be_made_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    cache = Cache(str(tmp_path / "file" / "below"))
    assert not cache.store_object("k", b"x")
    assert cache.load_object("k") is None


def test_the_cache_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("beskid.driver.cache.store.MAX_ENTRIES", 10)
    cache = Cache(str(tmp_path))
    for number in range(11):
        cache.store_object(f"k{number}", b"x")
        os.utime(tmp_path / "objects" / f"k{number}", ns=(number, number))
    cache.store_object("last", b"x")
    kept = {path.name for path in (tmp_path / "objects").iterdir()}
    assert "last" in kept
    assert "k0" not in kept
    assert len(kept) <= 10


def test_records_come_back(tmp_path: Path) -> None:
    file = tmp_path / "with space.bd"
    file.write_text("x", encoding="utf-8")
    record = Record("stamp", "/store", "key", [read_with_state(str(file))[1]], [("/a b", "names")], ["/no where"])
    again = decode_record(encode_record(record))
    assert again is not None
    assert encode_record(again) == encode_record(record)
    assert again.files[0].path == str(file)


@pytest.mark.parametrize(
    "data", [b"", b"beskid-cache 0\na\nb\nc", b"beskid-cache 1\na", b"beskid-cache 1\na\nb\nc\nfile x"]
)
def test_a_foreign_record_is_ignored(data: bytes) -> None:
    assert decode_record(data) is None


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "a.bd"
    file.write_text("one", encoding="utf-8")
    state = read_with_state(str(file))[1]
    assert is_unchanged(state)
    file.write_text("two", encoding="utf-8")
    assert not is_unchanged(state)


def test_a_change_within_the_clock_tick_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "a.bd"
    file.write_text("one", encoding="utf-8")
    stat = file.stat()
    state = read_with_state(str(file))[1]
    file.write_text("two", encoding="utf-8")
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert not is_unchanged(state)


def test_a_touched_file_with_the_same_content_is_unchanged(tmp_path: Path) -> None:
    file = tmp_path / "a.bd"
    file.write_text("one", encoding="utf-8")
    state = read_with_state(str(file))[1]
    os.utime(file, ns=(1, 1))
    assert is_unchanged(state)


def test_records_notice_new_files_and_manifests(tmp_path: Path) -> None:
    source = tmp_path / "Src"
    source.mkdir()
    (source / "Main.bd").write_text("x", encoding="utf-8")
    absent = tmp_path / "Project.proj"

    def record() -> Record:
        states = [read_with_state(str(source / "Main.bd"))[1]]
        listing = folder_listing(str(source), ".bd")
        return Record(compiler_stamp(), "", "", states, [(str(source), listing)], [str(absent)])

    before = record()
    assert is_current(before)
    (source / "New.bd").write_text("y", encoding="utf-8")
    assert not is_current(before)
    before = record()
    absent.write_text("project {}", encoding="utf-8")
    assert not is_current(before)


def test_another_compiler_makes_records_stale(tmp_path: Path) -> None:
    assert not is_current(Record("another", "", "", [], [], []))
    assert is_current(Record(compiler_stamp(), "", "", [], [], []))


def test_the_request_holds_every_option() -> None:
    keys = {
        RunRequest("/a").key(),
        RunRequest("/b").key(),
        RunRequest("/a", optimize=0).key(),
        RunRequest("/a", print_result=True).key(),
        RunRequest("/a", entrypoint="x").key(),
        RunRequest("/a", target="x").key(),
        RunRequest("", project="/a").key(),
    }
    assert len(keys) == 7


def test_nothing_is_found_in_an_empty_cache(tmp_path: Path) -> None:
    assert find_object(RunRequest("/a"), {"XDG_CACHE_HOME": str(tmp_path)}) is None


def test_the_cache_folder_follows_the_convention() -> None:
    assert user_cache_folder({"XDG_CACHE_HOME": "/x"}) == "/x/beskid"
    assert user_cache_folder({"XDG_CACHE_HOME": "relative", "HOME": "/h"}) == "/h/.cache/beskid"
    assert user_cache_folder({"HOME": "/h"}) == "/h/.cache/beskid"
