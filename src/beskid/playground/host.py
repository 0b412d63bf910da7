"""The host of a program in a page: input given in advance, output shown at once, files in memory, the real clock."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from beskid.ir.oracle.host import MemoryHost

MAX_OUTPUT = 1 << 20
"""The bytes that a program may write before it is ended."""

Show = Callable[[int, bytes], None]
"""Shows what a program wrote: the descriptor, 1 or 2, and the bytes."""


class TooMuchOutputError(Exception):
    """The program wrote more than `MAX_OUTPUT` bytes."""


class PageHost(MemoryHost):
    def __init__(self, stdin: bytes, files: dict[bytes, bytes], show: Show) -> None:
        super().__init__(stdin, files)
        self._show = show
        self._written = 0

    def write(self, descriptor: int, data: bytes) -> int:
        if descriptor not in (1, 2):
            return super().write(descriptor, data)
        room = MAX_OUTPUT - self._written
        self._written += len(data)
        if room > 0:
            self._show(descriptor, data[:room])
        if self._written > MAX_OUTPUT:
            raise TooMuchOutputError
        return len(data)

    def is_terminal(self, descriptor: int) -> bool:
        """The visitor reads along: what is printed is shown at the end of each line, as on a terminal."""
        return descriptor == 1

    def error_text(self, error: int) -> str:
        return os.strerror(error)

    def realtime_nanos(self) -> int:
        return time.time_ns()

    def monotonic_nanos(self) -> int:
        return time.monotonic_ns()

    def sleep_millis(self, duration: int) -> None:
        time.sleep(max(duration, 0) / 1000)

    def random_bits(self) -> int:
        return int.from_bytes(os.urandom(8), "little", signed=True)
