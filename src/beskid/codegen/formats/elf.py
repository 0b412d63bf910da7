"""ELF files as `BinaryFile`; the tables are read by `beskid.codegen.objectfile`, which a warm start needs alone."""

from __future__ import annotations

from struct import Struct
from struct import error as StructError  # noqa: N812

from beskid.codegen.elf import (
    DF_1_PIE,
    DT_FLAGS_1,
    ET_DYN,
    ET_EXEC,
    ET_REL,
    MACHINE_NAMES,
    SHT_NOBITS,
    STT_COMMON,
    STT_FUNC,
    STT_GNU_IFUNC,
    STT_OBJECT,
    STT_TLS,
)
from beskid.codegen.formats.model import BinaryFile, FileFormat, FileKind, FileSymbol, SymbolKind
from beskid.codegen.objectfile import (
    ObjectFileError,
    Section,
    Symbol,
    dynamic_symbols,
    machine_of,
    notes,
    sections,
    symbols,
)
from beskid.codegen.shared_library import dynamic_entries

_TYPE = Struct("<H")
_TYPE_AT = 16
_KINDS = {
    STT_OBJECT: SymbolKind.DATA,
    STT_FUNC: SymbolKind.FUNCTION,
    STT_COMMON: SymbolKind.DATA,
    STT_TLS: SymbolKind.DATA,
    STT_GNU_IFUNC: SymbolKind.FUNCTION,
}


def read(image: bytes) -> BinaryFile:
    """Read an ELF file. Raises `ObjectFileError`."""
    machine = machine_of(image)
    table = sections(image)
    kind = _kind_of(image)
    held = list(symbols(image, table)) if kind is FileKind.OBJECT else _linked_symbols(image, table)
    is_object = kind is FileKind.OBJECT
    return BinaryFile(
        FileFormat.ELF,
        kind,
        MACHINE_NAMES.get(machine, f"machine {machine}"),
        tuple([_symbol(symbol, table, is_object) for symbol in held if symbol.name]),
        notes(image, table),
        tuple([section.name for section in table]),
    )


def _linked_symbols(image: bytes, table: list[Section]) -> list[Symbol]:
    """What a linked file exports and imports. One without dynamic symbols exports nothing."""
    held = list(dynamic_symbols(image, table))
    return held or [symbol for symbol in symbols(image, table) if not symbol.defined]


def _kind_of(image: bytes) -> FileKind:
    (kind,) = _TYPE.unpack_from(image, _TYPE_AT)
    if kind == ET_REL:
        return FileKind.OBJECT
    if kind == ET_EXEC:
        return FileKind.EXECUTABLE
    if kind != ET_DYN:
        raise ObjectFileError(f"an ELF file of the type {kind}", _TYPE_AT)
    # A position-independent executable is a shared library that says so; a static one names no interpreter either.
    try:
        flags = dict(dynamic_entries(image)).get(DT_FLAGS_1, 0)
    except (StructError, ValueError, OverflowError) as error:
        raise ObjectFileError("a damaged ELF file: program headers", 0x20) from error
    return FileKind.EXECUTABLE if flags & DF_1_PIE else FileKind.SHARED


def _symbol(symbol: Symbol, table: list[Section], is_object: bool) -> FileSymbol:
    kind = _KINDS.get(symbol.type, SymbolKind.OTHER)
    return FileSymbol(symbol.name, kind, symbol.defined, symbol.weak, _place(symbol, table, is_object))


def _place(symbol: Symbol, table: list[Section], is_object: bool) -> int:
    if not 0 < symbol.section < len(table):
        return -1
    section = table[symbol.section]
    start = symbol.offset if is_object else symbol.offset - section.address
    return section.offset + start if section.kind != SHT_NOBITS and 0 <= start < section.size else -1
