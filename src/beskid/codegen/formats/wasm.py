"""A reader of WebAssembly modules: objects, whose symbols are in a custom section, and linked modules.

`with_names` writes an object with other names of symbols.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from beskid.codegen.formats.model import BinaryFile, FileFormat, FileKind, FileSymbol, SymbolKind
from beskid.codegen.formats.window import Window
from beskid.codegen.objectfile import note_records

NOTE_SECTION = ".note.beskid"
"""The custom section of the notes of programs."""

# C has no custom sections, and a linked module keeps no names of its data.
_RUNTIME_NOTE = re.compile(rb"\x07\0\0\0(?P<size>.{4})[\x02\x04]\0\0\0Beskid\0\0", re.DOTALL)
"""The start of a note of a runtime, somewhere in the data: its statement, or its rows."""

_CUSTOM, _TYPE, _IMPORT, _FUNCTIONS, _MEMORY, _EXPORT, _CODE, _DATA = 0, 1, 2, 3, 5, 7, 10, 11
_LINKING, _DYNAMIC = "linking", "dylink.0"
_SYMBOLS_MODULE = "env"
"""The module of imports that are undefined symbols."""
_SYMBOLS = 8
_WEAK, _LOCAL, _UNDEFINED, _EXPLICIT_NAME = 1, 2, 0x10, 0x40
_IS_64 = 4
_HAS_MAXIMUM, _HAS_PAGE_SIZE = 1, 8
_MAX_SECTION_NAME = 256
_SIGNATURE = 0x60
_TYPES = {0x7F: "i32", 0x7E: "i64", 0x7D: "f32", 0x7C: "f64"}

_FUNCTION, _TABLE, _MEMORY_KIND, _GLOBAL, _TAG = 0, 1, 2, 3, 4
"""Kinds of imports and exports."""

_SYM_FUNCTION, _SYM_DATA, _SYM_GLOBAL, _SYM_SECTION, _SYM_TAG, _SYM_TABLE = 0, 1, 2, 3, 4, 5
"""Kinds of symbols."""

_IMPORT_KIND = {_SYM_FUNCTION: _FUNCTION, _SYM_GLOBAL: _GLOBAL, _SYM_TAG: _TAG, _SYM_TABLE: _TABLE}
"""The kind of the imports among which the symbols of a kind are numbered."""


class _Import:
    __slots__ = ("kind", "name", "type")

    def __init__(self, name: str, kind: int, type: int) -> None:
        self.name = name
        self.kind = kind
        self.type = type


class _Module:
    """The sections of a module while it is read."""

    __slots__ = ("code", "custom", "exports", "file", "functions", "imports", "machine", "names", "notes", "types")

    def __init__(self, file: Window) -> None:
        self.file = file
        self.names: list[str] = []
        self.custom: list[tuple[str, Window, int]] = []
        self.imports: list[_Import] = []
        self.exports: list[tuple[str, int]] = []
        self.code: list[int] = []
        self.types: list[str] = []
        """The signatures by number; empty for types that are not signatures of numbers."""
        self.functions: list[int] = []
        """The types of the functions that are defined."""
        self.machine = "wasm"
        self.notes: list[tuple[int, bytes]] = []

    def shape(self, index: int) -> str:
        """The signature of a type; empty for one that the module does not have."""
        return self.types[index] if 0 <= index < len(self.types) else ""


def read(image: bytes) -> BinaryFile:
    """Read a module. Raises `ObjectFileError`."""
    file = Window(FileFormat.WASM.value, image)
    module = _Module(file)
    position = 8
    while position < file.size:
        kind = file.byte(position, "a section")
        size, start = file.leb128(position + 1, "the size of a section")
        _read_section(module, kind, file.part(start, size, "a section"), start)
        position = start + size
    linking = [content for name, content, _ in module.custom if name == _LINKING]
    if len(linking) > 1:
        raise file.damage("two `linking` sections", 0)
    symbols = _linking_symbols(module, linking[0]) if linking else _module_symbols(module)
    for name, content, at in module.custom:
        if name == NOTE_SECTION:
            module.notes += note_records(content.content(), at)
    is_shared = any(name == _DYNAMIC for name, _, _ in module.custom)
    made = FileKind.OBJECT if linking else FileKind.SHARED if is_shared else FileKind.EXECUTABLE
    return BinaryFile(FileFormat.WASM, made, module.machine, tuple(symbols), module.notes, tuple(module.names))


def _read_section(module: _Module, kind: int, content: Window, start: int) -> None:
    if kind == _CUSTOM:
        length, at = content.leb128(0, "the name of a section")
        name = content.part(at, min(length, _MAX_SECTION_NAME), "the name of a section").name(0, "a name")
        rest = content.part(at + length, content.size - at - length, f"the section `{name}`")
        module.custom.append((name, rest, start + at + length))
        module.names.append(name)
    elif kind == _TYPE:
        _read_types(module, content)
    elif kind == _IMPORT:
        _read_imports(module, content)
    elif kind == _FUNCTIONS:
        count, at = content.leb128(0, "functions")
        content.require_rows(count, 1, at, "functions")
        for _ in range(count):
            index, at = content.leb128(at, "the type of a function")
            module.functions.append(index)
    elif kind == _MEMORY:
        count, at = content.leb128(0, "memories")
        if count:
            _read_memory(module, content, at)
    elif kind == _EXPORT:
        _read_exports(module, content)
    elif kind == _DATA:
        _read_runtime_notes(module, content.content(), start)
    elif kind == _CODE:
        _read_code(module, content, start)


def _read_name(content: Window, position: int, what: str) -> tuple[str, int]:
    length, at = content.leb128(position, what)
    return content.part(at, length, what).name(0, what), at + length


def _read_memory(module: _Module, content: Window, position: int) -> None:
    flags, _ = content.leb128(position, "limits")
    module.machine = "wasm64" if flags & _IS_64 else "wasm32"


def _read_runtime_notes(module: _Module, data: bytes, start: int) -> None:
    left = len(data)
    for found in _RUNTIME_NOTE.finditer(data):
        end = found.end() + int.from_bytes(found["size"], "little")
        left -= end - found.start()
        if end > len(data) or left < 0:
            raise module.file.damage("a note in the data", start + found.start())
        module.notes += note_records(data[found.start() : end], start + found.start())


def _read_types(module: _Module, content: Window) -> None:
    """Read signatures. Other kinds of types end the reading: their size is not known, and the compiler writes none."""
    count, at = content.leb128(0, "types")
    content.require_rows(count, 1, at, "types")
    for _ in range(count):
        if content.byte(at, "a type") != _SIGNATURE:
            return
        parameters, at = _read_numbers(content, at + 1)
        results, at = _read_numbers(content, at)
        module.types.append(f"({parameters}){results}")


def _read_numbers(content: Window, position: int) -> tuple[str, int]:
    count, at = content.leb128(position, "a signature")
    types = content.part(at, count, "a signature").content()
    return ",".join([_TYPES.get(byte, f"{byte:#x}") for byte in types]), at + count


def _read_imports(module: _Module, content: Window) -> None:
    count, at = content.leb128(0, "imports")
    # An import has at least four bytes.
    content.require_rows(count, 4, at, "imports")
    for _ in range(count):
        _, at = _read_name(content, at, "the module of an import")
        name, at = _read_name(content, at, "the name of an import")
        kind = content.byte(at, "an import")
        type = content.leb128(at + 1, "an import")[0] if kind == _FUNCTION else -1
        if kind == _MEMORY_KIND:
            _read_memory(module, content, at + 1)
        at = _after_import(content, at)
        module.imports.append(_Import(name, kind, type))


def _read_exports(module: _Module, content: Window) -> None:
    count, at = content.leb128(0, "exports")
    content.require_rows(count, 3, at, "exports")
    for _ in range(count):
        name, at = _read_name(content, at, "the name of an export")
        kind = content.byte(at, "an export")
        _, at = content.leb128(at + 1, "an export")
        module.exports.append((name, kind))


def _read_code(module: _Module, content: Window, start: int) -> None:
    count, at = content.leb128(0, "functions")
    content.require_rows(count, 1, at, "functions")
    for _ in range(count):
        size, at = content.leb128(at, "a function")
        module.code.append(start + at)
        content.part(at, size, "a function")
        at += size


def _module_symbols(module: _Module) -> list[FileSymbol]:
    """What a linked module exports and imports."""
    exports = [FileSymbol(name, _kind_of(kind), True, False) for name, kind in module.exports]
    imports = [
        FileSymbol(held.name, _kind_of(held.kind), False, False, shape=module.shape(held.type))
        for held in module.imports
    ]
    return [*exports, *imports]


def _kind_of(kind: int) -> SymbolKind:
    if kind == _FUNCTION:
        return SymbolKind.FUNCTION
    return SymbolKind.DATA if kind == _GLOBAL else SymbolKind.OTHER


def _linking_symbols(module: _Module, linking: Window) -> list[FileSymbol]:
    """The symbols of an object that are not local."""
    _, position = linking.leb128(0, "the version")
    found: list[FileSymbol] = []
    while position < linking.size:
        kind = linking.byte(position, "a part of the section `linking`")
        size, at = linking.leb128(position + 1, "a part of the section `linking`")
        part = linking.part(at, size, "a part of the section `linking`")
        if kind == _SYMBOLS:
            found += _symbol_table(module, part)
        position = at + size
    return found


def _symbol_table(module: _Module, table: Window) -> list[FileSymbol]:
    by_kind: dict[int, list[_Import]] = {}
    for held in module.imports:
        by_kind.setdefault(held.kind, []).append(held)
    count, at = table.leb128(0, "symbols")
    table.require_rows(count, 3, at, "symbols")
    found = []
    for _ in range(count):
        row = at
        kind = table.byte(at, "a symbol")
        flags, at = table.leb128(at + 1, "the flags of a symbol")
        is_defined = not flags & _UNDEFINED
        place, shape = -1, ""
        if kind == _SYM_SECTION:
            _, at = table.leb128(at, "a symbol")
            continue
        if kind == _SYM_DATA:
            name, at = _read_name(table, at, "the name of a symbol")
            for _ in range(3 if is_defined else 0):
                _, at = table.leb128(at, "the place of a symbol")
        elif kind in _IMPORT_KIND:
            index, at = table.leb128(at, "a symbol")
            imported = by_kind.get(_IMPORT_KIND[kind], [])
            if is_defined or flags & _EXPLICIT_NAME:
                name, at = _read_name(table, at, "the name of a symbol")
            elif index < len(imported):
                # An undefined symbol is called as its import is.
                name = imported[index].name
            else:
                raise table.damage(f"a symbol of the import {index}", row)
            defined_index = index - len(imported)
            if kind == _SYM_FUNCTION and index < len(imported):
                shape = module.shape(imported[index].type)
            elif kind == _SYM_FUNCTION and defined_index < len(module.code):
                place = module.code[defined_index]
                shape = module.shape(module.functions[defined_index]) if defined_index < len(module.functions) else ""
        else:
            raise table.damage(f"a symbol of the kind {kind}", row)
        if not flags & _LOCAL:
            found.append(FileSymbol(name, _symbol_kind(kind), is_defined, flags & _WEAK != 0, place, shape))
    return found


def _symbol_kind(kind: int) -> SymbolKind:
    if kind == _SYM_FUNCTION:
        return SymbolKind.FUNCTION
    return SymbolKind.DATA if kind == _SYM_DATA else SymbolKind.OTHER


# Writing ----------------------------------------------------------------------------------------------------------


_Edit = tuple[int, int, bytes]
"""Positions of a part of a file, and what replaces it."""


def with_names(image: bytes, names: Mapping[str, str]) -> bytes:
    """Return an object in which the symbols of `names` have their new names: those that it defines, and those that it
    takes from other objects. Raises `ObjectFileError`."""
    file = Window(FileFormat.WASM.value, image)
    made = bytearray(image[:8])
    position = 8
    while position < file.size:
        kind = file.byte(position, "a section")
        size, start = file.leb128(position + 1, "the size of a section")
        position = start + size
        content = file.part(start, size, "a section").content()
        if kind == _IMPORT:
            content = _edited(image, start, position, _edits_of_imports(file, start, names))
        elif kind == _CUSTOM:
            length, at = file.leb128(start, "the name of a section")
            if file.part(at, length, "the name of a section").content() == _LINKING.encode():
                content = image[start : at + length] + _edited_linking(file, image, at + length, position, names)
        made += bytes([kind]) + _padded_leb128(len(content)) + content
    return bytes(made)


def _edited(image: bytes, start: int, end: int, edits: list[_Edit]) -> bytes:
    made = bytearray()
    for at, after, replacement in edits:
        made += image[start:at] + replacement
        start = after
    return bytes(made) + image[start:end]


def _edits_of_imports(file: Window, at: int, names: Mapping[str, str]) -> list[_Edit]:
    """Return the edits of the imports that are undefined symbols. Those of another module are functions of the engine,
    which may have the same name."""
    edits: list[_Edit] = []
    count, at = file.leb128(at, "imports")
    file.require_rows(count, 4, at, "imports")
    for _ in range(count):
        module, start = _read_name(file, at, "the module of an import")
        name, at = _read_name(file, start, "the name of an import")
        if module == _SYMBOLS_MODULE and name in names:
            edits.append((start, at, _encoded_name(names[name])))
        at = _after_import(file, at)
    return edits


def _after_import(file: Window, at: int) -> int:
    """Return the position after an import, from that of its kind."""
    kind = file.byte(at, "an import")
    at += 1
    if kind == _FUNCTION:
        return file.leb128(at, "an import")[1]
    if kind == _TABLE:
        return _after_limits(file, at + 1)
    if kind == _MEMORY_KIND:
        return _after_limits(file, at)
    if kind == _GLOBAL:
        return at + 2
    if kind == _TAG:
        return file.leb128(at + 1, "an import")[1]
    raise file.damage(f"an import of the kind {kind}", at - 1)


def _after_limits(file: Window, at: int) -> int:
    flags, at = file.leb128(at, "limits")
    _, at = file.leb128(at, "limits")
    for flag in (_HAS_MAXIMUM, _HAS_PAGE_SIZE):
        if flags & flag:
            _, at = file.leb128(at, "limits")
    return at


def _edited_linking(file: Window, image: bytes, position: int, end: int, names: Mapping[str, str]) -> bytes:
    start = position
    _, position = file.leb128(position, "the version")
    made = bytearray(image[start:position])
    while position < end:
        kind = file.byte(position, "a part of the section `linking`")
        size, at = file.leb128(position + 1, "a part of the section `linking`")
        position = at + size
        content = file.part(at, size, "a part of the section `linking`").content()
        if kind == _SYMBOLS:
            content = _edited(image, at, position, _edits_of_symbols(file, at, names))
        made += bytes([kind]) + _padded_leb128(len(content)) + content
    return bytes(made)


def _edits_of_symbols(file: Window, at: int, names: Mapping[str, str]) -> list[_Edit]:
    """Return the edits of the names in the symbol table. An undefined function without one has that of its import."""
    count, at = file.leb128(at, "symbols")
    file.require_rows(count, 3, at, "symbols")
    edits: list[_Edit] = []
    for _ in range(count):
        kind = file.byte(at, "a symbol")
        flags, at = file.leb128(at + 1, "the flags of a symbol")
        is_defined = not flags & _UNDEFINED
        if kind != _SYM_DATA:
            _, at = file.leb128(at, "a symbol")
        if kind == _SYM_SECTION or (kind != _SYM_DATA and not is_defined and not flags & _EXPLICIT_NAME):
            continue
        start = at
        name, at = _read_name(file, at, "the name of a symbol")
        if name in names:
            edits.append((start, at, _encoded_name(names[name])))
        for _ in range(3 if kind == _SYM_DATA and is_defined else 0):
            _, at = file.leb128(at, "the place of a symbol")
    return edits


def _encoded_name(name: str) -> bytes:
    held = name.encode()
    return _leb128(len(held)) + held


def _leb128(number: int) -> bytes:
    """Encode a number in as few bytes as possible."""
    made = bytearray()
    while number > 0x7F:
        made.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*made, number])


def _padded_leb128(number: int) -> bytes:
    """Encode a number in five bytes, as LLVM does where it learns the number later."""
    return bytes([*[number >> shift & 0x7F | 0x80 for shift in (0, 7, 14, 21)], number >> 28])
