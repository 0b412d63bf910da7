"""Where the sections of an object lie once it is loaded, and the libraries of tools that want to know.

A loader returns addresses of symbols. The address of a section follows from a symbol in it that the loader can be asked
for, or from a pointer to it in such a section.
"""

from __future__ import annotations

import ctypes
from struct import unpack_from

from beskid.codegen.elf import EM_AARCH64, EM_X86_64, R_AARCH64_ABS64, R_X86_64_64, RELA_SIZE, SHT_RELA, SYMBOL_SIZE
from beskid.codegen.objectfile import machine_of, sections, symbols
from beskid.engine.errors import JitError
from beskid.source.codes import E4002

TYPE_CHECKING = False
if TYPE_CHECKING:
    from beskid.engine.lljit import ObjectLoader

_ABSOLUTE_POINTER = {EM_X86_64: R_X86_64_64, EM_AARCH64: R_AARCH64_ABS64}
"""The relocation that stores a whole address, by machine."""


def load_with_places(
    loader: ObjectLoader, image: bytes, imports: dict[str, int], exports: list[str]
) -> tuple[dict[str, int], dict[int, int]]:
    """Load an object; return the addresses of the exports, and those of its sections by their numbers."""
    anchors = anchors_of(image)
    names = list(dict.fromkeys([*exports, *[name for name, _ in anchors.values()]]))
    addresses = loader.load(image, imports, names)
    bases = {section: addresses[name] - offset for section, (name, offset) in anchors.items()}
    return addresses, follow_pointers(image, bases)


def tool_library(folder: str, name: str) -> ctypes.CDLL:
    """Open a library that serves a tool, next to the runtime. Raises `JitError` when it cannot be opened."""
    path = f"{folder}/{name}"
    try:
        return ctypes.CDLL(path)
    except OSError as error:
        raise JitError(E4002, f"{path} cannot be opened: {error}", "run `make runtime`, or reinstall") from error


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
