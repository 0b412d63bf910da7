"""The table of file formats: how each is recognized, and which module reads it.

It takes bytes and returns the format, the symbols and the notes of a file. It must not touch files. Numbers come from
the file, so a damaged one is an `ObjectFileError` with its place, which `inspect` returns as a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from beskid.base.node import value
from beskid.codegen.elf import ELF_MAGIC
from beskid.codegen.formats import coff, elf, macho, wasm
from beskid.codegen.formats.archive import MAGIC as ARCHIVE_MAGIC
from beskid.codegen.formats.archive import archive_members
from beskid.codegen.formats.model import BinaryFile
from beskid.codegen.formats.model import FileFormat as FileFormat
from beskid.codegen.objectfile import ObjectFileError, fields_of


@value
class FormatRow:
    """A format: the bytes that files of it begin with, and its reader. Archives have members instead."""

    format: FileFormat
    magic: tuple[bytes, ...]
    read: Callable[[bytes], BinaryFile] | None


_COFF_MAGIC = tuple([number.to_bytes(2, "little") for number in coff.MACHINES])

FORMATS: tuple[FormatRow, ...] = (
    FormatRow(FileFormat.ELF, (ELF_MAGIC[:4],), elf.read),
    FormatRow(FileFormat.ARCHIVE, (ARCHIVE_MAGIC,), None),
    FormatRow(FileFormat.MACHO, (b"\xcf\xfa\xed\xfe",), macho.read),
    FormatRow(FileFormat.PE, (b"MZ",), coff.read_image),
    FormatRow(FileFormat.WASM, (b"\0asm",), wasm.read),
    FormatRow(FileFormat.COFF, _COFF_MAGIC, coff.read_object),
)
_READERS = {row.format: row.read for row in FORMATS}
_MIN_COFF_SIZE = 20


@value
class Damage:
    """A file that cannot be read: what is wrong, and the position in the file, -1 if it is the whole."""

    format: FileFormat
    what: str
    place: int


def format_of(image: bytes) -> FileFormat:
    """Return the format that the first bytes of a file indicate."""
    for row in FORMATS:
        if image.startswith(row.magic) and (row.format is not FileFormat.COFF or len(image) >= _MIN_COFF_SIZE):
            return row.format
    return FileFormat.UNKNOWN


def read_binary(image: bytes) -> BinaryFile:
    """Read an object, executable or shared library of any format. Raises `ObjectFileError`."""
    read = _READERS.get(format_of(image))
    if read is None:
        raise ObjectFileError("not an object file")
    return read(image)


def inspect(image: bytes) -> BinaryFile | Damage:
    """Read an object, executable or shared library of any format; the error is a value."""
    try:
        return read_binary(image)
    except ObjectFileError as error:
        return Damage(format_of(image), str(error), error.place)


def any_symbols(image: bytes) -> tuple[frozenset[str], frozenset[str]]:
    """Return the defined and the undefined symbols of a file of any format, without the prefix of the format."""
    binary = read_binary(image)
    return binary.defined, binary.undefined


def any_note_records(image: bytes) -> list[tuple[int, bytes]]:
    """Return type and content of every Beskid note in a file of any format."""
    return read_binary(image).notes


def any_note_fields(image: bytes) -> dict[str, list[str]]:
    """Return the `key=value` lines of the note in a file of any format, or nothing if it has none."""
    return fields_of(any_note_records(image))


def archive_binaries(image: bytes) -> Iterator[tuple[str, bytes, BinaryFile]]:
    """Yield name, bytes and content of the members of an archive that are objects of any format."""
    for name, member in archive_members(image):
        if _READERS.get(format_of(member)) is not None:
            yield name, member, read_binary(member)


def archive_symbols(image: bytes) -> set[str]:
    """Return the symbols that the members of an archive define."""
    return set().union(*[binary.defined for _, _, binary in archive_binaries(image)])
