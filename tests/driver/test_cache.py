"""The cache: what is stored comes back, and nothing that is damaged or foreign does."""

from __future__ import annotations

import mmap
import os
import time
from pathlib import Path

import pytest

from beskid.driver.cache.key import compiler_stamp, digest, folder_listing
from beskid.driver.cache.store import Cache, Record, decode_record, encode_record, user_cache_folder
from beskid.driver.cache.warm import RunRequest, changes, find_object, is_current


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
    cache = Cache(str(tmp_path / "c"))
    cache.store_object("k", b"x")
    assert [path.name for path in (tmp_path / "c" / "objects").iterdir()] == ["k"]


@pytest.mark.parametrize("damage", [b"", b"\n", b"0\nx", b"garbage"])
def test_a_damaged_entry_is_ignored(tmp_path: Path, damage: bytes) -> None:
    cache = Cache(str(tmp_path / "c"))
    cache.store_object("k", b"x")
    (tmp_path / "c" / "objects" / "k").write_bytes(damage)
    assert cache.load_object("k") is None


def test_a_truncated_entry_is_ignored(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path / "c"))
    cache.store_object("k", b"x" * 1000)
    path = tmp_path / "c" / "objects" / "k"
    path.write_bytes(path.read_bytes()[:-1])
    assert cache.load_object("k") is None


def test_an_entry_that_others_may_write_is_ignored(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path / "c"))
    cache.store_object("k", b"x")
    (tmp_path / "c" / "objects" / "k").chmod(0o666)
    assert cache.load_object("k") is None


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give files away")
def test_an_entry_of_another_owner_is_ignored(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path / "c"))
    cache.store_object("k", b"x")
    os.chown(tmp_path / "c" / "objects" / "k", 12345, 12345)
    assert cache.load_object("k") is None


def test_a_folder_that_cannot_be_made_is_not_a_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    cache = Cache(str(tmp_path / "file" / "below"))
    assert not cache.store_object("k", b"x")
    assert cache.load_object("k") is None


def test_the_cache_does_not_grow_forever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("beskid.driver.cache.store.MAX_ENTRIES", 10)
    cache = Cache(str(tmp_path / "c"))
    names = [f"{number:040x}" for number in range(12)]
    for number, name in enumerate(names[:11]):
        cache.store_object(name, b"x")
        os.utime(tmp_path / "c" / "objects" / name, ns=(number, number))
    cache.store_object(names[11], b"x")
    kept = {path.name for path in (tmp_path / "c" / "objects").iterdir()}
    assert names[11] in kept
    assert names[0] not in kept
    assert len(kept) <= 10


def digest_of(path: Path) -> tuple[str, str]:
    """A file as a record holds it."""
    return str(path), digest(path.read_bytes())


def test_an_entry_is_bound_to_its_name_and_kind(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path / "c"))
    names = ("a" * 40, "b" * 40)
    for name in names:
        cache.store_object(name, name.encode())
    objects = tmp_path / "c" / "objects"
    one, other = (objects / name for name in names)
    content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(content)
    assert [cache.load_object(name) for name in names] == [None, None]
    record = Record("stamp", "key", [], [], [])
    assert cache.store_record(names[0], record)
    one.write_bytes((tmp_path / "c" / "requests" / names[0]).read_bytes())
    assert cache.load_object(names[0]) is None


def test_a_cache_that_is_a_link_to_other_files_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("beskid.driver.cache.store.MAX_ENTRIES", 2)
    photos = tmp_path / "photos"
    photos.mkdir(mode=0o755)
    for number in range(10):
        (photos / f"{number:040x}").write_bytes(b"picture")
    (tmp_path / "c").mkdir(mode=0o700)
    (tmp_path / "c" / "objects").symlink_to(photos)
    assert not Cache(str(tmp_path / "c")).store_object("k", b"x")
    (tmp_path / "linked").symlink_to(photos)
    assert not Cache(str(tmp_path / "linked")).store_object("k", b"x")
    assert len(list(photos.iterdir())) == 10
    assert photos.stat().st_mode & 0o777 == 0o755


def test_only_entries_are_thinned_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("beskid.driver.cache.store.MAX_ENTRIES", 2)
    cache = Cache(str(tmp_path / "c"))
    cache.store_object("0" * 40, b"x")
    (tmp_path / "c" / "objects" / "notes.txt").write_bytes(b"mine")
    for number in range(1, 6):
        cache.store_object(f"{number:040x}", b"x")
    assert (tmp_path / "c" / "objects" / "notes.txt").read_bytes() == b"mine"


@pytest.mark.parametrize("kind", ["fifo", "zero", "folder"])
def test_special_files_in_the_cache_are_ignored(tmp_path: Path, kind: str) -> None:
    cache = Cache(str(tmp_path / "c"))
    cache.store_object("other", b"x")
    path = tmp_path / "c" / "objects" / "k"
    if kind == "fifo":
        os.mkfifo(path, 0o600)
    elif kind == "zero":
        path.symlink_to("/dev/zero")
    else:
        path.mkdir()
    assert cache.load_object("k") is None


def test_records_come_back(tmp_path: Path) -> None:
    record = Record("stamp", "key", [("/with space.bd", "12")], [("/a b", "names")], ["/no where"], ["library z"])
    again = decode_record(encode_record(record))
    assert again is not None
    assert encode_record(again) == encode_record(record)
    assert again.files == [("/with space.bd", "12")]
    assert again.warnings == ""


