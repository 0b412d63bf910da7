"""The contract between compiled programs and the runtime, as Python values.

Everything that needs a runtime symbol, a signature, an offset or the version reads it here. This package imports the
standard library and `base` only and contains nothing that `runtime/abi.toml` does not state. Names are loaded on first
use: a warm start, which needs numbers only, imports `beskid.abi.generated.numbers`.
"""

from __future__ import annotations

TYPE_CHECKING = False

if TYPE_CHECKING:
    from beskid.abi.generated.tables import *  # noqa: F403  (a list here would have to be generated too)
    from beskid.abi.model import *  # noqa: F403  (the names are those of its __all__)
else:

    def __getattr__(name):
        """Load the whole contract and find the name in it."""
        from importlib import import_module

        for module in (import_module("beskid.abi.generated.tables"), import_module("beskid.abi.model")):
            if hasattr(module, name):
                return getattr(module, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
