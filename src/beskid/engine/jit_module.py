"""A JIT module: the names an object may use, each with an address, and the object loaded against them.

It takes a runtime, extra addresses of foreign functions, and object bytes. Every undefined name of the object gets an
explicit address or the load is refused with all missing names; nothing is ever found in the host process by accident.
"""

from __future__ import annotations

import ctypes

from beskid.abi.numbers import (
    BESKID_DRAFT_HASH,
    BESKID_RUNTIME_ABI_LEVEL,
    BESKID_RUNTIME_ABI_VERSION,
    RUNTIME_EXPORT_SYMBOLS,
    SUPPORT_SYMBOLS,
)
from beskid.codegen.objectfile import ObjectFileError, note_fields, undefined_symbols
from beskid.engine.errors import JitError
from beskid.engine.lljit import create_loader
from beskid.engine.runtime_library import RuntimeLibrary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from beskid.engine.lljit import ObjectLoader
    from beskid.ir.model import ExternImport

PROGRAM_SYMBOL = "beskid_program"

SUPPORT_LIBRARIES = ("libc.so.6", "libm.so.6")

_LISTED = frozenset(RUNTIME_EXPORT_SYMBOLS)


class BeskidJitModule:
    """Collects addresses, then loads one object. `extras` are foreign functions that were already resolved."""

    __slots__ = ("_addresses", "_loader", "_symbols", "runtime")

    def __init__(
        self, runtime: RuntimeLibrary, extras: Mapping[str, int] | None = None, loader: ObjectLoader | None = None
    ) -> None:
        self.runtime = runtime
        self._addresses: dict[str, int] = dict(extras or {})
        self._loader = loader
        self._symbols: dict[str, int] = {}

    def declare_builtin_imports(self, symbols: Iterable[str] = RUNTIME_EXPORT_SYMBOLS) -> None:
        """Bind listed runtime functions; a name that the runtime lacks stays unbound and is reported at the load."""
        for symbol in symbols:
            address = self.runtime.address(symbol)
            if address:
                self._addresses[symbol] = address

    def declare_validated_extern_imports(self, imports: Iterable[ExternImport], addresses: Mapping[str, int]) -> None:
        """Bind foreign functions after checking their names and signatures."""
        from beskid.engine.externs import validate_extern

        for imported in imports:
            validate_extern(imported)
            if imported.symbol in addresses:
                self._addresses[imported.symbol] = addresses[imported.symbol]

    def load(self, image: bytes, name: str = "program", symbols: tuple[str, ...] = ()) -> int:
        """Load an object and give the address of its program record; `symbols` of it can then be asked for too."""
        try:
            needed = undefined_symbols(image)
            check_note(note_fields(image), self.runtime.path, name)
        except ObjectFileError as error:
            message = f"`{name}` is not an object that can be loaded: {error}"
            raise JitError("E4002", message, "compile it again") from error
        self.declare_builtin_imports([symbol for symbol in needed if symbol in _LISTED])
        imports: dict[str, int] = {}
        missing: list[str] = []
        for symbol in needed:
            address = self._addresses.get(symbol) or support_address(symbol)
            if address:
                imports[symbol] = address
            else:
                missing.append(symbol)
        if missing:
            raise JitError.MissingFunction(missing)
        if self._loader is None:
            self._loader = create_loader()
        try:
            self._symbols = self._loader.load(image, imports, [PROGRAM_SYMBOL, *symbols])
        except RuntimeError as error:
            raise JitError("E4002", f"`{name}` cannot be loaded: {error}", "compile it again") from error
        return self._symbols[PROGRAM_SYMBOL]

    def symbol(self, name: str) -> int:
        """The address of a symbol that the load was asked for; 0 before the load."""
        return self._symbols.get(name, 0)

    def program(self) -> int:
        """The address of the loaded program's record; 0 before the load."""
        return self.symbol(PROGRAM_SYMBOL)


def check_note(fields: Mapping[str, list[str]], runtime: str, name: str) -> None:
    """The gate on the object's side: what it was compiled for must be what this compiler's contract says."""
    expected = (
        ("ABI version", "abi", str(BESKID_RUNTIME_ABI_VERSION)),
        ("draft layout", "draft", f"{BESKID_DRAFT_HASH:#018x}"),
    )
    for what, key, offered in expected:
        needed = fields.get(key, ["none"])[0]
        if needed != offered:
            raise JitError.VersionMismatch(what, needed, offered, name, runtime)
    level = fields.get("level", ["0"])[0]
    if not level.isdigit() or int(level) > BESKID_RUNTIME_ABI_LEVEL:
        raise JitError.VersionMismatch("ABI level", level, BESKID_RUNTIME_ABI_LEVEL, name, runtime)


def support_address(symbol: str) -> int:
    """The address of a support function in the running C library; 0 for a name that is not in the support list."""
    if symbol not in SUPPORT_SYMBOLS:
        return 0
    for name in SUPPORT_LIBRARIES:
        try:
            library = ctypes.CDLL(name)
            return ctypes.cast(library[symbol], ctypes.c_void_p).value or 0
        except (OSError, AttributeError):
            continue
    return 0
