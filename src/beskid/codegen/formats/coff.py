"""A reader of COFF objects and PE images: sections, the symbol table, and the exports and imports of an image."""

from __future__ import annotations

from struct import Struct

from beskid.codegen.formats.model import BinaryFile, FileFormat, FileKind, FileSymbol, SymbolKind
from beskid.codegen.formats.section import Section
from beskid.codegen.formats.window import Window
from beskid.codegen.objectfile import note_records

# Images keep eight characters of a section name.
NOTE_SECTIONS = frozenset((".beskid", ".bskdrt"))
"""The sections of the notes of programs and of runtimes."""

MACHINES = {0x8664: "x86_64", 0xAA64: "aarch64", 0x14C: "i386"}

_HEADER = Struct("<HHIIIHH")
_SECTION = Struct("<8sIIIIIIHHI")
_SYMBOL_SIZE = 18
_SYMBOL = Struct("<8sIhHBB")
_WORD = Struct("<I")
_LONG_NAME = Struct("<II")
_PE_OFFSET = 0x3C
_EXTERNAL, _WEAK_EXTERNAL = 2, 105
_FUNCTION_TYPE = 0x20
_IMAGE_DLL = 0x2000
_CODE = 0x20

_OPTIONAL_MAGIC = Struct("<H")
_PE32_PLUS = 0x20B
_DIRECTORY_COUNT_AT, _DIRECTORIES_AT = 108, 112
_DIRECTORY = Struct("<II")
_EXPORTS, _IMPORTS = 0, 1
_EXPORT_TABLE = Struct("<IIHHIIIIIII")
_IMPORT_ROW = Struct("<IIIII")
_THUNK = Struct("<Q")
_BY_NUMBER = 1 << 63


def read_object(image: bytes) -> BinaryFile:
    """Read a COFF object. Raises `ObjectFileError`."""
    file = Window(FileFormat.COFF.value, image)
    machine, sections = _sections(file, 0)
    symbols = _symbols(file, sections)
    return _binary(FileFormat.COFF, FileKind.OBJECT, file, machine, sections, symbols)


def read_image(image: bytes) -> BinaryFile:
    """Read a PE image. Raises `ObjectFileError`."""
    file = Window(FileFormat.PE.value, image)
    (header,) = file.unpack(_WORD, _PE_OFFSET, "the header")
    if file.part(header, 4, "the header").content() != b"PE\0\0":
        raise file.damage("no PE header", header)
    machine, sections = _sections(file, header + 4)
    *_, flags = file.unpack(_HEADER, header + 4, "the header")
    directories = _directories(file, header + 4 + _HEADER.size)
    symbols = [*_exports(file, sections, directories[_EXPORTS]), *_imports(file, sections, directories[_IMPORTS])]
    kind = FileKind.SHARED if flags & _IMAGE_DLL else FileKind.EXECUTABLE
    return _binary(FileFormat.PE, kind, file, machine, sections, symbols)


def _binary(
    format: FileFormat,
    kind: FileKind,
    file: Window,
    machine: int,
    sections: list[Section],
    symbols: list[FileSymbol],
) -> BinaryFile:
    held = [section for section in sections if section.name in NOTE_SECTIONS]
    if sum([section.held.size for section in held]) > file.size:
        raise file.damage("note sections that overlap", 0)
    notes = [record for section in held for record in note_records(section.held.content(), section.offset)]
    names = tuple([section.name for section in sections])
    machine_name = MACHINES.get(machine, f"machine {machine:#x}")
    return BinaryFile(format, kind, machine_name, tuple(symbols), notes, names)


def _sections(file: Window, header: int) -> tuple[int, list[Section]]:
    """Return the machine and the sections; `header` is the position of the COFF header."""
    machine, count, _, symbols, symbol_count, optional_size, _ = file.unpack(_HEADER, header, "the header")
    table = header + _HEADER.size + optional_size
    file.require_rows(count, _SECTION.size, table, "sections")
    strings_at = symbols + _SYMBOL_SIZE * symbol_count if symbols else -1
    found = []
    for index in range(count):
        row = table + _SECTION.size * index
        _, virtual_size, address, raw_size, offset, _, _, _, _, flags = file.unpack(_SECTION, row, "a section")
        name = file.name(row, "the name of a section", 8)
        if name[:1] == "/" and name[1:].isdecimal() and strings_at >= 0:
            name = file.name(strings_at + int(name[1:]), "the name of a section")
        padded = file.part(offset, raw_size if offset else 0, f"the section `{name}`")
        # Images pad sections to the file alignment; the virtual size is the size of the content.
        length = min(virtual_size, padded.size) if virtual_size else padded.size
        content = padded.part(0, length, f"the section `{name}`")
        found.append(Section(name, address, offset, content, flags & _CODE != 0))
    return machine, found


