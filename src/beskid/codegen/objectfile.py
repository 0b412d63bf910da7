"""A reader of ELF files, as far as linking and loading need one.

It takes bytes and returns symbols and notes. It must not touch files, and it imports nothing heavy: a warm start reads
its object here. Sizes and offsets come from the file, so a damaged one raises `ObjectFileError`, and no number in a
file makes a reader do more work than a few times the size of the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import error as StructError  # noqa: N812
from struct import unpack_from

from beskid.codegen.elf import (
    ELF_MAGIC,
    SECTION_FORMAT,
    SECTION_SIZE,
    SHN_UNDEF,
    SHT_DYNSYM,
    SHT_NOBITS,
    SHT_NOTE,
    SHT_SYMTAB,
    STB_WEAK,
    STT_FUNC,
    SYMBOL_FORMAT,
    SYMBOL_SIZE,
)

NOTE_SECTION = ".note.beskid"
NOTE_OWNER = b"Beskid"
NOTE_TYPE = 1
NOTE_ROWS_NEEDED = 3
NOTE_ROWS_OFFERED = 4
"""Type 2 is the statement of a runtime. The rows of both sides are read by `rows`."""

_MAX_SHARING = 16
"""How often a string table may be read on average: names may share their ends."""


class ObjectFileError(Exception):
    """The bytes are not a valid object file, executable, library or archive; `place` is the position, -1 for the whole
    file."""

    def __init__(self, what: str, place: int = -1) -> None:
        super().__init__(f"{what} at byte {place:#x}" if place >= 0 else what)
        self.place = place


class NameTable:
    """A table of strings that end in a zero byte. All names together are bounded by the size of the file."""

    __slots__ = ("_end", "_image", "_left", "_start")

    def __init__(self, image: bytes, start: int, size: int) -> None:
        self._image = image
        self._start = start
        self._end = min(start + size, len(image))
        self._left = _MAX_SHARING * len(image)

    def at(self, position: int, errors: str = "replace") -> str:
        """The name at a position; `ValueError` outside the table. `errors` is for bytes that are not UTF-8."""
        start = self._start + position
        if position < 0 or start >= self._end:
            raise ValueError("a name outside the string table")
        end = self._image.index(b"\0", start, self._end)
        self._left -= end - start
        if self._left < 0:
            raise ValueError("names that overlap too often")
        return self._image[start:end].decode("utf-8", errors)


class Symbol:
    """A symbol, local only where that is said. `section` 0 means undefined; `type` is the number of the format."""

    __slots__ = ("name", "offset", "section", "size", "type", "weak")

    def __init__(self, name: str, section: int, offset: int, size: int, weak: bool, type: int) -> None:
        self.name = name
        self.section = section
        self.offset = offset
        self.size = size
        self.weak = weak
        self.type = type

    @property
    def defined(self) -> bool:
        return self.section != SHN_UNDEF


class Section:
    """A row of the section table."""

    __slots__ = ("address", "first_global", "flags", "kind", "link", "name", "offset", "size")

    def __init__(
        self, name: str, kind: int, offset: int, size: int, link: int, first_global: int, address: int, flags: int
    ) -> None:
        self.name = name
        self.kind = kind
        self.offset = offset
        self.size = size
        self.link = link
        self.first_global = first_global
        self.address = address
        self.flags = flags


def sections(image: bytes) -> list[Section]:
    """Return the section table of a 64-bit little-endian ELF file."""
    if image[:6] != ELF_MAGIC:
        raise ObjectFileError("not a 64-bit little-endian ELF file")
    table = 0x28
    try:
        (table,) = unpack_from("<Q", image, 0x28)
        entry, count, names_index = unpack_from("<HHH", image, 0x3A)
        if count and entry != SECTION_SIZE:
            raise ValueError("rows of another size")
        rows = [unpack_from(SECTION_FORMAT, image, table + index * SECTION_SIZE) for index in range(count)]
        if not rows:
            return []
        names = NameTable(image, rows[names_index][4], rows[names_index][5])
        return [Section(names.at(row[0]), row[1], row[4], row[5], row[6], row[7], row[3], row[2]) for row in rows]
    except (StructError, IndexError, ValueError, OverflowError) as error:
        raise ObjectFileError("a damaged ELF file: the section table", table) from error


def symbols(image: bytes, table: list[Section] | None = None) -> Iterator[Symbol]:
    """Return the symbols that are not local, in the order of the table; the dynamic symbol table where `strip` removed
    the other.

    Here and below `table` is the section table, for callers that have read it already.
    """
    held = sections(image) if table is None else table
    kind = SHT_SYMTAB if any(row.kind == SHT_SYMTAB for row in held) else SHT_DYNSYM
    return _symbols_of(image, held, kind)


def _symbols_of(image: bytes, held: list[Section], kind: int, with_local: bool = False) -> Iterator[Symbol]:
    tables = [row for row in held if row.kind == kind]
    if len(tables) > 1:
        raise ObjectFileError("two symbol tables of one kind", tables[1].offset)
    at = 0
    try:
        for table in tables:
            names = NameTable(image, held[table.link].offset, held[table.link].size)
            first = 1 if with_local else max(table.first_global, 1)
            for index in range(first, table.size // SYMBOL_SIZE):
                at = table.offset + SYMBOL_SIZE * index
                name, info, _, section, offset, size = unpack_from(SYMBOL_FORMAT, image, at)
                yield Symbol(names.at(name), section, offset, size, info >> 4 == STB_WEAK, info & 15)
    except (StructError, IndexError, ValueError, OverflowError) as error:
        raise ObjectFileError("a damaged symbol table", at) from error


def functions_of(image: bytes, table: list[Section] | None = None) -> Iterator[Symbol]:
    """Return the functions that a file defines, also those whose names are local."""
    held = sections(image) if table is None else table
    for symbol in _symbols_of(image, held, SHT_SYMTAB, with_local=True):
        if symbol.type == STT_FUNC and symbol.defined:
            yield symbol


def machine_of(image: bytes) -> int:
    """Return the number of the machine that an ELF file is for."""
    if image[:6] != ELF_MAGIC or len(image) < 20:
        raise ObjectFileError("not a 64-bit little-endian ELF file")
    return int.from_bytes(image[18:20], "little")


def undefined_symbols(image: bytes, table: list[Section] | None = None) -> list[str]:
    """Return the undefined symbols of a file, sorted."""
    return sorted(
        {symbol.name for symbol in symbols(image, table) if not symbol.defined and not symbol.weak and symbol.name}
    )


def is_readable(image: bytes) -> bool:
    """Return whether an object can be linked, judging by its tables: they are complete, and it has a note."""
    try:
        table = sections(image)
        if any(row.kind != SHT_NOBITS and row.offset + row.size > len(image) for row in table):
            return False
        undefined_symbols(image, table)
        return bool(notes(image, table))
    except ObjectFileError:
        return False


def defined_symbols(image: bytes) -> set[str]:
    """Return the symbols that a file defines."""
    return {symbol.name for symbol in symbols(image) if symbol.defined}


def dynamic_symbols(image: bytes, table: list[Section] | None = None) -> Iterator[Symbol]:
    """Return what an executable or library exports and imports."""
    return _symbols_of(image, sections(image) if table is None else table, SHT_DYNSYM)


def notes(image: bytes, table: list[Section] | None = None) -> list[tuple[int, bytes]]:
    """Return type and content of every note that Beskid wrote."""
    found = []
    left = len(image)
    for section in sections(image) if table is None else table:
        if section.kind != SHT_NOTE:
            continue
        end = section.offset + section.size
        left -= section.size
        if end > len(image) or left < 0:
            raise ObjectFileError("a damaged note section", section.offset)
        found += note_records(image[section.offset : end], section.offset)
    return found


def note_records(section: bytes, start: int = 0) -> list[tuple[int, bytes]]:
    """Return type and content of every note that Beskid wrote in a note section. It begins at `start` in its file."""
    found = []
    position = 0
    while position + 12 <= len(section):
        owner_size, size, kind = unpack_from("<III", section, position)
        owner = section[position + 12 : position + 12 + owner_size].rstrip(b"\0")
        content = position + 12 + (owner_size + 3 & ~3)
        if content + size > len(section):
            raise ObjectFileError("a damaged note section", start + position)
        if owner == NOTE_OWNER:
            found.append((kind, section[content : content + size]))
        position = content + (size + 3 & ~3)
    return found


def note_fields(image: bytes, table: list[Section] | None = None) -> dict[str, list[str]]:
    """Return the `key=value` lines of an object's note; empty without one."""
    return fields_of(notes(image, table))


def fields_of(records: list[tuple[int, bytes]]) -> dict[str, list[str]]:
    """Return the `key=value` lines of notes."""
    fields: dict[str, list[str]] = {}
    for kind, content in records:
        if kind != NOTE_TYPE:
            continue
        for line in content.decode("utf-8", "replace").splitlines():
            key, _, held = line.partition("=")
            fields.setdefault(key, []).append(held)
    return fields
