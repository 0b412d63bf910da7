"""Registration of loaded objects with gdb, so that it shows function names and lines of code that has no file.

`GdbLoader` wraps a loader: after each load it hands gdb a copy of the object whose section headers hold the addresses
at which the code lies. The address of a section follows from a symbol in it that the loader can be asked for, or from
a pointer to it in such a section; other sections are marked as not loaded. Only debugging imports this module.
"""

from __future__ import annotations

import ctypes
import os
from struct import pack_into, unpack_from

from beskid.codegen.elf import (
    EM_AARCH64,
    EM_X86_64,
    R_AARCH64_ABS64,
    R_X86_64_64,
    RELA_SIZE,
    SHF_ALLOC,
    SHT_RELA,
    SYMBOL_SIZE,
)
from beskid.codegen.objectfile import machine_of, sections, symbols
from beskid.engine.errors import JitError
from beskid.source.codes import E4002

TYPE_CHECKING = False
if TYPE_CHECKING:
    from beskid.engine.lljit import ObjectLoader

LIBRARY_NAME = "libbeskid_gdb.so"

_SECTION_TABLE = 0x28
_SECTION_ENTRY_SIZE = 0x3A
_FLAGS = 0x08
_ADDRESS = 0x10

_ABSOLUTE_POINTER = {EM_X86_64: R_X86_64_64, EM_AARCH64: R_AARCH64_ABS64}
"""The relocation that stores a whole address, by machine."""


class GdbLoader:
    """An `ObjectLoader` that registers with gdb what it loads."""

    __slots__ = ("_library", "_loader")

    def __init__(self, loader: ObjectLoader, folder: str) -> None:
        """`folder` holds the library of gdb's interface; raises `JitError` when it cannot be opened."""
        path = f"{folder}/{LIBRARY_NAME}"
        try:
            self._library = ctypes.CDLL(path)
        except OSError as error:
            raise JitError(E4002, f"{path} cannot be opened: {error}", "run `make runtime`, or reinstall") from error
        self._library.beskid_gdb_register.argtypes = [ctypes.c_char_p, ctypes.c_uint64]
        self._library.beskid_gdb_register.restype = ctypes.c_int32
        self._loader = loader

    def load(self, image: bytes, imports: dict[str, int], exports: list[str]) -> dict[str, int]:
        """Load an object with an address for each undefined symbol; return the addresses of the exports."""
        anchors = anchors_of(image)
        names = list(dict.fromkeys([*exports, *[name for name, _ in anchors.values()]]))
        addresses = self._loader.load(image, imports, names)
        bases = {section: addresses[name] - offset for section, (name, offset) in anchors.items()}
        debugged = with_addresses(image, follow_pointers(image, bases))
        if not self._library.beskid_gdb_register(debugged, len(debugged)):
            raise MemoryError
        return addresses


def anchors_of(image: bytes) -> dict[int, tuple[str, int]]:
    """Return name and offset of the first global symbol of each section that has one."""
    anchors: dict[int, tuple[str, int]] = {}
    count = len(sections(image))
    for symbol in symbols(image):
        if 0 < symbol.section < count:
            anchors.setdefault(symbol.section, (symbol.name, symbol.offset))
    return anchors


def follow_pointers(image: bytes, bases: dict[int, int]) -> dict[int, int]:
    """The addresses of sections, those added to which a loaded section of a known address has a pointer."""
    found = dict(bases)
    held = sections(image)
    pointer = _ABSOLUTE_POINTER.get(machine_of(image))
    for row in held:
        # Of a section of relocations, `first_global` is the section that they change.
        if row.kind != SHT_RELA or row.first_global not in bases:
            continue
        table = held[row.link].offset
        for place in range(row.offset, row.offset + row.size, RELA_SIZE):
            offset, kind, symbol, addend = unpack_from("<QIIq", image, place)
            (section,) = unpack_from("<H", image, table + SYMBOL_SIZE * symbol + 6)
            (start,) = unpack_from("<Q", image, table + SYMBOL_SIZE * symbol + 8)
            if kind == pointer and 0 < section < len(held) and section not in found:
                target = ctypes.c_uint64.from_address(bases[row.first_global] + offset).value
                found[section] = target - start - addend
    return found


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
