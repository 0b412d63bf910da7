"""SHA-256 without `hashlib`, which would load OpenSSL: that takes as long as compiling a small program."""

from __future__ import annotations


def sha256_of(data: bytes) -> str:
    """Return the SHA-256 of some bytes in hexadecimal digits."""
    from importlib import import_module

    # Python 3.11 has the other name.
    for name in ("_sha2", "_sha256", "hashlib"):
        try:
            found: str = import_module(name).sha256(data).hexdigest()
        except ImportError:
            continue
        return found
    raise ImportError("this Python has no SHA-256")
