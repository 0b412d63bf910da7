"""Folder trees of our own in a user's project: entered and removed without following a link."""

from __future__ import annotations

import os
import stat

from beskid.files.problems import FileError, of_os_error

NO_LINK_HELP = "remove the link; beskid makes the folder itself"


def require_own_folders(base: str, *names: str) -> str:
    """The path of the nested folders `names` below `base`, of which none may be a symbolic link or another file.

    Folders that do not exist are fine. `base` itself may be reached by links: the user named it.
    """
    path = base
    for name in names:
        path = f"{path}/{name}"
        try:
            found = os.lstat(path)
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:
            raise of_os_error(path, error) from error
        if stat.S_ISLNK(found.st_mode):
            raise FileError(path, "is a symbolic link, where a folder for outputs belongs", NO_LINK_HELP)
        if not stat.S_ISDIR(found.st_mode):
            raise FileError(path, "is not a folder", "outputs are written below it")
    return path


def remove_tree(path: str) -> None:
    """Remove a folder with everything below it; links are removed, never followed. A missing folder is fine."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise of_os_error(path, error) from error
    if not stat.S_ISDIR(found.st_mode):
        raise FileError(path, "is a symbolic link" if stat.S_ISLNK(found.st_mode) else "is not a folder")
    import shutil

    try:
        # It works on descriptors, so a folder that becomes a link meanwhile is not entered either.
        shutil.rmtree(path)
    except OSError as error:
        raise of_os_error(str(error.filename or path), error) from error


def missing_folders(path: str) -> list[str]:
    """The folders that making `path` would make: itself and its parents that do not exist, the outermost first."""
    missing: list[str] = []
    while path and not os.path.lexists(path):
        missing.append(path)
        path = os.path.dirname(path)
    return missing[::-1]


def remove_empty_folders(paths: list[str]) -> None:
    """Remove the folders, the last one first; one that is not empty stays, and so do those that it is in."""
    for path in reversed(paths):
        try:
            os.rmdir(path)
        except OSError:
            continue
