"""Output as the runtime writes it: a buffer for descriptor 1, and unbuffered writes, which flush it first.

`Output` writes to a host. Lost bytes of descriptor 1 are remembered, and the end of the program reports them. A program
whose standard stream has no reader ends with status 141 (decision R3).
"""

from __future__ import annotations

import errno

from beskid.ir.oracle.host import Host
from beskid.ir.oracle.values import ExitRequest

STATUS_OUTPUT_LOST = 1
STATUS_READER_GONE = 141
_BUFFER_SIZE = 65536


class Output:
    """The writing side of one program. `error` is the number of the last write that failed."""

    __slots__ = ("_buffer", "_host", "_is_terminal", "error", "lost")

    def __init__(self, host: Host) -> None:
        self._host = host
        self._buffer = bytearray()
        self._is_terminal = host.is_terminal(1)
        self.error = 0
        self.lost = 0

    def _write_all(self, descriptor: int, data: bytes) -> int:
        """Write the bytes. Return their number, or -1 when none could be written; `error` says why it is less."""
        done = 0
        while done < len(data):
            count = self._host.write(descriptor, data[done:])
            if count <= 0:
                self.error = -count
                return done if done > 0 else -1
            done += count
        return done

    def _write_output(self, data: bytes) -> int:
        if self._write_all(1, data) == len(data):
            return len(data)
        self.lost = self.error
        return -1

    def flush_quietly(self) -> int:
        """Write what the buffer holds. Return 0, or -1."""
        data = bytes(self._buffer)
        self._buffer.clear()
        return 0 if self._write_output(data) >= 0 else -1

    def flush(self) -> int:
        """Do the same, and end the program when the reader is gone."""
        result = self.flush_quietly()
        _end_without_reader(self.lost)
        return result

    def write(self, text: bytes) -> int:
        """Write to descriptor 1 through the buffer. Return the number of bytes, or -1."""
        if len(self._buffer) + len(text) > _BUFFER_SIZE and self.flush() != 0:
            return -1
        if len(text) >= _BUFFER_SIZE:
            written = self._write_output(text)
            _end_without_reader(self.lost)
            return written
        self._buffer += text
        if self._is_terminal and b"\n" in text and self.flush() != 0:
            return -1
        return len(text)

    def write_error(self, text: bytes) -> int:
        """Write to descriptor 2. Return the number of bytes, or -1."""
        self.flush()
        written = self._write_all(2, text)
        if written != len(text):
            _end_without_reader(self.error)
        return written

    def write_unbuffered(self, descriptor: int, data: bytes) -> int:
        """Write to any descriptor. Return the number of bytes, or -1."""
        self.flush()
        return self._write_all(descriptor, data)

    def finish(self, status: int) -> int:
        """Flush at the end of a program and report lost output, which turns success into failure."""
        try:
            self.flush()
        except ExitRequest as request:
            return request.status
        if not self.lost:
            return status
        reason = self._host.error_text(self.lost)
        self._write_all(2, f"error: cannot write to standard output: {reason}\n".encode())
        return status or STATUS_OUTPUT_LOST


def _end_without_reader(error: int) -> None:
    if error == errno.EPIPE:
        raise ExitRequest(STATUS_READER_GONE)
