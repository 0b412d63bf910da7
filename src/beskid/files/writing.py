"""Replacing files as a whole: either the old content stays or the new content is there, never a part of it.

The new content is written to an unnamed file in the same folder where the system has such files, so a process that is
killed leaves no partial file; it becomes visible by a rename after it has reached the disk.
"""

from __future__ import annotations

import os
import stat

from beskid.files.problems import FileError, of_os_error
from beskid.files.reading import require_regular

TEMPORARY_SUFFIX = ".beskid-new"
DEFAULT_MODE = 0o666
_TRIES = 16


def replace_file(path: str, data: bytes, mode: int | None = None) -> None:
    """Replace the content of the file at `path`. An existing file keeps its permissions unless `mode` names others.

    A symbolic link is replaced by the file; its target is not touched. Anything else that is not a regular file is a
    `FileError`, and so is every failure of the system; then the folder is as it was.
    """
    folder, name = os.path.split(path)
    try:
        folder_descriptor = os.open(folder or ".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise of_os_error(path, error) from error
    try:
        replace_in_folder(folder_descriptor, name, data, _mode_for(folder_descriptor, name, path, mode), path)
    finally:
        os.close(folder_descriptor)


def replace_in_folder(folder: int, name: str, data: bytes, mode: int, path: str = "", is_durable: bool = True) -> None:
    """Replace the file `name` in an open folder; `path` names it in problems.

    Without `is_durable` the content may be lost, or be shorter, after a power failure; use it only where a checksum is
    verified on every read.
    """
    temporary = ""
    descriptor = -1
    try:
        descriptor, temporary = _create(folder, name)
        os.fchmod(descriptor, mode)
        _write_all(descriptor, data)
        if is_durable:
            os.fsync(descriptor)
        if not temporary:
            temporary = _give_name(folder, name, descriptor)
        os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
        temporary = ""
        if is_durable:
            os.fsync(folder)
    except (OSError, ValueError) as error:
        raise of_os_error(path or name, error) from error
    finally:
        if descriptor >= 0:
            os.close(descriptor)
        if temporary:
            _remove_quietly(folder, temporary)


def make_folder(path: str) -> None:
    """Make a folder and its missing parents; one that is there is fine."""
    try:
        os.makedirs(path or ".", exist_ok=True)
    except (OSError, ValueError) as error:
        raise of_os_error(path, error) from error


def _mode_for(folder: int, name: str, path: str, mode: int | None) -> int:
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        found = None
    except (OSError, ValueError) as error:
        raise of_os_error(path, error) from error
    if found is not None and not stat.S_ISLNK(found.st_mode):
        require_regular(path, found)
        return stat.S_IMODE(found.st_mode) if mode is None else mode
    return (DEFAULT_MODE if mode is None else mode) & ~_umask()


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _create(folder: int, name: str) -> tuple[int, str]:
    """Return an open new file and its name, which is empty where the system offers files without one."""
    unnamed = getattr(os, "O_TMPFILE", 0)
    if unnamed:
        try:
            descriptor = os.open(".", os.O_WRONLY | unnamed | os.O_CLOEXEC, 0o600, dir_fd=folder)
        except OSError:
            pass  # The file system has none: NFS, overlays, old kernels.
        else:
            return descriptor, ""
    for _ in range(_TRIES):
        temporary = _temporary_name(name)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            descriptor = os.open(temporary, flags, 0o600, dir_fd=folder)
        except FileExistsError:
            continue
        return descriptor, temporary
    raise FileExistsError(17, "no free name for a temporary file")


def _give_name(folder: int, name: str, descriptor: int) -> str:
    """Link an unnamed file into the folder, under a temporary name since a link never replaces a file."""
    for _ in range(_TRIES):
        temporary = _temporary_name(name)
        try:
            os.link(f"/proc/self/fd/{descriptor}", temporary, dst_dir_fd=folder, follow_symlinks=True)
        except FileExistsError:
            continue
        return temporary
    raise FileExistsError(17, "no free name for a temporary file")


def _temporary_name(name: str) -> str:
    """Hidden, not predictable, and short enough where the name itself is as long as names may be."""
    return f".{name[:100]}.{os.urandom(8).hex()}{TEMPORARY_SUFFIX}"


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        written = os.write(descriptor, rest)
        if written <= 0:
            raise FileError("", "the system wrote nothing")
        rest = rest[written:]


def _remove_quietly(folder: int, name: str) -> None:
    try:
        os.unlink(name, dir_fd=folder)
    except OSError:
        return
