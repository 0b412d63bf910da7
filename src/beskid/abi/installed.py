"""The contract that this compiler was built with, from the generated tables; a wheel holds no `runtime/abi.toml`."""

from __future__ import annotations

from beskid.abi.generated.tables import (
    ABI_CONSTANTS,
    BESKID_DRAFT_HASH,
    BESKID_RUNTIME_ABI_LEVEL,
    BESKID_RUNTIME_ABI_VERSION,
    BUILTIN_SPECS,
    INTEROP_TAGS,
    LEVELS,
    RELIED_ON_SEMANTICS,
    SIZE_CLASSES,
    SOURCE_BUILTINS,
    STRUCT_LAYOUTS,
    SUPPORT_SYMBOLS,
)
from beskid.abi.model import Contract

__all__ = ["installed_contract"]


def installed_contract() -> Contract:
    """Return the contract, without reading `runtime/abi.toml`."""
    return Contract(
        version=BESKID_RUNTIME_ABI_VERSION,
        level=BESKID_RUNTIME_ABI_LEVEL,
        draft_hash=BESKID_DRAFT_HASH,
        functions=BUILTIN_SPECS,
        sources=SOURCE_BUILTINS,
        structs=STRUCT_LAYOUTS,
        constants=ABI_CONSTANTS,
        interop_tags=INTEROP_TAGS,
        size_classes=SIZE_CLASSES,
        support=SUPPORT_SYMBOLS,
        semantics=RELIED_ON_SEMANTICS,
        history=LEVELS,
    )
