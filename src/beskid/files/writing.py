"""Replacing files as a whole: either the old content stays or the new content is there, never a part of it.

The new content is written to an unnamed file in the same folder where the system has such files, so a process that is
killed leaves no partial file; it becomes visible by a rename after it has reached the disk.
"""

from __future__ import annotations

import os
import stat

from beskid.files.problems import FileError, of_os_error
from beskid.files.reading import MAX_BINARY_BYTES, read_descriptor, require_regular

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
    try:
        temporary = _write_temporary(folder, name, data, mode, is_durable)
        os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
        temporary = ""
        if is_durable:
            os.fsync(folder)
    except (OSError, ValueError) as error:
        raise of_os_error(path or name, error) from error
    finally:
        if temporary:
            _remove_quietly(folder, temporary)


def _write_temporary(folder: int, name: str, data: bytes, mode: int, is_durable: bool) -> str:
    """Write a complete file under a temporary name in the folder of `name` and return the temporary name."""
    unnamed = _open_unnamed(folder)
    if unnamed >= 0:
        try:
            _fill(unnamed, data, mode, is_durable)
            return _give_name(folder, name, unnamed)
        except PermissionError:
            pass  # The file system or its rules allow no hard links.
        finally:
            os.close(unnamed)
    descriptor, temporary = _create_named(folder, name)
    try:
        _fill(descriptor, data, mode, is_durable)
    except BaseException:
        _remove_quietly(folder, temporary)
        raise
    finally:
        os.close(descriptor)
    return temporary


def _fill(descriptor: int, data: bytes, mode: int, is_durable: bool) -> None:
    os.fchmod(descriptor, mode)
    _write_all(descriptor, data)
    if is_durable:
        os.fsync(descriptor)


class NewContent:
    """What one file is going to hold. Without `mode` an existing file keeps its permissions."""

    __slots__ = ("data", "mode", "path")

    def __init__(self, path: str, data: bytes, mode: int | None = None) -> None:
        self.path = path
        self.data = data
        self.mode = mode


class _Staged:
    """A written file that still has a temporary name, and a second name of the file that it replaces."""

    __slots__ = ("folder", "name", "path", "previous", "temporary")

    def __init__(self, path: str, folder: int, name: str, temporary: str) -> None:
        self.path = path
        self.folder = folder
        self.name = name
        self.temporary = temporary
        self.previous = ""


def replace_files(contents: list[NewContent]) -> None:
    """Replace several files: all are written before the first one changes, and none changes when one cannot be."""
    staged: list[_Staged] = []
    done: list[_Staged] = []
    try:
        for content in contents:
            staged.append(_stage(content))
        for each in staged:
            try:
                each.previous = _second_name(each.folder, each.name)
                os.replace(each.temporary, each.name, src_dir_fd=each.folder, dst_dir_fd=each.folder)
                each.temporary = ""
                done.append(each)
                os.fsync(each.folder)
            except (OSError, ValueError) as error:
                raise of_os_error(each.path, error) from error
    except FileError:
        for each in reversed(done):
            _restore(each)
        raise
    finally:
        for each in staged:
            for name in (each.temporary, each.previous):
                if name:
                    _remove_quietly(each.folder, name)
            os.close(each.folder)


def _stage(content: NewContent) -> _Staged:
    folder, name = os.path.split(content.path)
    folder_descriptor = -1
    try:
        folder_descriptor = os.open(folder or ".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        mode = _mode_for(folder_descriptor, name, content.path, content.mode)
        temporary = _write_temporary(folder_descriptor, name, content.data, mode, is_durable=True)
    except (OSError, ValueError, FileError) as error:
        if folder_descriptor >= 0:
            os.close(folder_descriptor)
        if isinstance(error, FileError):
            raise FileError(content.path, error.reason, error.help) from error
        raise of_os_error(content.path, error) from error
    return _Staged(content.path, folder_descriptor, name, temporary)


def _second_name(folder: int, name: str) -> str:
    """Another name for the file, or for a copy of it, to restore it by; empty when there is no file."""
    for _ in range(_TRIES):
        other = _temporary_name(name)
        try:
            os.link(name, other, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
        except FileExistsError:
            continue
        except FileNotFoundError:
            return ""
        except OSError:
            return _copy(folder, name)
        return other
    return ""


def _copy(folder: int, name: str) -> str:
    """The temporary name of a copy, empty when there is no file; a symbolic link is copied as a link."""
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return ""
    if stat.S_ISLNK(found.st_mode):
        other = _temporary_name(name)
        os.symlink(os.readlink(name, dir_fd=folder), other, dir_fd=folder)
        return other
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    try:
        data = read_descriptor(descriptor, name, MAX_BINARY_BYTES).data
    finally:
        os.close(descriptor)
    return _write_temporary(folder, name, data, stat.S_IMODE(found.st_mode), is_durable=False)


def _restore(staged: _Staged) -> None:
    try:
        if staged.previous:
            os.replace(staged.previous, staged.name, src_dir_fd=staged.folder, dst_dir_fd=staged.folder)
            staged.previous = ""
        else:
            os.unlink(staged.name, dir_fd=staged.folder)
    except OSError:
        return


def new_file_mode(mode: int) -> int:
    """The permissions that a new file gets when a program asks for `mode`."""
    return mode & ~_umask()


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


def _open_unnamed(folder: int) -> int:
    """Return an open new file without a name, or -1 where the system has none: NFS, overlays, old kernels."""
    unnamed = getattr(os, "O_TMPFILE", 0)
    # Such a file gets its name through the process file system, which a container may lack.
    if not unnamed or not os.path.isdir("/proc/self/fd"):
        return -1
    try:
        return os.open(".", os.O_WRONLY | unnamed | os.O_CLOEXEC, 0o600, dir_fd=folder)
    except OSError:
        return -1


def _create_named(folder: int, name: str) -> tuple[int, str]:
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
