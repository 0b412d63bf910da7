"""Whole folders of files that were made at once: written under a temporary name, read back without following a link."""

from __future__ import annotations

import os
import stat

from beskid.files.problems import FileError, of_os_error
from beskid.files.reading import MAX_SOURCE_BYTES, read_file
from beskid.files.temporaries import is_temporary_name, lock, temporary_name
from beskid.files.trees import remove_tree
from beskid.files.walking import names_in

MAX_TREE_FILES = 50_000
MAX_TREE_BYTES = 1 << 29
READ_ONLY_FILE = 0o444
WRITABLE_FILE = 0o644
_TRIES = 16
_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

Tree = dict[tuple[str, ...], bytes]
"""Files by the parts of their paths."""


def read_tree(folder: str) -> Tree:
    """Read every file below a folder. Anything but folders and regular files is a `FileError`, and so is too much."""
    found: Tree = {}
    pending: list[tuple[str, ...]] = [()]
    size = 0
    while pending:
        here = pending.pop()
        path = "/".join((folder, *here))
        try:
            with os.scandir(path) as entries:
                names = sorted([(entry.name, entry.stat(follow_symlinks=False).st_mode) for entry in entries])
        except (OSError, ValueError) as error:
            raise of_os_error(path, error) from error
        for name, mode in names:
            if stat.S_ISDIR(mode):
                pending.append((*here, name))
                continue
            if not stat.S_ISREG(mode):
                raise FileError(f"{path}/{name}", "is not a regular file")
            data = read_file(f"{path}/{name}", MAX_SOURCE_BYTES).data
            size += len(data)
            found[(*here, name)] = data
            if len(found) > MAX_TREE_FILES or size > MAX_TREE_BYTES:
                raise FileError(folder, "has too many files, or they are too large")
    return found


def write_tree(folder: str, name: str, files: Tree, mode: int = READ_ONLY_FILE) -> str:
    """Write the folder `name` in an existing folder, instead of what has that name, and return its path.

    It appears complete or not at all. Parts of paths that are not plain names are a `FileError`. What a killed process
    has left in the folder is removed.
    """
    target = f"{folder}/{name}"
    try:
        _remove_stale(folder)
        temporary, descriptor = _make_locked(folder, name)
    except (OSError, ValueError) as error:
        raise of_os_error(target, error) from error
    try:
        made: set[tuple[str, ...]] = {()}
        for parts, data in files.items():
            _require_plain(target, parts)
            _make_parents(temporary, parts[:-1], made)
            _write_new("/".join((temporary, *parts)), data, mode)
        if mode != READ_ONLY_FILE:
            os.chmod(temporary, 0o755)
        _move_into_place(temporary, target)
    except (OSError, ValueError) as error:
        remove_tree(temporary)
        raise of_os_error(target, error) from error
    except BaseException:
        remove_tree(temporary)
        raise
    finally:
        os.close(descriptor)
    return target


def _make_locked(folder: str, name: str) -> tuple[str, int]:
    """Make a folder under a temporary name, and lock it so that no other process takes it for a stale one."""
    for _ in range(_TRIES):
        temporary = f"{folder}/{temporary_name(name)}"
        os.mkdir(temporary, 0o700)
        descriptor = -1
        try:
            descriptor = os.open(temporary, _OPEN_FOLDER)
            lock(descriptor)
            os.lstat(temporary)
        except OSError as error:
            if descriptor >= 0:
                os.close(descriptor)
            if isinstance(error, FileNotFoundError):
                continue  # Removed before it was locked.
            os.rmdir(temporary)
            raise
        return temporary, descriptor
    raise FileError(f"{folder}/{name}", "another process keeps removing it")


def _remove_stale(folder: str) -> None:
    """Remove the temporary folders that ended processes of this user have left."""
    for name in names_in(folder):
        if not is_temporary_name(name):
            continue
        try:
            descriptor = os.open(f"{folder}/{name}", _OPEN_FOLDER)
        except OSError:
            continue
        try:
            if os.fstat(descriptor).st_uid == os.geteuid() and lock(descriptor):
                remove_tree(f"{folder}/{name}")
        except FileError:
            continue
        finally:
            os.close(descriptor)


def _require_plain(target: str, parts: tuple[str, ...]) -> None:
    if not parts or any(part in ("", ".", "..") or "/" in part or "\0" in part for part in parts):
        raise FileError(target, "a file in it has no plain name")


def _make_parents(base: str, parts: tuple[str, ...], made: set[tuple[str, ...]]) -> None:
    for length in range(1, len(parts) + 1):
        if parts[:length] not in made:
            os.mkdir("/".join((base, *parts[:length])), 0o755)
            made.add(parts[:length])


def _write_new(path: str, data: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    finally:
        os.close(descriptor)


def _move_into_place(temporary: str, target: str) -> None:
    """Rename; what is there is moved away first. Another process may do the same at the same time."""
    for _ in range(_TRIES):
        try:
            os.rename(temporary, target)
        except OSError:
            old = f"{os.path.dirname(target)}/{temporary_name(os.path.basename(target))}"
            os.rename(target, old)
            _remove(old)
        else:
            return
    raise FileError(target, "another process keeps replacing it")


def _remove(path: str) -> None:
    if stat.S_ISDIR(os.lstat(path).st_mode):
        remove_tree(path)
    else:
        os.unlink(path)
