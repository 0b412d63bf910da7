"""Renames symbols of a relocatable object, in every format.

It takes the bytes of an object that the compiler wrote and returns those of an object with the same code. ELF objects
are changed by `beskid.codegen.symbol_table`, which the build of the runtime uses too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from struct import Struct

from beskid.codegen.formats import coff, macho, wasm
from beskid.codegen.formats.model import FileFormat
from beskid.codegen.formats.window import Window
from beskid.codegen.objectfile import ObjectFileError
from beskid.codegen.symbol_table import SymbolTableError, with_symbols

_WORD = Struct("<I")


def renamed(image: bytes, names: Mapping[str, str], format: FileFormat) -> bytes:
    """Return the object with the symbols of `names` under their new names. Raises `ObjectFileError`."""
    rename = _RENAMERS.get(format)
    if rename is None:
        raise ObjectFileError(f"the symbols of a file of the format {format.value} cannot be renamed")
    return rename(image, names)


def _rename_elf(image: bytes, names: Mapping[str, str]) -> bytes:
    try:
        return with_symbols(image, names)
    except SymbolTableError as error:
        raise ObjectFileError(str(error)) from error


def _rename_macho(image: bytes, names: Mapping[str, str]) -> bytes:
    file = Window(FileFormat.MACHO.value, image)
    command, rows = macho.symbol_rows(file)
    if command < 0:
        return image
    strings_at, size = file.unpack(Struct("<II"), command + 16, "the string table")
    strings = file.part(strings_at, size, "the string table")
    made = bytearray(image)
    added = bytearray()
    for row in rows:
        (at,) = file.unpack(_WORD, row, "a symbol")
        name = strings.name(at, "the name of a symbol").removeprefix("_")
        if name in names:
            _WORD.pack_into(made, row, size + len(added))
            added += f"_{names[name]}".encode() + b"\0"
    added += bytes(-len(added) % 8)
    _WORD.pack_into(made, command + 20, size + len(added))
    return _with_more_strings(file, made, strings_at + size, bytes(added))


def _rename_coff(image: bytes, names: Mapping[str, str]) -> bytes:
    file = Window(FileFormat.COFF.value, image)
    strings_at, rows = coff.symbol_rows(file)
    if strings_at < 0:
        return image
    (size,) = file.unpack(_WORD, strings_at, "the string table")
    strings = file.part(strings_at, size, "the string table")
    made = bytearray(image)
    added = bytearray()
    for row in rows:
        name = coff.symbol_name(file, strings, row)
        if name in names:
            # Eight zero bytes, or four and the place of a long name.
            made[row : row + 8] = bytes(4) + _WORD.pack(size + len(added))
            added += names[name].encode() + b"\0"
    _WORD.pack_into(made, strings_at, size + len(added))
    return _with_more_strings(file, made, strings_at + size, bytes(added))


def _with_more_strings(file: Window, made: bytearray, end: int, added: bytes) -> bytes:
    if end != file.size:
        raise file.damage("a string table that is not the end of the object", end)
    return bytes(made) + added


_RENAMERS: dict[FileFormat, Callable[[bytes, Mapping[str, str]], bytes]] = {
    FileFormat.ELF: _rename_elf,
    FileFormat.MACHO: _rename_macho,
    FileFormat.COFF: _rename_coff,
    FileFormat.WASM: wasm.with_names,
}
