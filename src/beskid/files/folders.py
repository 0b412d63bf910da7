"""Folders of our own, such as the cache: entered by descriptor, private to the user, no link below them followed.

Reading never raises: an entry that cannot be trusted is an entry that is not there. A folder that belongs to somebody
else, or that others may write to, is not used.
"""

from __future__ import annotations

import os
import stat

from beskid.files.problems import FileError
from beskid.files.reading import read_descriptor
from beskid.files.writing import replace_in_folder

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600
PRIVATE_PROGRAM = 0o700
_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_OPEN_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


class PrivateFolder:
    """An open folder that only this user can write to."""

    __slots__ = ("_descriptor", "path")

    def __init__(self, path: str, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    @classmethod
    def open(cls, path: str, create: bool = False) -> PrivateFolder | None:
        """Return the folder at `path`, made with its missing parents when `create`; None when it cannot be used."""
        try:
            if create:
                os.makedirs(path, PRIVATE_FOLDER, exist_ok=True)
            return cls._checked(path, os.open(path, _OPEN_FOLDER))
        except (OSError, ValueError):
            return None

    @classmethod
    def _checked(cls, path: str, descriptor: int) -> PrivateFolder | None:
        found = os.fstat(descriptor)
        if found.st_uid == os.geteuid() and not stat.S_IMODE(found.st_mode) & 0o022:
            return cls(path, descriptor)
        os.close(descriptor)
        return None

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> PrivateFolder:
        return self

    def __exit__(self, *ignored: object) -> None:
        self.close()

    def child(self, name: str, create: bool = False) -> PrivateFolder | None:
        """Return a folder directly inside this one, under the same rules."""
        try:
            if create:
                _make_folder(name, self._descriptor)
            return self._checked(f"{self.path}/{name}", os.open(name, _OPEN_FOLDER, dir_fd=self._descriptor))
        except (OSError, ValueError):
            return None

    def read(self, name: str, max_bytes: int) -> bytes | None:
        """Return the content of a regular file of this user that no other user can write to."""
        try:
            descriptor = os.open(name, _OPEN_FILE, dir_fd=self._descriptor)
        except (OSError, ValueError):
            return None
        try:
            found = os.fstat(descriptor)
            if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o022:
                return None
            return read_descriptor(descriptor, name, max_bytes).data
        except (OSError, FileError):
            return None
        finally:
            os.close(descriptor)

    def write(self, name: str, data: bytes, mode: int = PRIVATE_FILE) -> bool:
        """Replace a file; False when that failed and nothing changed. The reader is expected to verify a checksum."""
        try:
            replace_in_folder(self._descriptor, name, data, mode, is_durable=False)
        except FileError:
            return False
        return True

    def is_writable(self) -> bool:
        """Return whether files can be made here, as far as the mode of the folder and its file system tell."""
        return os.access(".", os.W_OK | os.X_OK, dir_fd=self._descriptor)

    def entries(self) -> list[tuple[int, str]]:
        """Return the regular files in the folder as (time of last change in nanoseconds, name), oldest first."""
        found: list[tuple[int, str]] = []
        try:
            with os.scandir(self._descriptor) as entries:
                for entry in entries:
                    if entry.is_file(follow_symlinks=False):
                        found.append((entry.stat(follow_symlinks=False).st_mtime_ns, entry.name))
        except OSError:
            return []
        return sorted(found)

    def remove(self, name: str) -> bool:
        """Remove a file of the folder; False when it could not be removed."""
        try:
            os.unlink(name, dir_fd=self._descriptor)
        except (OSError, ValueError):
            return False
        return True


def _make_folder(name: str, parent: int) -> None:
    try:
        os.mkdir(name, PRIVATE_FOLDER, dir_fd=parent)
    except FileExistsError:
        return
