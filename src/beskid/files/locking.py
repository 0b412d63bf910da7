"""A lock on a folder, so that two commands do not fill it at the same time."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from beskid.files.problems import of_os_error


@contextlib.contextmanager
def locked_folder(path: str) -> Iterator[bool]:
    """Hold the lock of a folder. Yield False, without waiting, when another process holds it.

    On a file system without locks, nothing is locked. Raises `FileError` when the folder cannot be opened.
    """
    try:
        descriptor = os.open(path or ".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise of_os_error(path, error) from error
    try:
        yield _is_locked_now(descriptor)
    finally:
        os.close(descriptor)


def _is_locked_now(descriptor: int) -> bool:
    import fcntl

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
