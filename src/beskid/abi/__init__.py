"""The contract between compiled programs and the runtime, as Python values.

Everything that needs a runtime symbol, a signature, an offset or the version reads it here. This package imports
the standard library only and holds nothing that `runtime/abi.toml` does not state.
"""

from __future__ import annotations

from beskid.abi.model import *  # noqa: F403  (the names are those of its __all__)
from beskid.abi.tables import *  # noqa: F403  (a list here would have to be generated too)
