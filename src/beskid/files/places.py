"""Where a command runs: the working folder, and paths seen from it."""

from __future__ import annotations

import os

from beskid.files.problems import FileError


def current_folder() -> str:
    """Return the absolute path of the working folder. A `FileError` when it was removed."""
    try:
        return os.getcwd()
    except OSError as error:
        raise FileError(".", "the working folder no longer exists", "change to another folder") from error


def absolute_path(path: str) -> str:
    """Return the path as seen from the root, `..` resolved by name; an empty path stays empty."""
    if not path or os.path.isabs(path):
        return os.path.normpath(path) if path else ""
    return os.path.normpath(f"{current_folder()}/{path}")


def folder_for(path: str) -> str:
    """Return the folder to which a path is relative. An absolute path needs none, so the working folder may be gone."""
    return "/" if os.path.isabs(path) else current_folder()


def is_really_below(path: str, folder: str) -> bool:
    """Whether a path leads to a file below a folder after every symbolic link is followed."""
    root = os.path.realpath(folder)
    return os.path.realpath(path).startswith(root if root.endswith("/") else f"{root}/")
