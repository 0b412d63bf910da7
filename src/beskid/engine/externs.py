"""Foreign libraries of a JIT session: opened before any code runs, every symbol checked.

It takes the imports and the libraries that the driver's policy permits, under the names to open them by, and gives
addresses. It also checks names and signatures. It decides no policy. libc and libm are those of the running process.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable, Mapping

from beskid.abi.numbers import RUNTIME_EXPORT_SYMBOLS
from beskid.engine.errors import ExternDeclarationError, JitError
from beskid.ir.model import ExternImport, IRType

_BOUNDARY_TYPES = frozenset(IRType) - {IRType.REF}

RUNNING: dict[str, str] = {"c": "libc.so.6", "m": "libm.so.6", "libc.so.6": "libc.so.6", "libm.so.6": "libm.so.6"}
"""Names that mean libraries of the running process."""


def resolve_externs(imports: Iterable[ExternImport], libraries: Mapping[str, str]) -> dict[str, int]:
    """Addresses by symbol. `libraries` maps a library as written to the file or name to open.

    Raises one `JitError.ExternUnresolved` that lists every pair that fails.
    """
    addresses: dict[str, int] = {}
    opened: dict[str, ctypes.CDLL] = {}
    failed: list[tuple[str, str, str]] = []
    for imported in imports:
        name = libraries.get(imported.library) or RUNNING.get(imported.library)
        if name is None:
            failed.append((imported.library, imported.symbol, "the library is not permitted"))
            continue
        try:
            if name not in opened:
                opened[name] = ctypes.CDLL(name, os.RTLD_NOW | os.RTLD_LOCAL)
            addresses[imported.symbol] = ctypes.cast(opened[name][imported.symbol], ctypes.c_void_p).value or 0
        except (OSError, AttributeError) as error:
            failed.append((imported.library, imported.symbol, str(error)))
    if failed:
        raise JitError.ExternUnresolved(failed)
    return addresses


def validate_extern(imported: ExternImport) -> None:
    """Refuse a name that is no C identifier or is the runtime's, and types that do not cross the boundary."""
    symbol = imported.symbol
    if not symbol.isidentifier() or not symbol.isascii():
        raise ExternDeclarationError.InvalidSignature(symbol, "the name is not a C identifier")
    if symbol in RUNTIME_EXPORT_SYMBOLS:
        raise ExternDeclarationError.InvalidSignature(symbol, "the name belongs to the runtime")
    for parameter in imported.signature.parameters:
        if parameter not in _BOUNDARY_TYPES:
            raise ExternDeclarationError.InvalidSignature(symbol, f"parameter type {parameter.value} not allowed")
    results = imported.signature.results
    if len(results) > 1 or any(result not in _BOUNDARY_TYPES for result in results):
        listed = ", ".join([result.value for result in results])
        raise ExternDeclarationError.InvalidSignature(symbol, f"return type {listed} not allowed")
