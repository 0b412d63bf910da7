"""A reader of 64-bit Mach-O files: load commands, sections and the symbol table."""

from __future__ import annotations

from struct import Struct

from beskid.codegen.formats.model import BinaryFile, FileFormat, FileKind, FileSymbol, SymbolKind
from beskid.codegen.formats.section import Section
from beskid.codegen.formats.window import Window
from beskid.codegen.objectfile import note_records

NOTE_SECTIONS = frozenset(("__beskid", "__beskid_rt"))
"""The sections of the notes of programs and of runtimes."""

_HEADER = Struct("<8I")
_COMMAND = Struct("<II")
_COUNT = Struct("<I")
_RANGE = Struct("<QQ")
_SECTION = Struct("<16s16sQQIIIIIIII")
_SYMBOL_TABLE = Struct("<IIII")
_SYMBOL = Struct("<IBBHQ")
_SEGMENT_SIZE = 72
_LC_SYMTAB, _LC_SEGMENT_64 = 2, 0x19
_ZERO_FILL = frozenset((1, 0xC, 0x12))
"""Types of sections without content in the file: zeros, many zeros, zeros of each thread."""
_CODE = 0x80000000 | 0x400
"""Attributes of sections with instructions: only, or some."""
_N_STAB, _N_PEXT, _N_TYPE, _N_EXT = 0xE0, 0x10, 0x0E, 0x01
_N_UNDF, _N_SECT, _N_PBUD = 0, 0xE, 0xC
_N_WEAK_REF, _N_WEAK_DEF = 0x40, 0x80

_KINDS = {1: FileKind.OBJECT, 2: FileKind.EXECUTABLE, 6: FileKind.SHARED, 8: FileKind.SHARED}
MACHINES = {0x01000007: "x86_64", 0x0100000C: "aarch64"}


def read(image: bytes) -> BinaryFile:
    """Read a Mach-O file. Raises `ObjectFileError`."""
    file = Window(FileFormat.MACHO.value, image)
    _, machine, _, kind, count, size, _, _ = file.unpack(_HEADER, 0, "the header")
    if kind not in _KINDS:
        raise file.damage(f"the file type {kind}", 12)
    commands = file.part(0, _HEADER.size + size, "load commands")
    commands.require_rows(count, _COMMAND.size, _HEADER.size, "load commands")
    sections: list[Section] = []
    symbols: list[FileSymbol] = []
    tables = 0
    position = _HEADER.size
    for _ in range(count):
        command, length = commands.unpack(_COMMAND, position, "a load command")
        if length < _COMMAND.size:
            raise commands.damage("a load command without size", position)
        part = commands.part(position, length, "a load command")
        if command == _LC_SEGMENT_64:
            sections += _sections(file, part)
        elif command == _LC_SYMTAB:
            tables += 1
            if tables > 1:
                raise commands.damage("two symbol tables", position)
            # All sections come first, so that symbols find theirs.
            symbols_at = part
        position += length
    if tables:
        symbols = _symbols(file, symbols_at, sections, _KINDS[kind] is FileKind.OBJECT)
    return BinaryFile(
        FileFormat.MACHO,
        _KINDS[kind],
        MACHINES.get(machine, f"machine {machine:#x}"),
        tuple(symbols),
        _notes(file, sections),
        tuple([section.name for section in sections]),
    )


def symbol_rows(file: Window) -> tuple[int, list[int]]:
    """Return the position of the load command of the symbol table, -1 without one, and those of the symbols that other
    files see."""
    _, _, _, _, count, _, _, _ = file.unpack(_HEADER, 0, "the header")
    position = _HEADER.size
    for _ in range(min(count, file.size // _COMMAND.size)):
        command, length = file.unpack(_COMMAND, position, "a load command")
        if command == _LC_SYMTAB:
            table, rows = file.unpack(_COMMAND, position + 8, "symbols")
            file.require_rows(rows, _SYMBOL.size, table, "symbols")
            places = [table + _SYMBOL.size * index for index in range(rows)]
            kinds = [file.unpack(_SYMBOL, place, "a symbol")[1] for place in places]
            seen = [kind & _N_EXT != 0 and not kind & _N_STAB for kind in kinds]
            return position, [place for place, is_seen in zip(places, seen, strict=True) if is_seen]
        position += max(length, _COMMAND.size)
    return -1, []


def _sections(file: Window, segment: Window) -> list[Section]:
    offset, size = segment.unpack(_RANGE, 40, "a segment")
    file.part(offset, size, "a segment")
    (count,) = segment.unpack(_COUNT, 64, "a segment")
    segment.require_rows(count, _SECTION.size, _SEGMENT_SIZE, "sections")
    found = []
    for index in range(count):
        row = _SEGMENT_SIZE + _SECTION.size * index
        _, _, address, size, offset, _, _, _, flags, _, _, _ = segment.unpack(_SECTION, row, "a section")
        name = segment.name(row, "the name of a section", 16)
        held = 0 if flags & 0xFF in _ZERO_FILL else size
        content = file.part(offset if held else 0, held, f"the section `{name}`")
        found.append(Section(name, address, offset, content, flags & _CODE != 0))
    return found


def _symbols(file: Window, command: Window, sections: list[Section], is_object: bool) -> list[FileSymbol]:
    _, _, table, count = (*command.unpack(_COMMAND, 0, "a load command"), *command.unpack(_COMMAND, 8, "symbols"))
    strings_at, strings_size = command.unpack(_COMMAND, 16, "the string table")
    file.require_rows(count, _SYMBOL.size, table, "symbols")
    strings = file.part(strings_at, strings_size, "the string table")
    found = []
    for index in range(count):
        at = table + _SYMBOL.size * index
        name_at, kind, section, description, address = file.unpack(_SYMBOL, at, "a symbol")
        if kind & _N_STAB or not kind & _N_EXT:
            continue
        type = kind & _N_TYPE
        is_defined = type not in (_N_UNDF, _N_PBUD) or (type == _N_UNDF and address != 0)
        if is_defined and kind & _N_PEXT and not is_object:
            continue
        name = strings.name(name_at, "the name of a symbol").removeprefix("_")
        holder: Section | None = None
        if type == _N_SECT:
            if not 0 < section <= len(sections):
                raise file.damage(f"the section {section} of the symbol `{name}`", at)
            holder = sections[section - 1]
        found.append(
            FileSymbol(
                name,
                _kind_of(holder),
                is_defined,
                description & (_N_WEAK_DEF if is_defined else _N_WEAK_REF) != 0,
                _place_of(holder, address),
            )
        )
    return found


def _kind_of(holder: Section | None) -> SymbolKind:
    if holder is None:
        return SymbolKind.OTHER
    return SymbolKind.FUNCTION if holder.is_code else SymbolKind.DATA


def _place_of(holder: Section | None, address: int) -> int:
    if holder is None or not holder.address <= address < holder.address + holder.held.size:
        return -1
    return holder.offset + address - holder.address


def _notes(file: Window, sections: list[Section]) -> list[tuple[int, bytes]]:
    held = [section for section in sections if section.name in NOTE_SECTIONS]
    if sum([section.held.size for section in held]) > file.size:
        raise file.damage("note sections that overlap", 0)
    return [record for section in held for record in note_records(section.held.content(), section.offset)]