@pytest.mark.parametrize("text", ["", "one line", "warning[W1]: a\n\n  --> b\n  |\n", "\n", "file 1 2\nlink x"])
def test_warnings_in_a_record_come_back(text: str) -> None:
    colored = text.replace("w", "\x1b[1mw\x1b[0m")
    again = decode_record(encode_record(Record("stamp", "key", [], [], [], [], text, colored)))
    assert again is not None
    assert (again.warnings, again.colored_warnings) == (text, colored)


@pytest.mark.parametrize("data", [b"", b"beskid-cache 0\na\nb", b"beskid-cache 4\na", b"beskid-cache 3\na\nb\nother x"])
def test_a_foreign_record_is_ignored(data: bytes) -> None:
    assert decode_record(data) is None


def test_a_record_with_nul_or_any_other_byte_raises_nothing(tmp_path: Path) -> None:
    record = decode_record(b"beskid-cache 3\n\0\nkey\nfile 12 a\0b\nfolder 1 c\0d\nabsent \0\n")
    assert record is None or not is_current(record)
    record = decode_record(b"beskid-cache 3\n" + compiler_stamp().encode() + b"\nkey\nfile 12 a\0b")
    assert record is not None
    assert not is_current(record)


def test_a_change_within_the_clock_tick_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "a.bd"
    file.write_text("one", encoding="utf-8")
    stat = file.stat()
    record = Record(compiler_stamp(), "", [digest_of(file)], [], [])
    assert is_current(record)
    file.write_text("two", encoding="utf-8")
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert not is_current(record)


def test_a_write_through_a_mapping_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "a.bd"
    file.write_bytes(b"one" + bytes(4093))
    with file.open("r+b") as stream, mmap.mmap(stream.fileno(), 0) as mapped:
        mapped[:3] = b"two"
        record = Record(compiler_stamp(), "", [digest_of(file)], [], [])
        assert is_current(record)
        mapped[:3] = b"six"
        assert not is_current(record)


def test_a_touched_file_with_the_same_content_is_unchanged(tmp_path: Path) -> None:
    file = tmp_path / "a.bd"
    file.write_text("one", encoding="utf-8")
    record = Record(compiler_stamp(), "", [digest_of(file)], [], [])
    os.utime(file, ns=(1, 1))
    assert is_current(record)


def test_records_notice_new_files_and_manifests(tmp_path: Path) -> None:
    source = tmp_path / "Src"
    source.mkdir()
    (source / "Main.bd").write_text("x", encoding="utf-8")
    absent = tmp_path / "Project.proj"

    def record() -> Record:
        listing = folder_listing(str(source), ".bd")
        return Record(compiler_stamp(), "", [digest_of(source / "Main.bd")], [(str(source), listing)], [str(absent)])

    before = record()
    assert is_current(before)
    (source / "New.bd").write_text("y", encoding="utf-8")
    assert list(changes(before)) == [f"the source files below {source}"]
    before = record()
    absent.write_text("project {}", encoding="utf-8")
    assert list(changes(before)) == [f"{absent}, which did not exist"]


def test_another_compiler_makes_records_stale() -> None:
    assert not is_current(Record("another", "", [], [], []))
    assert not is_current(Record("", "", [], [], []))
    assert is_current(Record(compiler_stamp(), "", [], [], []))


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A core library of one file that was made some time ago, in place of the real one."""
    file = tmp_path / "library" / "Prelude.bd"
    file.parent.mkdir()
    file.write_text("// one\n", encoding="utf-8")
    monkeypatch.setattr("beskid.driver.cache.key.core_library_folder", lambda: str(file.parent))
    monkeypatch.setattr("beskid.driver.cache.key.PACKAGE_FOLDER", str(file.parent))
    monkeypatch.setattr("beskid.driver.cache.key.SETTLING_NANOSECONDS", 0)
    return file


def test_an_edit_of_the_core_library_with_its_time_set_back_is_noticed(library: Path) -> None:
    stat = library.stat()
    stamp = compiler_stamp()
    time.sleep(0.02)
    library.write_text("// two\n", encoding="utf-8")
    os.utime(library, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert compiler_stamp() != stamp


def test_a_compiler_that_just_changed_has_no_stamp(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert compiler_stamp()
    monkeypatch.setattr("beskid.driver.cache.key.SETTLING_NANOSECONDS", 10**12)
    assert compiler_stamp() == ""


def test_every_field_of_a_request_is_part_of_its_key() -> None:
    changed = {
        "input": "/b", "optimize": 0, "print_result": True, "entrypoint": "x", "project": "/p", "target": "t",
        "links": ("library z",), "engine": "aot", "roots": False, "folder": "/f",
        "allow_link_args": True, "member": "m", "locked": True,
    }  # fmt: skip
    assert set(changed) == set(RunRequest.__slots__)
    keys = {RunRequest("/a").key()}
    for name, value in changed.items():
        request = RunRequest("/a")
        setattr(request, name, value)
        keys.add(request.key())
    assert len(keys) == len(changed) + 1


def test_nothing_is_found_in_an_empty_cache(tmp_path: Path) -> None:
    assert find_object(RunRequest("/a"), {"XDG_CACHE_HOME": str(tmp_path)}) is None


def test_the_cache_folder_follows_the_convention() -> None:
    assert user_cache_folder({"XDG_CACHE_HOME": "/x"}) == "/x/beskid"
    assert user_cache_folder({"XDG_CACHE_HOME": "relative", "HOME": "/h"}) == "/h/.cache/beskid"
    assert user_cache_folder({"HOME": "/h"}) == "/h/.cache/beskid"
