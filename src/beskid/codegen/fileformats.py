"""File formats, and the Beskid note in formats other than ELF: Mach-O, COFF, PE and WebAssembly.

It takes bytes and returns a `FileFormat` and the records of the note section. Symbols are only read from ELF files, by
`objectfile`. It must not touch files; sizes come from the file, so a damaged one raises `ObjectFileError`.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from struct import error as StructError  # noqa: N812
from struct import unpack_from

from beskid.codegen.elf import ELF_MAGIC
from beskid.codegen.objectfile import (
    ARCHIVE_MAGIC,
    NOTE_SECTION,
    ObjectFileError,
    fields_of,
    note_records,
    notes,
)

MACHO_SEGMENT = "__DATA"
MACHO_SECTION = "__beskid"
# Windows images keep only eight characters of a section name.
COFF_SECTION = ".beskid"
WASM_SECTION = NOTE_SECTION

_MACHO_MAGIC = b"\xcf\xfa\xed\xfe"
_MACHO_SEGMENT_COMMAND = 0x19
_PE_MAGIC = b"MZ"
_WASM_MAGIC = b"\0asm"
_MAX_SECTION_NAME = 256
_COFF_MACHINES = (0x8664, 0xAA64, 0x14C)


class FileFormat(Enum):
    """A file format, recognized by the first bytes."""

    ELF = "ELF"
    ARCHIVE = "archive"
    MACHO = "Mach-O"
    COFF = "COFF"
    PE = "PE"
    WASM = "WebAssembly"
    UNKNOWN = "unknown"


def format_of(image: bytes) -> FileFormat:
    """Return the format that the first bytes of a file indicate."""
    starts = {
        ELF_MAGIC[:4]: FileFormat.ELF,
        ARCHIVE_MAGIC: FileFormat.ARCHIVE,
        _MACHO_MAGIC: FileFormat.MACHO,
        _PE_MAGIC: FileFormat.PE,
        _WASM_MAGIC: FileFormat.WASM,
    }
    for magic, found in starts.items():
        if image.startswith(magic):
            return found
    if len(image) >= 20 and int.from_bytes(image[:2], "little") in _COFF_MACHINES:
        return FileFormat.COFF
    return FileFormat.UNKNOWN


def format_of_triple(triple: str) -> FileFormat:
    """Return the object format that a target uses."""
    machine, _, rest = triple.partition("-")
    if machine.startswith("wasm"):
        return FileFormat.WASM
    if any(word in rest for word in ("darwin", "macos", "ios")):
        return FileFormat.MACHO
    return FileFormat.COFF if "windows" in rest else FileFormat.ELF


def any_note_fields(image: bytes) -> dict[str, list[str]]:
    """Return the `key=value` lines of the note in a file of any format, or nothing if it has none."""
    return fields_of(any_note_records(image))


def any_note_records(image: bytes) -> list[tuple[int, bytes]]:
    """Return type and content of every Beskid note in a file of any format."""
    found = format_of(image)
    if found is FileFormat.ELF:
        return notes(image)
    reader = {
        FileFormat.MACHO: _macho_sections,
        FileFormat.COFF: _coff_sections,
        FileFormat.PE: _pe_sections,
        FileFormat.WASM: _wasm_sections,
    }.get(found)
    if reader is None:
        raise ObjectFileError("not an object file")
    wanted = {MACHO_SECTION, COFF_SECTION, WASM_SECTION}
    try:
        contents = [bytes(content) for name, content in reader(image) if name in wanted]
        if sum([len(content) for content in contents]) > len(image):
            raise ValueError("sections that overlap")
    except (StructError, IndexError, ValueError, OverflowError) as error:
        raise ObjectFileError(f"a damaged {found.value} file") from error
    return [record for content in contents for record in note_records(content)]


def _part(image: bytes | memoryview, start: int, size: int) -> memoryview:
    """A part of a file that is not copied: sections may overlap, so all copies together could exceed every limit."""
    if start + size > len(image):
        raise ValueError("outside the file")
    return memoryview(image)[start : start + size]


def _name(field: bytes) -> str:
    return field.rstrip(b"\0").decode("utf-8", "replace")


def _macho_sections(image: bytes) -> Iterator[tuple[str, memoryview]]:
    (commands,) = unpack_from("<I", image, 16)
    position = 32
    for _ in range(commands):
        command, size = unpack_from("<II", image, position)
        if size < 8:
            raise ValueError("a load command without size")
        if command == _MACHO_SEGMENT_COMMAND:
            (count,) = unpack_from("<I", image, position + 64)
            if 72 + 80 * count > size:
                raise ValueError("sections outside their segment")
            for index in range(count):
                row = position + 72 + 80 * index
                length, offset = unpack_from("<QI", image, row + 40)
                yield _name(image[row : row + 16]), _part(image, offset, length)
        position += size


def _coff_sections(image: bytes, header: int = 0) -> Iterator[tuple[str, memoryview]]:
    _, count, _, symbols, symbol_count, optional_size, _ = unpack_from("<HHIIIHH", image, header)
    texts = symbols + 18 * symbol_count if symbols else 0
    for index in range(count):
        row = header + 20 + optional_size + 40 * index
        name = _name(image[row : row + 8])
        if name.startswith("/") and name[1:].isdigit() and texts:
            start = texts + int(name[1:])
            end = image.index(b"\0", start, start + _MAX_SECTION_NAME)
            name = image[start:end].decode("utf-8", "replace")
        virtual_size, _, raw_size, offset = unpack_from("<IIII", image, row + 8)
        # Images pad sections to the file alignment; the virtual size is the size of the content.
        length = min(virtual_size, raw_size) if virtual_size else raw_size
        yield name, _part(image, offset, length if offset else 0)


def _pe_sections(image: bytes) -> Iterator[tuple[str, memoryview]]:
    (header,) = unpack_from("<I", image, 0x3C)
    if bytes(_part(image, header, 4)) != b"PE\0\0":
        raise ValueError("no PE header")
    yield from _coff_sections(image, header + 4)


def _wasm_sections(image: bytes) -> Iterator[tuple[str, memoryview]]:
    position = 8
    while position < len(image):
        kind = image[position]
        size, start = _leb128(image, position + 1)
        content = _part(image, start, size)
        if kind == 0:
            length, name = _leb128(content, 0)
            yield (
                bytes(_part(content, name, min(length, _MAX_SECTION_NAME))).decode("utf-8", "replace"),
                (content[name + length :]),
            )
        position = start + size


def _leb128(image: bytes | memoryview, position: int) -> tuple[int, int]:
    """Decode a LEB128 number. Return it and the position after it."""
    number = shift = 0
    while True:
        byte = image[position]
        number |= (byte & 0x7F) << shift
        position += 1
        shift += 7
        if not byte & 0x80:
            return number, position
        if shift > 35:
            raise ValueError("a number without end")
