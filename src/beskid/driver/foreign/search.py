"""Where the loader finds a shared library, found by reading: nothing is opened by the loader, no code of it runs.

The order is that of `ld.so`: the run path of the library that needs it, `LD_LIBRARY_PATH`, the system's cache
(`/etc/ld.so.cache`), the system's folders. Linker scripts (`libc.so` is one) name the real library.
"""

from __future__ import annotations

import os
from struct import error as StructError  # noqa: N812
from struct import unpack_from

from beskid.codegen.elf import ELF_MAGIC, MACHINE_NAMES
from beskid.codegen.host import host_machine
from beskid.codegen.objectfile import ObjectFileError
from beskid.codegen.shared_library import DATA_TYPES, SharedLibrary, read_shared_library
from beskid.driver.foreign.policy import system_folders, target_of_script
from beskid.files.problems import FileError
from beskid.files.reading import MAX_BINARY_BYTES, read_file

CACHE_PATH = "/etc/ld.so.cache"
_CACHE_MAGIC = b"glibc-ld.so.cache1.1"
_CACHE_HEADER = 48
_CACHE_ENTRY = 24
_MAX_LIBRARIES = 1000


class LibraryFile:
    """A shared library and the file that it was read from."""

    __slots__ = ("library", "path")

    def __init__(self, path: str, library: SharedLibrary) -> None:
        self.path = path
        self.library = library


class LibrarySearch:
    """Finds and reads libraries, each once. `environment` provides `LD_LIBRARY_PATH`; `cache_path` is for tests."""

    __slots__ = ("_cached_names", "_environment_folders", "_machine", "_read")

    def __init__(self, environment: dict[str, str], cache_path: str = CACHE_PATH) -> None:
        folders = environment.get("LD_LIBRARY_PATH", "").replace(";", ":").split(":")
        self._environment_folders = tuple([folder for folder in folders if folder])
        self._cached_names = _names_of_cache(cache_path)
        self._read: dict[str, LibraryFile] = {}
        self._machine = next((number for number, name in MACHINE_NAMES.items() if name == host_machine()), 0)

    def symbol_type(self, name: str, symbol: str) -> int | None:
        """The ELF type of a symbol as `dlsym` finds it: in the library, then in what it needs, breadth first.

        None when nothing defines it. Raises `FileError` when the library, or one that it needs, cannot be read.
        """
        file = self.definition(name, symbol)
        return None if file is None else file.library.symbols[symbol]

    def definition(self, name: str, symbol: str) -> LibraryFile | None:
        """Return the file in which `dlsym` finds a symbol of a library, or None."""
        return next((file for file in self.closure(name) if symbol in file.library.symbols), None)

    def closure(self, name: str) -> list[LibraryFile]:
        """The library and all that it needs, in the order in which the loader opens them."""
        first = self.find(name, None)
        opened = {first.path: first}
        order = [first]
        for file in order:
            for needed in file.library.needed:
                found = self.find(needed, file)
                if found.path not in opened and len(order) < _MAX_LIBRARIES:
                    opened[found.path] = found
                    order.append(found)
        return order

    def find(self, name: str, needed_by: LibraryFile | None) -> LibraryFile:
        """The library that the loader opens for a name, which is a path when it holds a slash."""
        for path in self._candidates(name, needed_by):
            real = os.path.realpath(path)
            known = self._read.get(real)
            if known is None and os.path.isfile(real):
                known = self._read[real] = _read_library(path, real)
            machine = self._machine if needed_by is None else needed_by.library.machine
            if known is not None and known.library.machine == machine:
                return known
        raise FileError(name, "cannot open shared object file: No such file or directory")

    def _candidates(self, name: str, needed_by: LibraryFile | None) -> list[str]:
        if "/" in name:
            return [name]
        folders: list[str] = []
        if needed_by is not None:
            origin = os.path.dirname(needed_by.path)
            folders += [_with_origin(path, origin) for path in needed_by.library.search_paths]
        found = [f"{folder}/{name}" for folder in (*folders, *self._environment_folders)]
        found += self._cached_names.get(name, [])
        return [*found, *[f"{folder}/{name}" for folder in system_folders()]]


def is_data(symbol_type: int) -> bool:
    """Whether a symbol of this type holds data, so that it cannot be called."""
    return symbol_type in DATA_TYPES


def _with_origin(path: str, origin: str) -> str:
    return path.replace("${ORIGIN}", origin).replace("$ORIGIN", origin)


def _read_library(path: str, real: str) -> LibraryFile:
    """Read a library, or the one that a linker script in its place names."""
    data = read_file(real, MAX_BINARY_BYTES).data
    if data[:4] != ELF_MAGIC[:4]:
        target = target_of_script(data, os.path.dirname(path))
        if not target:
            raise FileError(path, "invalid ELF header")
        real = os.path.realpath(target)
        data = read_file(real, MAX_BINARY_BYTES).data
    try:
        return LibraryFile(real, read_shared_library(data))
    except ObjectFileError as error:
        raise FileError(path, str(error)) from error


def _names_of_cache(path: str) -> dict[str, list[str]]:
    """Library names and their paths in the system's cache; empty when there is none of the known format."""
    try:
        data = read_file(path).data
        start = data.index(_CACHE_MAGIC)
        (count,) = unpack_from("<I", data, start + len(_CACHE_MAGIC))
        if start + _CACHE_HEADER + count * _CACHE_ENTRY > len(data):
            return {}
        names: dict[str, list[str]] = {}
        for index in range(count):
            key, held = unpack_from("<II", data, start + _CACHE_HEADER + index * _CACHE_ENTRY + 4)
            names.setdefault(_text(data, start + key), []).append(_text(data, start + held))
    except (FileError, StructError, ValueError):
        return {}
    return names


def _text(data: bytes, start: int) -> str:
    return data[start : data.index(b"\0", start)].decode("utf-8", "surrogateescape")
