"""Changes the symbols of a relocatable ELF object: their names, and which of them other objects see.

It takes the bytes of an object and returns those of an object with the same code. A linker has one space of names for
all objects; a rewritten object takes no part in it beyond the names that it shall share. `runtime/build.py` loads this
file and `elf.py` beside it before anything is installed, so it imports the standard library and that file only.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from struct import error as StructError  # noqa: N812
from struct import iter_unpack, pack_into, unpack_from

# A relative import: what `runtime/build.py` loads is not in the package `beskid`.
from .elf import (
    ELF_MAGIC,
    REL_SIZE,
    RELA_SIZE,
    SECTION_FORMAT,
    SECTION_SIZE,
    SHN_COMMON,
    SHN_UNDEF,
    SHT_GROUP,
    SHT_LLVM_ADDRSIG,
    SHT_NULL,
    SHT_REL,
    SHT_RELA,
    SHT_SYMTAB,
    SHT_SYMTAB_SHNDX,
    STB_LOCAL,
    STB_WEAK,
    SYMBOL_FORMAT,
    SYMBOL_SIZE,
)

_TYPE, _OFFSET, _SIZE, _LINK, _INFO = 1, 4, 5, 6, 7
"""Positions in a row of the section table."""

_ENTRY_SIZES = {SHT_RELA: RELA_SIZE, SHT_REL: REL_SIZE}
_NOTHING: frozenset[str] = frozenset()


class SymbolTableError(Exception):
    """The bytes are not an object whose symbols can be changed."""


def with_symbols(
    image: bytes,
    names: Mapping[str, str] | None = None,
    kept: Container[str] | None = None,
    weak: Container[str] = _NOTHING,
    visible: Container[str] = _NOTHING,
) -> bytes:
    """Return the object with other symbols. Raises `SymbolTableError` for anything but a sound 64-bit ELF object.

    `names` maps names to new ones. With `kept`, symbols that are defined under other (new) names become local. `weak`
    symbols become weak if they are defined, and `visible` ones can be exported from a shared library.
    """
    try:
        return _Rewriting(image).rewritten(names or {}, kept, weak, visible)
    except (StructError, IndexError, ValueError, OverflowError) as error:
        raise SymbolTableError(f"a damaged object: {error}") from error


class _Rewriting:
    """The tables of one object."""

    def __init__(self, image: bytes) -> None:
        if image[:6] != ELF_MAGIC:
            raise SymbolTableError("not a 64-bit little-endian ELF object")
        self.image = image
        (self.table,) = unpack_from("<Q", image, 0x28)
        entry_size, count = unpack_from("<HH", image, 0x3A)
        if entry_size != SECTION_SIZE:
            raise SymbolTableError("section rows of another size")
        self.rows = [
            list(unpack_from(SECTION_FORMAT, image, self.table + SECTION_SIZE * index)) for index in range(count)
        ]
        tables = [index for index, row in enumerate(self.rows) if row[_TYPE] == SHT_SYMTAB]
        if len(tables) != 1:
            raise SymbolTableError("not an object with one symbol table")
        if any(row[_TYPE] == SHT_SYMTAB_SHNDX for row in self.rows):
            raise SymbolTableError("more sections than a symbol can name")
        self.index = tables[0]
        self.row = self.rows[self.index]
        self.strings_row = self.rows[self.row[_LINK]]
        self.strings = bytearray(image[self.strings_row[_OFFSET] : self.strings_row[_OFFSET] + self.strings_row[_SIZE]])
        symbols = image[self.row[_OFFSET] : self.row[_OFFSET] + self.row[_SIZE]]
        self.symbols = [list(held) for held in iter_unpack(SYMBOL_FORMAT, symbols)]

    def rewritten(
        self, names: Mapping[str, str], kept: Container[str] | None, weak: Container[str], visible: Container[str]
    ) -> bytes:
        added: dict[str, int] = {}
        first = self.row[_INFO]
        for symbol in self.symbols[first:]:
            name = self._name(symbol[0])
            if name in names:
                name = names[name]
                if name not in added:
                    added[name] = len(self.strings)
                    self.strings += name.encode("utf-8", "surrogateescape") + b"\0"
                symbol[0] = added[name]
            if symbol[3] == SHN_UNDEF:
                continue
            if name in weak:
                symbol[1] = STB_WEAK << 4 | symbol[1] & 15
            if name in visible:
                symbol[2] &= ~3
            if kept is not None and name not in kept:
                if symbol[3] == SHN_COMMON:
                    raise SymbolTableError(f"the common symbol `{name}` cannot be local")
                symbol[1] = STB_LOCAL << 4 | symbol[1] & 15
                symbol[2] &= ~3
        image = bytearray(self.image)
        if kept is not None:
            self._sort(image)
        for index, symbol in enumerate(self.symbols):
            pack_into(SYMBOL_FORMAT, image, self.row[_OFFSET] + SYMBOL_SIZE * index, *symbol)
        # Members of archives begin at even places.
        self.strings += bytes(-(len(image) + len(self.strings)) % 8)
        self.strings_row[_OFFSET], self.strings_row[_SIZE] = len(image), len(self.strings)
        for index, row in enumerate(self.rows):
            pack_into(SECTION_FORMAT, image, self.table + SECTION_SIZE * index, *row)
        return bytes(image + self.strings)

    def _name(self, position: int) -> str:
        return self.strings[position : self.strings.index(0, position)].decode("utf-8", "surrogateescape")

    def _sort(self, image: bytearray) -> None:
        """Move local symbols before the others, as the format requires, and let everything refer to the new places."""
        order = sorted(range(len(self.symbols)), key=lambda index: self.symbols[index][1] >> 4 != STB_LOCAL)
        places = [0] * len(order)
        for place, index in enumerate(order):
            places[index] = place
        self.symbols = [self.symbols[index] for index in order]
        self.row[_INFO] = sum([symbol[1] >> 4 == STB_LOCAL for symbol in self.symbols])
        for row in self.rows:
            if row[_LINK] != self.index:
                continue
            if row[_TYPE] == SHT_GROUP:
                row[_INFO] = places[row[_INFO]]
            elif row[_TYPE] == SHT_LLVM_ADDRSIG:
                # It lists symbols by number, for a linker that merges equal functions.
                row[_TYPE] = SHT_NULL
            elif row[_TYPE] in _ENTRY_SIZES:
                for entry in range(row[_OFFSET], row[_OFFSET] + row[_SIZE], _ENTRY_SIZES[row[_TYPE]]):
                    (information,) = unpack_from("<Q", image, entry + 8)
                    pack_into("<Q", image, entry + 8, places[information >> 32] << 32 | information & 0xFFFFFFFF)
