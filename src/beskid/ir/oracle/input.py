"""Input as the runtime reads it: a buffer for descriptor 0, and incomplete characters kept for the next read.

`Input` reads from a host. Keys, line reading and raw reads of descriptor 0 share the buffer (decision R3).
"""

from __future__ import annotations

from beskid.ir.oracle.host import Host
from beskid.ir.oracle.output import Output
from beskid.ir.oracle.values import Panic

_BUFFER_SIZE = 65536
_MAX_READ = 1 << 30
_CARRY_DESCRIPTORS = 256
_MAX_DESCRIPTOR = (1 << 31) - 1
_READ_KEY = 1
_PEEK_KEY = 2
_TIMED_OUT = -1
_END = -2


def valid_prefix(data: bytes) -> tuple[int, bool]:
    """Return how many bytes are UTF-8, and whether the rest is only the beginning of a character."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start, error.reason == "unexpected end of data"
    return len(data), False


def checked(data: bytes) -> bytes:
    """Return the bytes, or panic if they are not valid UTF-8."""
    if valid_prefix(data)[0] != len(data):
        raise Panic(b"invalid utf-8 string data")
    return data


class Input:
    """The reading side of one program."""

    __slots__ = ("_buffer", "_carried", "_host", "_output", "_received_bytes", "_received_lines")

    def __init__(self, host: Host, output: Output) -> None:
        self._host = host
        self._output = output
        self._received_bytes = 0
        self._received_lines = 0
        self._buffer = b""
        self._carried: dict[int, bytes] = {}

    def _take(self, descriptor: int, limit: int) -> bytes:
        if descriptor != 0 or not self._buffer:
            if descriptor == 0:
                self._host.set_key_mode(False)
            return self._host.read(descriptor, limit)
        data, self._buffer = self._buffer[:limit], self._buffer[limit:]
        return data

    def _receive(self, descriptor: int, data: bytes) -> None:
        """Count what the program received of descriptor 0."""
        if descriptor == 0:
            self._received_bytes += len(data)
            self._received_lines += data.count(b"\n")

    def _refuse(self, descriptor: int, valid: bytes) -> Panic:
        """The panic for text that becomes invalid after some bytes."""
        if descriptor != 0:
            return Panic(b"invalid utf-8 string data")
        self._receive(descriptor, valid)
        line, offset = self._received_lines + 1, self._received_bytes
        message = f"invalid utf-8 string data in line {line} of standard input, at byte offset {offset}"
        return Panic(message.encode())

    def _text(self, data: bytes) -> bytes:
        """The bytes, received from descriptor 0, as text."""
        valid, _ = valid_prefix(data)
        if valid != len(data):
            raise self._refuse(0, data[:valid])
        self._receive(0, data)
        return data

    def _put_back(self, descriptor: int, data: bytes) -> None:
        if data and descriptor < _CARRY_DESCRIPTORS:
            self._carried[descriptor] = data

    def read_text(self, descriptor: int, maximum: int) -> bytes:
        """Return one read as text; empty at the end or on an error."""
        self._output.flush()
        if not 0 <= descriptor <= _MAX_DESCRIPTOR or maximum <= 0:
            return b""
        limit = min(maximum, _MAX_READ)
        data = self._carried.pop(descriptor, b"")
        while True:
            more = self._take(descriptor, limit)
            data += more
            if not data:
                return b""
            valid, incomplete = valid_prefix(data)
            if valid != len(data) and (not incomplete or not more):
                raise self._refuse(descriptor, data[:valid])
            if valid == 0:
                limit = 1
                continue
            self._put_back(descriptor, data[valid:])
            self._receive(descriptor, data[:valid])
            return data[:valid]

    def read_bytes(self, descriptor: int, maximum: int) -> bytes:
        """Return one read as bytes; empty at the end or on an error."""
        self._output.flush()
        if not 0 <= descriptor <= _MAX_DESCRIPTOR or maximum <= 0:
            return b""
        limit = min(maximum, _MAX_READ)
        data = self._carried.pop(descriptor, b"")
        self._put_back(descriptor, data[limit:])
        data = data[:limit] or self._take(descriptor, limit)
        self._receive(descriptor, data)
        return data

    def read_part(self, descriptor: int, maximum: int) -> tuple[bytes, int]:
        """Return one read as bytes, and the error number."""
        if maximum == 0:
            return b"", 0
        data = self._carried.pop(descriptor, b"")
        self._put_back(descriptor, data[maximum:])
        data, error = data[:maximum], 0
        if not data and (descriptor != 0 or not self._buffer):
            data, error = self._host.read_part(descriptor, maximum)
        elif not data:
            data = self._take(descriptor, maximum)
        self._receive(descriptor, data)
        return data, error

    def read_key(self, operation: int, milliseconds: int) -> int:
        """Return the next byte of descriptor 0 in the key mode, or why there is none; other operations end the mode.

        A peek leaves the byte for the next read.
        """
        if operation not in (_READ_KEY, _PEEK_KEY):
            self._host.set_key_mode(False)
            return 0
        self._output.flush()
        carried = self._carried.pop(0, b"")
        taken = int(operation == _READ_KEY)
        self._put_back(0, carried[taken:])
        if not carried:
            self._host.set_key_mode(True)
            if not self._buffer and not self._host.wait_for_input(milliseconds):
                return _TIMED_OUT
            self._buffer = self._buffer or self._host.read(0, _BUFFER_SIZE)
            carried, self._buffer = self._buffer[:1], self._buffer[taken:]
        self._receive(0, carried[:taken])
        return carried[0] if carried else _END

    def _fill(self) -> bool:
        if not self._buffer:
            self._host.set_key_mode(False)
            self._buffer = self._host.read(0, _BUFFER_SIZE)
        return bool(self._buffer)

    def read_line(self) -> bytes:
        """Return the next line of descriptor 0 with its line feed; empty at the end."""
        self._output.flush()
        pieces = [self._carried.pop(0, b"")]
        while self._fill():
            end = self._buffer.find(b"\n") + 1
            if end == 0:
                pieces.append(self._buffer)
                self._buffer = b""
                continue
            pieces.append(self._buffer[:end])
            self._buffer = self._buffer[end:]
            break
        return self._text(b"".join(pieces))

    def read_all(self) -> bytes:
        """Read descriptor 0 to the end."""
        self._output.flush()
        pieces = [self._carried.pop(0, b"")]
        while self._fill():
            pieces.append(self._buffer)
            self._buffer = b""
        return self._text(b"".join(pieces))
