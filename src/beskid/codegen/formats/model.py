"""What a reader of any format returns: the machine, the symbols and the notes of a binary file."""

from __future__ import annotations

from enum import Enum

from beskid.base.node import value


class FileFormat(Enum):
    """A file format, recognized by the first bytes."""

    ELF = "ELF"
    ARCHIVE = "archive"
    MACHO = "Mach-O"
    COFF = "COFF"
    PE = "PE"
    WASM = "WebAssembly"
    UNKNOWN = "unknown"


class FileKind(Enum):
    """What a binary file is for."""

    OBJECT = "object"
    EXECUTABLE = "executable"
    SHARED = "shared library"


class SymbolKind(Enum):
    """What a symbol names. Most formats do not say it for undefined symbols."""

    FUNCTION = "function"
    DATA = "data"
    OTHER = "other"


@value
class FileSymbol:
    """A symbol that other files can see or provide, without the prefix that the format adds to names of C.

    `place` is the position in the file where its content begins, -1 where the file has none. `shape` is the machine
    signature of a function, such as `(i64,f64)i32`, in formats that state it.
    """

    name: str
    kind: SymbolKind
    is_defined: bool
    is_weak: bool
    place: int = -1
    shape: str = ""


@value
class BinaryFile:
    """An object, executable or shared library.

    `machine` is the first part of a triple, or the number of a machine that is not a target's. The symbols of a linked
    file are those that it exports and imports; `sections` are their names in the order of the file.
    """

    format: FileFormat
    kind: FileKind
    machine: str
    symbols: tuple[FileSymbol, ...]
    notes: list[tuple[int, bytes]]
    sections: tuple[str, ...]

    @property
    def defined(self) -> frozenset[str]:
        return frozenset([symbol.name for symbol in self.symbols if symbol.is_defined])

    @property
    def undefined(self) -> frozenset[str]:
        """Names that some other file must define; a weak reference may stay without a definition."""
        return frozenset([symbol.name for symbol in self.symbols if not (symbol.is_defined or symbol.is_weak)])
