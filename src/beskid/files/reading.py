"""Reading regular files: bytes together with how the file looked when they were read.

A device, a FIFO or a socket is refused before anything is read from it, so that no command waits or never ends.
"""

from __future__ import annotations

import errno
import os
import stat

from beskid.files.problems import FileError, of_os_error

MAX_SOURCE_BYTES = 64 << 20
"""The largest source, manifest or header that is read."""

MAX_BINARY_BYTES = 1 << 30
"""The largest object, archive or library that is read."""

_CHUNK = 1 << 20
_ABSENT = frozenset((errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG))
"""Errors which prove that nothing can be read under a name."""

_KINDS = (
    (stat.S_ISDIR, "is a directory"),
    (stat.S_ISFIFO, "is a FIFO, not a regular file"),
    (stat.S_ISCHR, "is a device, not a regular file"),
    (stat.S_ISBLK, "is a device, not a regular file"),
    (stat.S_ISSOCK, "is a socket, not a regular file"),
)


class FileState:
    """What identifies the content of a file to the system: device, inode, size, and both time stamps in nanoseconds."""

    __slots__ = ("changed", "device", "inode", "modified", "size")

    def __init__(self, device: int, inode: int, size: int, modified: int, changed: int) -> None:
        self.device = device
        self.inode = inode
        self.size = size
        self.modified = modified
        self.changed = changed

    @classmethod
    def of(cls, found: os.stat_result) -> FileState:
        return cls(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FileState) and self.fields() == other.fields()

    def __hash__(self) -> int:
        return hash(self.fields())

    def fields(self) -> tuple[int, int, int, int, int]:
        """Return the five numbers, in the order of the initializer."""
        return self.device, self.inode, self.size, self.modified, self.changed


class FileContent:
    """The bytes of one file and how it looked before they were read."""

    __slots__ = ("data", "path", "state")

    def __init__(self, path: str, data: bytes, state: FileState) -> None:
        self.path = path
        self.data = data
        self.state = state


def read_file(path: str, max_bytes: int = MAX_SOURCE_BYTES) -> FileContent:
    """Read a regular file of at most `max_bytes`; anything else is a `FileError`."""
    try:
        require_regular(path, os.stat(path))
        # Between the two calls the file may have become a FIFO; without a writer an open would wait for one.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    except (OSError, ValueError) as error:
        raise of_os_error(path, error) from error
    try:
        return read_descriptor(descriptor, path, max_bytes)
    finally:
        os.close(descriptor)


def read_descriptor(descriptor: int, path: str, max_bytes: int) -> FileContent:
    """Read an open regular file from its beginning to its end; `path` names it in problems."""
    try:
        found = os.fstat(descriptor)
        require_regular(path, found)
        parts: list[bytes] = []
        left = max_bytes + 1
        # A longer buffer is cut afterwards, and never fits again where one was freed: a process that reads the same
        # files over and over would grow.
        chunk = found.st_size + 1 if found.st_size else _CHUNK
        while left > 0 and (part := os.read(descriptor, min(left, chunk))):
            parts.append(part)
            left -= len(part)
    except OSError as error:
        raise of_os_error(path, error) from error
    if left <= 0:
        raise FileError(path, f"is larger than {max_bytes >> 20} MiB")
    return FileContent(path, parts[0] if len(parts) == 1 else b"".join(parts), FileState.of(found))


def read_start(path: str, count: int) -> bytes:
    """At most the first `count` bytes of a regular file; empty when it is not one or cannot be read."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return b""
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    except (OSError, ValueError):
        return b""
    try:
        return os.read(descriptor, count) if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""
    except OSError:
        return b""
    finally:
        os.close(descriptor)


def state_of(path: str) -> FileState | None:
    """Return how a file looks now; None when there is none or it is not a regular file."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return FileState.of(found) if stat.S_ISREG(found.st_mode) else None


def state_of_file_or_folder(path: str) -> FileState | None:
    """Return how a file or folder looks now, the size of a folder being 0; None when there is nothing."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    state = FileState.of(found)
    if stat.S_ISDIR(found.st_mode):
        state.size = 0
    return state


def is_file(path: str) -> bool:
    """Whether the path leads to a regular file. A `FileError` when the system does not say."""
    found = _find(path)
    return found is not None and stat.S_ISREG(found.st_mode)


def is_folder(path: str) -> bool:
    """Whether the path leads to a folder. A `FileError` when the system does not say."""
    found = _find(path)
    return found is not None and stat.S_ISDIR(found.st_mode)


def _find(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except ValueError:
        return None
    except OSError as error:
        if error.errno in _ABSENT:
            return None
        raise of_os_error(path, error) from error


def is_there(path: str) -> bool:
    """Return whether the path names anything at all, a dangling link included."""
    try:
        os.lstat(path)
    except (OSError, ValueError):
        return False
    return True


def require_regular(path: str, found: os.stat_result) -> None:
    """Raise a `FileError` that names the kind of a file that is not a regular one."""
    if stat.S_ISREG(found.st_mode):
        return
    reason = next((text for test, text in _KINDS if test(found.st_mode)), "is not a regular file")
    raise FileError(path, reason)
