"""SHA-256 without `hashlib`, which would load OpenSSL: that takes as long as compiling a small program."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any


def sha256_of(data: bytes) -> str:
    """Return the SHA-256 of some bytes in hexadecimal digits."""
    found: str = _algorithm()(data).hexdigest()
    return found


@cache
def _algorithm() -> Callable[[bytes], Any]:
    from importlib import import_module

    # Python 3.11 has the other name. An import that fails takes as long as the digest of 100 KB.
    for name in ("_sha2", "_sha256", "hashlib"):
        try:
            algorithm: Callable[[bytes], Any] = import_module(name).sha256
        except ImportError:
            continue
        return algorithm
    raise ImportError("this Python has no SHA-256")
