"""New files that do not have their name yet, and the temporary names that some of them need for a moment.

A file is written without a name where the system has such files. Where nothing has its name, it gets that name in one
step, so a process that is killed leaves nothing. A link never replaces a file, so where something has the name the new
file gets a hidden temporary name first and is then moved. A process killed between these two steps leaves the temporary
name there, and the next write in the folder removes it: a temporary file is locked as long as its process lives.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Callable

from beskid.files.problems import FileError

TEMPORARY_SUFFIX = ".beskid-new"
_RANDOM_BYTES = 8
_DIGITS = frozenset("0123456789abcdef")
_TRIES = 16
_MAX_LINK_SECONDS = 3600
"""A symbolic link cannot be locked; an older one under a temporary name is stale."""
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_OLD_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_cleaned: set[tuple[int, int]] = set()
"""Device and inode of the folders that this process has cleaned: once is enough, and listing a folder costs time."""


class NewFile:
    """A complete file in an open folder that gets its name by `install`, and is gone after `close` without that."""

    __slots__ = ("_data", "_folder", "_is_durable", "_mode", "_name", "_reader", "_temporary")

    def __init__(self, folder: int, name: str, data: bytes, mode: int, is_durable: bool) -> None:
        self._folder = folder
        self._name = name
        self._data = data
        self._mode = mode
        self._is_durable = is_durable
        self._temporary = ""
        # Holds the lock, and an unnamed file. It cannot write, so the file may be executed as soon as it has its name.
        self._reader = -1
        try:
            if not self._write_unnamed():
                self._write_named()
        except BaseException:
            self.close()
            raise

    def install(self) -> None:
        """Let the file take the place of whatever has its name."""
        if not self._temporary and not self._link_or_copy():
            return
        os.replace(self._temporary, self._name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
        self._temporary = ""

    def close(self) -> None:
        if self._temporary:
            remove_quietly(self._folder, self._temporary)
            self._temporary = ""
        if self._reader >= 0:
            os.close(self._reader)
            self._reader = -1

    def _link_or_copy(self) -> bool:
        """Link an unnamed file to its own name, or else to a temporary one. Return whether the name is temporary."""
        try:
            if self._link(self._name):
                return False
            self._temporary = first_free(self._name, self._link)
        except PermissionError:
            # The file system or its rules allow no hard links.
            self.close()
            self._write_named()
        return True

    def _link(self, name: str) -> bool:
        try:
            os.link(_path_of(self._reader), name, dst_dir_fd=self._folder, follow_symlinks=True)
        except FileExistsError:
            return False
        return True

    def _write_unnamed(self) -> bool:
        writer = _open_unnamed(self._folder)
        if writer < 0:
            return False
        try:
            self._reader = os.open(_path_of(writer), os.O_RDONLY | os.O_CLOEXEC)
            lock(self._reader)
            self._fill(writer)
        finally:
            os.close(writer)
        return True

    def _write_named(self) -> None:
        for _ in range(_TRIES):
            name = temporary_name(self._name)
            try:
                writer = os.open(name, _NEW_FILE, 0o600, dir_fd=self._folder)
            except FileExistsError:
                continue
            try:
                self._temporary = name
                self._reader = os.open(name, _OLD_FILE, dir_fd=self._folder)
                lock(self._reader)
                if os.fstat(writer).st_nlink:
                    self._fill(writer)
                    return
            except FileNotFoundError:
                pass
            finally:
                os.close(writer)
            # Another process removed the file as stale before it was locked.
            self.close()
        raise FileExistsError(errno.EEXIST, "no free name for a temporary file")

    def _fill(self, writer: int) -> None:
        os.fchmod(writer, self._mode)
        _write_all(writer, self._data)
        if self._is_durable:
            os.fsync(writer)


def first_free(name: str, take: Callable[[str], bool]) -> str:
    """Return the first temporary name for `name` that could be taken."""
    for _ in range(_TRIES):
        temporary = temporary_name(name)
        if take(temporary):
            return temporary
    raise FileExistsError(errno.EEXIST, "no free name for a temporary file")


def temporary_name(name: str) -> str:
    """Return a hidden name that is not predictable and not too long, however long `name` is."""
    return f".{name[:100]}.{os.urandom(_RANDOM_BYTES).hex()}{TEMPORARY_SUFFIX}"


def is_temporary_name(name: str) -> bool:
    """Return whether `temporary_name` makes such names."""
    start, _, digits = name.removesuffix(TEMPORARY_SUFFIX).rpartition(".")
    is_hidden = name.endswith(TEMPORARY_SUFFIX) and len(start) > 1 and start[0] == "."
    return is_hidden and len(digits) == 2 * _RANDOM_BYTES and _DIGITS.issuperset(digits)


def lock(descriptor: int, is_shared: bool = False) -> bool:
    """Lock an open file until its descriptor is closed. Return whether that was possible."""
    import fcntl

    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def open_locked(folder: int, name: str) -> int:
    """Open a regular file and keep it from looking stale under any of its names; -1 when that is not possible."""
    try:
        descriptor = os.open(name, _OLD_FILE, dir_fd=folder)
    except OSError:
        return -1
    if stat.S_ISREG(os.fstat(descriptor).st_mode) and lock(descriptor, is_shared=True):
        return descriptor
    os.close(descriptor)
    return -1


def remove_stale(folder: int) -> None:
    """Remove the temporary files of this user that ended processes left in an open folder, once for each process."""
    try:
        found = os.fstat(folder)
        if (found.st_dev, found.st_ino) in _cleaned:
            return
        _cleaned.add((found.st_dev, found.st_ino))
        names = [name for name in os.listdir(folder) if is_temporary_name(name)]
    except OSError:
        return
    for name in names:
        _remove_if_stale(folder, name)


def _remove_if_stale(folder: int, name: str) -> None:
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if found.st_uid != os.geteuid():
            return
        if stat.S_ISLNK(found.st_mode):
            if time.time() - found.st_ctime > _MAX_LINK_SECONDS:
                os.unlink(name, dir_fd=folder)
            return
        descriptor = os.open(name, _OLD_FILE, dir_fd=folder)
    except OSError:
        return
    try:
        if stat.S_ISREG(os.fstat(descriptor).st_mode) and lock(descriptor):
            os.unlink(name, dir_fd=folder)
    except OSError:
        return
    finally:
        os.close(descriptor)


def remove_quietly(folder: int, name: str) -> None:
    """Remove a file of an open folder if that is possible."""
    try:
        os.unlink(name, dir_fd=folder)
    except OSError:
        return


def _path_of(descriptor: int) -> str:
    return f"/proc/self/fd/{descriptor}"


def _open_unnamed(folder: int) -> int:
    """Return an open new file without a name, or -1 where the system has none: NFS, overlays, old kernels."""
    unnamed = getattr(os, "O_TMPFILE", 0)
    # Such a file gets its name through the process file system, which a container may lack.
    if not unnamed or not os.path.isdir("/proc/self/fd"):
        return -1
    try:
        return os.open(".", os.O_WRONLY | unnamed | os.O_CLOEXEC, 0o600, dir_fd=folder)
    except OSError:
        return -1


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        written = os.write(descriptor, rest)
        if written <= 0:
            raise FileError("", "the system wrote nothing")
        rest = rest[written:]
