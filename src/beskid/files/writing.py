"""Replacing files as a whole: either the old content stays or the new content is there, never a part of it.

The new content is written to an unnamed file in the same folder where the system has such files, so a process that is
killed leaves no partial file; it becomes visible by a rename after it has reached the disk.
"""

from __future__ import annotations

import os
import stat

from beskid.files.problems import FileError, of_os_error
from beskid.files.reading import MAX_BINARY_BYTES, read_descriptor, require_regular
from beskid.files.temporaries import (
    NewFile,
    first_free,
    open_locked,
    remove_quietly,
    remove_stale,
    temporary_name,
)

DEFAULT_MODE = 0o666


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
    remove_stale(folder)
    new: NewFile | None = None
    try:
        new = NewFile(folder, name, data, mode, is_durable)
        new.install()
        if is_durable:
            os.fsync(folder)
    except (OSError, ValueError) as error:
        raise of_os_error(path or name, error) from error
    finally:
        if new is not None:
            new.close()


class NewContent:
    """What one file is going to hold. Without `mode` an existing file keeps its permissions."""

    __slots__ = ("data", "mode", "path")

    def __init__(self, path: str, data: bytes, mode: int | None = None) -> None:
        self.path = path
        self.data = data
        self.mode = mode


class _Staged:
    """A written file that is not installed yet, and a second name of the file that it replaces."""

    __slots__ = ("file", "folder", "name", "path", "previous", "previous_lock")

    def __init__(self, path: str, folder: int, name: str, file: NewFile) -> None:
        self.path = path
        self.folder = folder
        self.name = name
        self.file = file
        self.previous = ""
        self.previous_lock = -1

    def keep_previous(self) -> None:
        """Link the present file, if there is one, to a second name from which it can be restored."""
        self.previous_lock = open_locked(self.folder, self.name)
        self.previous = _second_name(self.folder, self.name)

    def close(self) -> None:
        self.file.close()
        if self.previous:
            remove_quietly(self.folder, self.previous)
        if self.previous_lock >= 0:
            os.close(self.previous_lock)
        os.close(self.folder)


def replace_files(contents: list[NewContent]) -> None:
    """Replace several files: all are written before the first one changes, and none changes when one cannot be.

    The last one needs no second name of what was there before: once it is installed, nothing is taken back.
    """
    staged: list[_Staged] = []
    done: list[_Staged] = []
    try:
        for content in contents:
            staged.append(_stage(content))
        for each in staged:
            try:
                if each is not staged[-1]:
                    each.keep_previous()
                each.file.install()
                done.append(each)
                if each is staged[-1]:
                    done.clear()
                os.fsync(each.folder)
            except (OSError, ValueError) as error:
                raise of_os_error(each.path, error) from error
    except FileError:
        for each in reversed(done):
            _restore(each)
        raise
    finally:
        for each in staged:
            each.close()


def _stage(content: NewContent) -> _Staged:
    folder, name = os.path.split(content.path)
    folder_descriptor = -1
    try:
        folder_descriptor = os.open(folder or ".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        remove_stale(folder_descriptor)
        mode = _mode_for(folder_descriptor, name, content.path, content.mode)
        file = NewFile(folder_descriptor, name, content.data, mode, is_durable=True)
    except (OSError, ValueError, FileError) as error:
        if folder_descriptor >= 0:
            os.close(folder_descriptor)
        if isinstance(error, FileError):
            raise FileError(content.path, error.reason, error.help) from error
        raise of_os_error(content.path, error) from error
    return _Staged(content.path, folder_descriptor, name, file)


def _second_name(folder: int, name: str) -> str:
    """Another name for the file, or for a copy of it, to restore it by; empty when there is no file."""

    def link(other: str) -> bool:
        try:
            os.link(name, other, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
        except FileExistsError:
            return False
        return True

    try:
        return first_free(name, link)
    except FileNotFoundError:
        return ""
    except OSError:
        return _copy(folder, name)


def _copy(folder: int, name: str) -> str:
    """The temporary name of a copy, empty when there is no file; a symbolic link is copied as a link."""
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return ""
    other = temporary_name(name)
    if stat.S_ISLNK(found.st_mode):
        os.symlink(os.readlink(name, dir_fd=folder), other, dir_fd=folder)
        return other
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    try:
        data = read_descriptor(descriptor, name, MAX_BINARY_BYTES).data
    finally:
        os.close(descriptor)
    copy = NewFile(folder, other, data, stat.S_IMODE(found.st_mode), is_durable=False)
    try:
        copy.install()
    finally:
        copy.close()
    return other


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


_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def _mode_for(folder: int, name: str, path: str, mode: int | None) -> int:
    try:
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        found = None
    except (OSError, ValueError) as error:
        raise of_os_error(path, error) from error
    if found is not None and not stat.S_ISLNK(found.st_mode):
        require_regular(path, found)
        if mode is not None:
            return mode
        if not found.st_mode & _WRITABLE:
            # A rename needs no permission to write the file, but its owner said that it must not change.
            raise FileError(path, "is read-only", "make the file writable first")
        return stat.S_IMODE(found.st_mode)
    return (DEFAULT_MODE if mode is None else mode) & ~_umask()


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
