"""Makes a failing input smaller: parts are left out as long as it fails in the same way."""

from __future__ import annotations

import time
from collections.abc import Callable


def minimize(data: bytes, fails: Callable[[bytes], bool], seconds: float) -> bytes:
    """Return the smallest input found; leaves out ever smaller parts, first of lines, then of bytes."""
    end = time.monotonic() + seconds
    data = b"".join(_shrink(data.splitlines(keepends=True), fails, end))
    return b"".join(_shrink([bytes((byte,)) for byte in data], fails, end))


def _shrink(parts: list[bytes], fails: Callable[[bytes], bool], end: float) -> list[bytes]:
    size = len(parts) // 2
    while size and time.monotonic() < end:
        at = 0
        has_shrunk = False
        while at < len(parts) and time.monotonic() < end:
            shorter = parts[:at] + parts[at + size :]
            if fails(b"".join(shorter)):
                parts, has_shrunk = shorter, True
            else:
                at += size
        if not has_shrunk or size > 1:
            size //= 2
    return parts