def _symbols(file: Window, sections: list[Section]) -> list[FileSymbol]:
    _, _, _, table, count, _, _ = file.unpack(_HEADER, 0, "the header")
    if not table:
        return []
    file.require_rows(count, _SYMBOL_SIZE, table, "symbols")
    strings_at = table + _SYMBOL_SIZE * count
    (strings_size,) = file.unpack(_WORD, strings_at, "the string table") if strings_at < file.size else (0,)
    strings = file.part(strings_at, strings_size, "the string table")
    found = []
    index = 0
    while index < count:
        at = table + _SYMBOL_SIZE * index
        _, value, section, type, storage, auxiliary = file.unpack(_SYMBOL, at, "a symbol")
        index += 1 + auxiliary
        if storage not in (_EXTERNAL, _WEAK_EXTERNAL):
            continue
        name = symbol_name(file, strings, at)
        holder: Section | None = None
        is_defined = section != 0 or value != 0
        if storage == _WEAK_EXTERNAL:
            is_defined = _has_default(file, table, count, index - auxiliary, auxiliary)
        if section > 0:
            if section > len(sections):
                raise file.damage(f"the section {section} of the symbol `{name}`", at)
            holder = sections[section - 1]
        kind = SymbolKind.FUNCTION if type == _FUNCTION_TYPE or (holder is not None and holder.is_code) else (
            SymbolKind.OTHER if holder is None else SymbolKind.DATA
        )  # fmt: skip
        place = holder.offset + value if holder is not None and value < holder.held.size else -1
        found.append(FileSymbol(name, kind, is_defined, storage == _WEAK_EXTERNAL, place))
    return found


def symbol_rows(file: Window) -> tuple[int, list[int]]:
    """Return the position of the string table, -1 without symbols, and those of the symbols that other files see."""
    _, _, _, table, count, _, _ = file.unpack(_HEADER, 0, "the header")
    if not table:
        return -1, []
    file.require_rows(count, _SYMBOL_SIZE, table, "symbols")
    found = []
    index = 0
    while index < count:
        at = table + _SYMBOL_SIZE * index
        *_, storage, auxiliary = file.unpack(_SYMBOL, at, "a symbol")
        if storage in (_EXTERNAL, _WEAK_EXTERNAL):
            found.append(at)
        index += 1 + auxiliary
    return table + _SYMBOL_SIZE * count, found


def symbol_name(file: Window, strings: Window, at: int) -> str:
    """Return the name in the row of a symbol."""
    zeros, position = file.unpack(_LONG_NAME, at, "a symbol")
    if zeros:
        return file.name(at, "the name of a symbol", 8)
    return strings.name(position, "the name of a symbol")


def _has_default(file: Window, table: int, count: int, index: int, auxiliary: int) -> bool:
    """Whether the symbol that a weak symbol stands for without another definition is defined in this object."""
    if not auxiliary:
        return False
    (other,) = file.unpack(_WORD, table + _SYMBOL_SIZE * index, "a weak symbol")
    if other >= count:
        raise file.damage("a weak symbol without default", table + _SYMBOL_SIZE * index)
    _, _, section, _, _, _ = file.unpack(_SYMBOL, table + _SYMBOL_SIZE * other, "a symbol")
    return section != 0


# Images -----------------------------------------------------------------------------------------------------------


def _directories(file: Window, optional: int) -> list[tuple[int, int]]:
    """Return address and size of the first directories, the missing ones with the size 0."""
    (magic,) = file.unpack(_OPTIONAL_MAGIC, optional, "the optional header")
    if magic != _PE32_PLUS:
        raise file.damage(f"the optional header {magic:#x}, not that of a 64-bit image", optional)
    (count,) = file.unpack(_WORD, optional + _DIRECTORY_COUNT_AT, "the directories")
    found = []
    for index in (_EXPORTS, _IMPORTS):
        if index >= count:
            found.append((0, 0))
            continue
        address, size = file.unpack(_DIRECTORY, optional + _DIRECTORIES_AT + 8 * index, "the directories")
        found.append((address, size))
    return found


def _at(file: Window, sections: list[Section], address: int, what: str) -> int:
    """Return the position in the file of what is loaded at an address."""
    for section in sections:
        if section.address <= address < section.address + section.held.size:
            return section.offset + address - section.address
    raise file.damage(f"{what} at the address {address:#x}, which no section holds", 0)


def _exports(file: Window, sections: list[Section], directory: tuple[int, int]) -> list[FileSymbol]:
    if not directory[1]:
        return []
    start = _at(file, sections, directory[0], "exports")
    *_, count, _, names_at, _ = file.unpack(_EXPORT_TABLE, start, "exports")
    if not count:
        return []
    names = _at(file, sections, names_at, "the names of exports")
    file.require_rows(count, _WORD.size, names, "exports")
    found = []
    for index in range(count):
        (address,) = file.unpack(_WORD, names + _WORD.size * index, "an export")
        name = file.name(_at(file, sections, address, "the name of an export"), "the name of an export")
        found.append(FileSymbol(name, SymbolKind.OTHER, True, False))
    return found


def _imports(file: Window, sections: list[Section], directory: tuple[int, int]) -> list[FileSymbol]:
    if not directory[1]:
        return []
    found: list[FileSymbol] = []
    left = file.size
    row = _at(file, sections, directory[0], "imports")
    while True:
        names_at, _, _, library, addresses_at = file.unpack(_IMPORT_ROW, row, "imports")
        row += _IMPORT_ROW.size
        if not library and not addresses_at:
            return found
        thunk = _at(file, sections, names_at or addresses_at, "the names of imports")
        while True:
            (held,) = file.unpack(_THUNK, thunk, "an import")
            thunk += _THUNK.size
            left -= _THUNK.size
            if left < 0:
                raise file.damage("imports that overlap", thunk)
            if not held:
                break
            if not held & _BY_NUMBER:
                # Two bytes before the name are a hint.
                name = file.name(_at(file, sections, held, "the name of an import") + 2, "the name of an import")
                found.append(FileSymbol(name, SymbolKind.OTHER, False, False))
