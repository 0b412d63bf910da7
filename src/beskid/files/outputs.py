"""Decides whether an output may be written to a path: never over an input, or over a file that beskid did not make."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable
from typing import TextIO

from beskid.files.problems import FileError, of_os_error
from beskid.files.reading import read_file, require_regular

FORCE_HELP = "name another output, or replace it with --force"


def require_replaceable(
    path: str, inputs: Iterable[str], is_ours: Callable[[str], bool], is_forced: bool = False
) -> None:
    """Raise a `FileError` unless an output may take the place of what is at `path` now.

    Nothing replaces a file of `inputs`, a folder, a device or a FIFO. A link, or a file with content for which
    `is_ours` does not hold, is replaced only when `is_forced`.
    """
    try:
        found = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return
    except (OSError, ValueError) as error:
        raise of_os_error(path, error) from error
    if _is_one_of(path, inputs):
        raise FileError(path, "is an input of this command", "name another output")
    if stat.S_ISLNK(found.st_mode):
        if not is_forced:
            raise FileError(path, "is a symbolic link", FORCE_HELP)
        return
    require_regular(path, found)
    if found.st_size and not is_forced and not is_ours(path):
        raise FileError(path, "exists and was not made by beskid", FORCE_HELP)


def _is_one_of(path: str, inputs: Iterable[str]) -> bool:
    try:
        found = os.stat(path)
    except OSError:
        return False
    for each in inputs:
        try:
            other = os.stat(each)
        except (OSError, ValueError):
            continue
        if (found.st_dev, found.st_ino) == (other.st_dev, other.st_ino):
            return True
    return False


def open_log(path: str, first: bytes) -> TextIO:
    """Open a file to which text is appended line by line. One that exists is replaced if it begins with `first`."""
    require_replaceable(path, (), lambda found: read_file(found).data.startswith(first))
    try:
        return open(path, "w", encoding="utf-8")
    except (OSError, ValueError) as error:
        raise of_os_error(path, error) from error
