"""Registration of loaded objects with gdb, so that it shows function names and lines of code that has no file.

`GdbLoader` wraps a loader: after each load it hands gdb a copy of the object whose section headers hold the addresses
at which the code lies; sections whose address is not known are marked as not loaded. Only debugging imports this
module.
"""

from __future__ import annotations

import ctypes
import os
from struct import pack_into, unpack_from

from beskid.codegen.elf import SHF_ALLOC
from beskid.engine.placing import load_with_places, tool_library

TYPE_CHECKING = False
if TYPE_CHECKING:
    from beskid.engine.lljit import ObjectLoader

LIBRARY_NAME = "libbeskid_gdb.so"

_SECTION_TABLE = 0x28
_SECTION_ENTRY_SIZE = 0x3A
_FLAGS = 0x08
_ADDRESS = 0x10


class GdbLoader:
    """An `ObjectLoader` that registers with gdb what it loads."""

    __slots__ = ("_library", "_loader")

    def __init__(self, loader: ObjectLoader, folder: str) -> None:
        """`folder` holds the library of gdb's interface; raises `JitError` when it cannot be opened."""
        self._library = tool_library(folder, LIBRARY_NAME)
        self._library.beskid_gdb_register.argtypes = [ctypes.c_char_p, ctypes.c_uint64]
        self._library.beskid_gdb_register.restype = ctypes.c_int32
        self._loader = loader

    def load(self, image: bytes, imports: dict[str, int], exports: list[str]) -> dict[str, int]:
        """Load an object with an address for each undefined symbol; return the addresses of the exports."""
        addresses, places = load_with_places(self._loader, image, imports, exports)
        debugged = with_addresses(image, places)
        if not self._library.beskid_gdb_register(debugged, len(debugged)):
            raise MemoryError
        return addresses


def with_addresses(image: bytes, bases: dict[int, int]) -> bytes:
    """Return the object with the addresses of these sections; other sections count as not loaded."""
    patched = bytearray(image)
    (table,) = unpack_from("<Q", image, _SECTION_TABLE)
    entry, count = unpack_from("<HH", image, _SECTION_ENTRY_SIZE)
    for index in range(count):
        row = table + index * entry
        if index in bases:
            pack_into("<Q", patched, row + _ADDRESS, bases[index])
            continue
        (flags,) = unpack_from("<Q", image, row + _FLAGS)
        pack_into("<Q", patched, row + _FLAGS, flags & ~SHF_ALLOC)
    return bytes(patched)


def gdb_loader(loader: ObjectLoader, runtime_path: str) -> ObjectLoader:
    """Return the loader with registration, through the library next to the runtime."""
    return GdbLoader(loader, os.path.dirname(runtime_path))  # noqa: PTH120
