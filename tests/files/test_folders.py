"""Folders of our own are private, and no link below them is followed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from beskid.files.folders import PrivateFolder


def opened(path: Path) -> PrivateFolder:
    """The folder, which must be usable."""
    folder = PrivateFolder.open(str(path), create=True)
    assert folder is not None
    return folder


def test_entries_are_written_read_listed_and_removed(tmp_path: Path) -> None:
    with opened(tmp_path / "deep" / "cache") as cache:
        objects = cache.child("objects", create=True)
        assert objects is not None
        assert objects.write("b", b"2")
        assert objects.write("a", b"1")
        os.utime(tmp_path / "deep" / "cache" / "objects" / "a", (1, 1))
        assert objects.read("a", 10) == b"1"
        assert [name for _, name in objects.entries()] == ["a", "b"]
        assert objects.remove("a")
        assert not objects.remove("a")
        assert objects.read("a", 10) is None
    assert (tmp_path / "deep" / "cache").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "deep" / "cache" / "objects" / "b").stat().st_mode & 0o777 == 0o600


def test_a_folder_that_is_a_link_is_not_entered(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    (tmp_path / "cache").symlink_to(photos)
    assert PrivateFolder.open(str(tmp_path / "cache"), create=True) is None
    with opened(tmp_path / "own") as own:
        (tmp_path / "own" / "objects").symlink_to(photos)
        assert own.child("objects", create=True) is None
    assert os.listdir(photos) == []


def test_links_devices_and_pipes_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    with opened(tmp_path / "cache") as cache:
        (tmp_path / "cache" / "link").symlink_to(tmp_path / "secret")
        (tmp_path / "cache" / "zero").symlink_to("/dev/zero")
        os.mkfifo(tmp_path / "cache" / "pipe", 0o600)
        (tmp_path / "cache" / "folder").mkdir()
        for name in ("link", "zero", "pipe", "folder", "none", "a\0b"):
            assert cache.read(name, 10) is None
        assert cache.entries() == []


@pytest.mark.parametrize("mode", [0o770, 0o707])
def test_a_folder_that_others_may_write_to_is_not_used(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "cache"
    path.mkdir()
    path.chmod(mode)
    assert PrivateFolder.open(str(path), create=True) is None


def test_a_file_that_others_may_write_to_is_not_read(tmp_path: Path) -> None:
    with opened(tmp_path / "cache") as cache:
        assert cache.write("entry", b"x")
        (tmp_path / "cache" / "entry").chmod(0o666)
        assert cache.read("entry", 10) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser can give a folder away")
def test_a_folder_of_another_user_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "cache"
    path.mkdir(mode=0o700)
    os.chown(path, 12345, 12345)
    assert PrivateFolder.open(str(path), create=True) is None


def test_an_entry_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with opened(tmp_path / "cache") as cache:
        assert cache.write("entry", b"x" * 11)
        assert cache.read("entry", 10) is None
        assert cache.read("entry", 11) == b"x" * 11


def test_writing_over_a_link_replaces_the_link(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    with opened(tmp_path / "cache") as cache:
        (tmp_path / "cache" / "entry").symlink_to(tmp_path / "secret")
        assert cache.write("entry", b"new")
        assert cache.read("entry", 10) == b"new"
    assert (tmp_path / "secret").read_bytes() == b"secret"
