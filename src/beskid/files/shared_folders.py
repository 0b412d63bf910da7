"""Files in folders that everybody may write to, where a name may belong to another user."""

from __future__ import annotations

import os
import stat

from beskid.files.problems import FileError, of_os_error

_REMOVE = "remove it"


def write_shared(path: str, data: bytes, is_first: bool) -> None:
    """Append to a file of this user, or replace what it has if `is_first`; links are not followed.

    Raises `FileError` when that fails, or the file is another user's.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags, 0o600)
    except OSError as error:
        raise FileError(path, of_os_error(path, error).reason, _REMOVE) from error
    try:
        with os.fdopen(descriptor, "ab") as file:
            held = os.fstat(descriptor)
            if not stat.S_ISREG(held.st_mode):
                raise FileError(path, "is not a regular file", _REMOVE)
            if held.st_uid != os.geteuid():
                raise FileError(path, "belongs to another user", _REMOVE)
            if is_first:
                os.ftruncate(descriptor, 0)
            file.write(data)
    except OSError as error:
        raise of_os_error(path, error) from error
