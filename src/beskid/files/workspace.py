"""A private temporary folder for tools that need file names, such as a linker.

It is made in the system's folder for temporary files and not beside the output, so a build that is killed leaves
nothing among the user's files.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
import tempfile

from beskid.files.problems import FileError, of_os_error
from beskid.files.reading import MAX_BINARY_BYTES, read_file
from beskid.files.writing import replace_file


class Workspace:
    """The folder while the `with` statement runs; `path` is absolute."""

    __slots__ = ("_made", "path")

    def __init__(self, prefix: str = "beskid-") -> None:
        try:
            self._made = tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True)
        except OSError as error:
            help = "set TMPDIR to a folder with space that you may write to"
            raise FileError(error.filename or "TMPDIR", of_os_error("", error).reason, help) from error
        self.path = os.path.abspath(self._made.name)

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *ignored: object) -> None:
        # It ignores the errors of removing files, but not those of looking at them.
        with contextlib.suppress(OSError, RecursionError):
            self._made.cleanup()
        with contextlib.suppress(OSError):
            _remove_flat(self.path)

    def file(self, name: str) -> str:
        """The path of a file in the folder."""
        return f"{self.path}/{name}"

    def write(self, name: str, data: bytes) -> str:
        """Write a file and return its path."""
        replace_file(self.file(name), data)
        return self.file(name)

    def read(self, name: str) -> bytes:
        return read_file(self.file(name), MAX_BINARY_BYTES).data


def _remove_flat(folder: str) -> None:
    """Remove a folder however deep it is and whatever its permissions are, if it still exists."""
    mark, count = secrets.token_hex(8), 0
    while names := os.listdir(folder):
        for outer in [f"{folder}/{name}" for name in names]:
            if not _is_own_folder(outer):
                os.unlink(outer)
                continue
            os.chmod(outer, stat.S_IRWXU)
            for inner in [f"{outer}/{name}" for name in os.listdir(outer)]:
                if _is_own_folder(inner):
                    count += 1
                    # A folder that cannot be written cannot be moved.
                    os.chmod(inner, stat.S_IRWXU)
                    os.rename(inner, f"{folder}/{mark}{count}")
                else:
                    os.unlink(inner)
            os.rmdir(outer)
    os.rmdir(folder)


def _is_own_folder(path: str) -> bool:
    return stat.S_ISDIR(os.lstat(path).st_mode)
