"""Reading, as the runtime does it: a buffer for descriptor 0, and incomplete characters that wait for the next read.

`Input` is made over a host. Line reading and raw reads of descriptor 0 share the buffer (decision R3).
"""

from __future__ import annotations

from beskid.ir.oracle.host import Host
from beskid.ir.oracle.values import Panic

_BUFFER_SIZE = 65536
_READ_MOST = 1 << 30
_CARRY_DESCRIPTORS = 256
_DESCRIPTOR_MOST = (1 << 31) - 1


def valid_prefix(data: bytes) -> tuple[int, bool]:
    """How many bytes are UTF-8, and whether the rest is only the beginning of a character."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start, error.reason == "unexpected end of data"
    return len(data), False


def checked(data: bytes) -> bytes:
    """The bytes; a panic when they are no UTF-8."""
    if valid_prefix(data)[0] != len(data):
        raise Panic(b"invalid utf-8 string data")
    return data


class Input:
    """The reading side of one program."""

    __slots__ = ("_buffer", "_carried", "_host")

    def __init__(self, host: Host) -> None:
        self._host = host
        self._buffer = b""
        self._carried: dict[int, bytes] = {}

    def _take(self, descriptor: int, most: int) -> bytes:
        if descriptor != 0 or not self._buffer:
            return self._host.read(descriptor, most)
        data, self._buffer = self._buffer[:most], self._buffer[most:]
        return data

    def _put_back(self, descriptor: int, data: bytes) -> None:
        if data and descriptor < _CARRY_DESCRIPTORS:
            self._carried[descriptor] = data

    def read_text(self, descriptor: int, maximum: int) -> bytes:
        """One read as text; empty at the end or on an error."""
        if not 0 <= descriptor <= _DESCRIPTOR_MOST or maximum <= 0:
            return b""
        most = min(maximum, _READ_MOST)
        data = self._carried.pop(descriptor, b"")
        while True:
            more = self._take(descriptor, most)
            data += more
            if not data:
                return b""
            valid, incomplete = valid_prefix(data)
            if valid != len(data) and (not incomplete or not more):
                raise Panic(b"invalid utf-8 string data")
            if valid == 0:
                most = 1
                continue
            self._put_back(descriptor, data[valid:])
            return data[:valid]

    def read_bytes(self, descriptor: int, maximum: int) -> bytes:
        """One read as bytes; empty at the end or on an error."""
        if not 0 <= descriptor <= _DESCRIPTOR_MOST or maximum <= 0:
            return b""
        most = min(maximum, _READ_MOST)
        data = self._carried.pop(descriptor, b"")
        self._put_back(descriptor, data[most:])
        return data[:most] or self._take(descriptor, most)

    def _fill(self) -> bool:
        if not self._buffer:
            self._buffer = self._host.read(0, _BUFFER_SIZE)
        return bool(self._buffer)

    def read_line(self) -> bytes:
        """The next line of descriptor 0 with its line feed; empty at the end."""
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
        return checked(b"".join(pieces))

    def read_all(self) -> bytes:
        """All that is left of descriptor 0."""
        pieces = [self._carried.pop(0, b"")]
        while self._fill():
            pieces.append(self._buffer)
            self._buffer = b""
        return checked(b"".join(pieces))
