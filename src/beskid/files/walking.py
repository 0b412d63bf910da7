"""Walking a folder: which files are below it, by one set of rules for every command, and how large they are.

Commands leave out names that begin with a dot (editors keep locks such as `.#Main.bd` there), and the folders in which
tools put what they make. A link to a file counts as that file. A link to a folder is not entered, so a walk always
ends. Order is by name, so it is the same on every file system. A size counts everything.
"""

from __future__ import annotations

import os

from beskid.files.problems import of_os_error

_BLOCK = 4096
_STATUS_BLOCK = 512
SKIPPED_FOLDERS = frozenset(("obj", "target", "node_modules", "dist", "__pycache__"))


def files_below(folder: str, suffixes: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Return every file below `folder` with one of these endings, as the parts of its path, in the order of the walk.

    A folder that cannot be listed is a `FileError`: leaving it out would silently compile another program.
    """
    found: list[tuple[str, ...]] = []
    pending: list[tuple[str, ...]] = [()]
    while pending:
        here = pending.pop()
        path = "/".join((folder, *here))
        files: list[str] = []
        folders: list[str] = []
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        if entry.name not in SKIPPED_FOLDERS:
                            folders.append(entry.name)
                    elif entry.name.endswith(suffixes) and not _is_folder(entry):
                        files.append(entry.name)
        except (OSError, ValueError) as error:
            raise of_os_error(path, error) from error
        found += [(*here, name) for name in sorted(files)]
        pending += [(*here, name) for name in sorted(folders, reverse=True)]
    return found


def names_in(folder: str) -> list[str]:
    """The names of everything directly in a folder, sorted; empty when it cannot be listed."""
    try:
        return sorted(os.listdir(folder or "."))
    except (OSError, ValueError):
        return []


def size_below(folder: str, enough: int) -> int:
    """Return the bytes of everything below a folder, at least a block for each name; above `enough` it stops counting.

    What goes away meanwhile counts for nothing. A folder that cannot be listed, because of its permissions or of a path
    that is too long, is above `enough`.
    """
    total = 0
    pending = [folder]
    while pending and total <= enough:
        try:
            with os.scandir(pending.pop()) as entries:
                for entry in entries:
                    total += room_of(entry.stat(follow_symlinks=False))
                    if total > enough:
                        break
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            return enough + 1
    return total


def room_of(status: os.stat_result) -> int:
    """Return the space of a file, which may have more blocks than its size says."""
    return max(status.st_size, status.st_blocks * _STATUS_BLOCK, _BLOCK)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Return whether an entry is a link to a folder. A loop of links is not one; reading it fails with that reason."""
    try:
        return entry.is_dir()
    except OSError:
        return False
