"""Standard output and standard error of the compiler: a command runs to its end whatever becomes of their readers.

`open_streams` replaces both by streams that drop what cannot be written and remember why, so that the exit status of a
command never depends on who reads its output. `failure_of` tells what could not be written. Characters that the
encoding of a stream lacks, such as bytes of file names that are not UTF-8, are written as escapes.
"""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class OutputFile(io.FileIO):
    """A standard descriptor that never raises when it is written to. `failure` is the first error."""

    failure: OSError | None = None

    def write(self, data: ReadableBuffer, /) -> int:
        size = memoryview(data).nbytes
        while self.failure is None:
            try:
                written: int | None = super().write(data)
            except OSError as error:
                self.failure = error
                break
            if written is not None:
                return written
            # Another program has made the pipe non-blocking, and it is full.
            import select

            select.select([], [self], [])
        return size


def open_streams() -> None:
    """Replace `sys.stdout` and `sys.stderr`, unless somebody has replaced them already."""
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout is sys.__stdout__:
        sys.stdout = _stream(1, sys.stdout)
    if isinstance(sys.stderr, io.TextIOWrapper) and sys.stderr is sys.__stderr__:
        sys.stderr = _stream(2, sys.stderr)


def _stream(descriptor: int, old: io.TextIOWrapper) -> TextIO:
    old.flush()
    file = OutputFile(descriptor, "w", closefd=False)
    # A stream that Python does not buffer writes partial data; lines are enough for the one in its place.
    by_line = old.line_buffering or old.write_through
    return io.TextIOWrapper(io.BufferedWriter(file), old.encoding, errors="backslashreplace", line_buffering=by_line)


def failure_of(stream: TextIO) -> OSError | None:
    """Return why output to a stream was lost, or None. After a loss nothing more is written to it."""
    raw = getattr(getattr(stream, "buffer", None), "raw", None)
    return raw.failure if isinstance(raw, OutputFile) else None
