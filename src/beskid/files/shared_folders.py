"""Files in folders that everybody may write to, where a name may belong to somebody else."""

from __future__ import annotations

import os
import stat

from beskid.files.problems import FileError


def write_shared(path: str, data: bytes, is_first: bool) -> None:
    """Append to a file of this user, or replace what it has if `is_first`; links are not followed.

    Raises `FileError` when that fails, or the file is somebody else's.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        descriptor = os.open(path, flags, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            held = os.fstat(descriptor)
            if not stat.S_ISREG(held.st_mode) or held.st_uid != os.geteuid():
                raise FileError(path, "it belongs to somebody else", "remove it")
            if is_first:
                os.ftruncate(descriptor, 0)
            file.write(data)
    except OSError as error:
        raise FileError(path, error.strerror or "it cannot be written", "remove it") from error
