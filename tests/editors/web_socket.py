"""A web socket for one client, whose messages go to the language server and back: enough for the test of Monaco."""

from __future__ import annotations

import base64
import hashlib
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from tests.limits import start

_KEY = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_TEXT, _CLOSE = 1, 8


def _shake_hands(stream: BinaryIO) -> None:
    key = b""
    while (line := stream.readline().strip()) != b"":
        name, _, value = line.partition(b": ")
        if name.lower() == b"sec-websocket-key":
            key = value
    accepted = base64.b64encode(hashlib.sha1(key + _KEY).digest())
    stream.write(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accepted + b"\r\n\r\n"
    )
    stream.flush()


def _receive(stream: BinaryIO) -> bytes | None:
    """Return the next message, or None at the end. A browser masks what it sends."""
    head = stream.read(2)
    if len(head) < 2 or head[0] & 15 == _CLOSE:
        return None
    length = head[1] & 127
    if length == 126:
        (length,) = struct.unpack(">H", stream.read(2))
    elif length == 127:
        (length,) = struct.unpack(">Q", stream.read(8))
    mask = stream.read(4)
    return bytes(byte ^ mask[index % 4] for index, byte in enumerate(stream.read(length)))


def _send(stream: BinaryIO, body: bytes) -> None:
    length = len(body)
    if length < 126:
        size = struct.pack(">B", length)
    else:
        # A longer form than needed is an error.
        size = struct.pack(">BH", 126, length) if length < 1 << 16 else struct.pack(">BQ", 127, length)
    stream.write(bytes([0x80 | _TEXT]) + size + body)
    stream.flush()


def _bridge(listener: socket.socket) -> None:
    client, _ = listener.accept()
    with client, client.makefile("rwb") as file:
        stream = cast(BinaryIO, file)
        _shake_hands(stream)
        command = [sys.executable, "-m", "beskid", "lsp"]
        with start(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
            assert server.stdin is not None
            answers = threading.Thread(target=_forward, args=(server.stdout, stream), daemon=True)
            answers.start()
            while (body := _receive(stream)) is not None:
                server.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
                server.stdin.flush()
            server.stdin.close()
            server.wait()


def _forward(output: BinaryIO, stream: BinaryIO) -> None:
    while True:
        length = 0
        while (line := output.readline().strip()) != b"":
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not length:
            return
        try:
            _send(stream, output.read(length))
        except OSError:
            return


@contextmanager
def language_server() -> Iterator[int]:
    """Yield the port at which a client finds a language server."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_bridge, args=(listener,), daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(20)
        assert not thread.is_alive(), "the language server did not end with its client"
