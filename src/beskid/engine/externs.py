"""Foreign libraries of a JIT session: opened before any code runs, every symbol checked.

It takes the imports and the libraries that the driver's policy permits, under the names to open them by, and gives
addresses. It decides no policy. libc and libm are those of the running process.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable, Mapping

from beskid.engine.errors import JitError
from beskid.ir.model import ExternImport

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
