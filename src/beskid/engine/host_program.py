"""A program that a host calls: its code in this process, with the addresses of its functions and descriptors.

Takes object bytes, or the library that `beskid build --kind python` made, and a runtime whose version was checked. All
functions have one signature (`codegen.llvm.host_entries`) and are called by the extension in `runtime/python`.
"""

from __future__ import annotations

import ctypes
import os

from beskid.abi.symbols import HOST_SYMBOL, PROGRAM_SYMBOL
from beskid.codegen.objectfile import ObjectFileError, fields_of, note_fields, notes
from beskid.codegen.rows import needed_rows, with_rows
from beskid.engine.errors import JitError
from beskid.engine.jit_module import BeskidJitModule, check_note, check_rows
from beskid.files.problems import FileError
from beskid.files.reading import MAX_BINARY_BYTES, read_file
from beskid.source.codes import E4002

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from beskid.engine.lljit import ObjectLoader
    from beskid.engine.runtime_library import RuntimeLibrary


class HostProgram:
    """The loaded program. `interface` is the JSON text that describes it, `facts` a word for each entry.

    `addresses` are those of the entries, the descriptors and the callbacks; `program` is that of the program record.
    """

    __slots__ = ("addresses", "facts", "fields", "interface", "module", "program")

    def __init__(self, fields: dict[str, list[str]], name: str, module: object, program: int, addresses: int) -> None:
        """`module` keeps the code. Raise `JitError` for a program that was not made for a host."""
        self.fields = fields
        self.interface = _interface(fields, name)
        self.facts = fields["entries"][0].split()
        self.module = module
        self.program = program
        self.addresses = addresses

    def table(self, count: int) -> list[int]:
        """Return that many addresses: of the entries, then of descriptors and callbacks."""
        return list((ctypes.c_uint64 * count).from_address(self.addresses))


def _interface(fields: dict[str, list[str]], name: str) -> str:
    if "interface" not in fields:
        raise JitError(E4002, f"`{name}` was not compiled for a host", "load its source with `beskid.load`")
    return fields["interface"][0]


def load_object(
    image: bytes,
    runtime: RuntimeLibrary,
    name: str,
    extras: Mapping[str, int] | None = None,
    loader: ObjectLoader | None = None,
) -> HostProgram:
    """Load an object. Raise `JitError` for one that does not fit."""
    fields = note_fields(image)
    _interface(fields, name)
    module = BeskidJitModule(runtime, extras, loader)
    program = module.load(image, name, (HOST_SYMBOL,))
    return HostProgram(fields, name, module, program, module.symbol(HOST_SYMBOL))


def load_library(path: str, runtime: RuntimeLibrary, name: str) -> HostProgram:
    """Load a library whose runtime is that of this process. Raise `JitError` for one that does not fit."""
    try:
        image = read_file(path, MAX_BINARY_BYTES).data
        records = notes(image)
        fields = fields_of(records)
        check_note(fields, runtime, name)
        check_rows(with_rows(needed_rows(records, fields)), runtime, name)
        # The functions of the runtime are not those that another library happens to define.
        library = ctypes.CDLL(path, mode=os.RTLD_NOW | getattr(os, "RTLD_DEEPBIND", 0))
        program, addresses = [ctypes.addressof(ctypes.c_char.in_dll(library, each)) for each in _SYMBOLS]
    except (FileError, ObjectFileError, OSError, ValueError) as error:
        raise JitError(E4002, f"`{name}` cannot be loaded: {error}", "install the package again") from error
    runtime.adopt(program)
    return HostProgram(fields, name, library, program, addresses)


_SYMBOLS = (PROGRAM_SYMBOL, HOST_SYMBOL)
