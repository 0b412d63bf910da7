"""A program that a host calls: its object in this process, with the addresses of its functions and descriptors.

Takes object bytes and a runtime whose version was checked. All functions have one signature
(`codegen.llvm.host_entries`) and are called by the extension in `runtime/python`, which `extension` finds.
"""

from __future__ import annotations

import ctypes

from beskid.abi.generated.numbers import RUNTIME_EXPORT_SYMBOLS
from beskid.abi.symbols import HOST_SYMBOL
from beskid.codegen.objectfile import note_fields
from beskid.engine.errors import JitError
from beskid.engine.jit_module import BeskidJitModule
from beskid.files.reading import is_there
from beskid.source.codes import E4002, E4011

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from beskid.engine.lljit import ObjectLoader
    from beskid.engine.runtime_library import RuntimeLibrary

EXTENSION_NAME = "_embed.abi3.so"
EXTENSION_MODULE = "beskid._embed"


class HostProgram:
    """The loaded object. `interface` is the JSON text that describes it, `facts` a word for each entry.

    `addresses` are those of the entries, the descriptors and the callbacks; `program` is that of the program record.
    """

    __slots__ = ("addresses", "facts", "fields", "interface", "module", "program")

    def __init__(
        self,
        image: bytes,
        runtime: RuntimeLibrary,
        name: str,
        extras: Mapping[str, int] | None = None,
        loader: ObjectLoader | None = None,
    ) -> None:
        """Raise `JitError` for an object that does not fit, or that was not made for a host."""
        self.fields = note_fields(image)
        if "interface" not in self.fields:
            raise JitError(E4002, f"`{name}` was not compiled for a host", "load its source with `beskid.load`")
        self.interface = self.fields["interface"][0]
        self.facts = self.fields["entries"][0].split()
        self.module = BeskidJitModule(runtime, extras, loader)
        self.program = self.module.load(image, name, (HOST_SYMBOL,))
        self.addresses = self.module.symbol(HOST_SYMBOL)

    def table(self, count: int) -> list[int]:
        """Return that many addresses: of the entries, then of descriptors and callbacks."""
        return list((ctypes.c_uint64 * count).from_address(self.addresses))


def extension(folder: str) -> Any:
    """Import the extension from the folder of the runtime. Raises `JitError` where it was not built."""
    from importlib.machinery import ExtensionFileLoader, ModuleSpec
    from importlib.util import module_from_spec

    path = f"{folder}/{EXTENSION_NAME}"
    if not is_there(path):
        message = f"the extension for Python `{path}` is missing"
        raise JitError(E4011, message, "install the headers of Python and reinstall beskid, or install its wheel")
    loader = ExtensionFileLoader(EXTENSION_MODULE, path)
    try:
        module = module_from_spec(ModuleSpec(EXTENSION_MODULE, loader, origin=path))
        loader.exec_module(module)
    except ImportError as error:
        raise JitError(E4011, f"the extension for Python cannot be loaded: {error}", "reinstall beskid") from error
    return module


def addresses_of(runtime: RuntimeLibrary) -> dict[str, int]:
    """Return the addresses of the functions of the runtime by name, for the extension."""
    return {symbol: runtime.address(symbol) for symbol in RUNTIME_EXPORT_SYMBOLS}
