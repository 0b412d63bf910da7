"""Recording a session and repeating it.

A recording has one JSON object a line: who sent a message, when, and the message. To repeat one, the messages of the
client are sent again, each request after the answer to the one before.
"""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Iterable
from typing import Any, BinaryIO, TextIO

FIRST_BYTES = b'{"seconds": '
"""How a recording begins."""

ANSWER_SECONDS = 60.0
"""How long a repeated session waits for an answer before it continues."""


class Recorder:
    """Writes messages to a file, from two threads."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._start = time.monotonic()

    def add(self, sender: str, body: bytes) -> None:
        try:
            message = json.loads(body)
        except ValueError:
            return
        line = {"seconds": round(time.monotonic() - self._start, 3), "from": sender, "message": message}
        with self._lock:
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()


class RecordedInput(io.RawIOBase):
    """The client's stream: headers are read by lines and bodies as a whole."""

    def __init__(self, stream: BinaryIO, recorder: Recorder) -> None:
        self._stream = stream
        self._recorder = recorder

    def readline(self, size: int | None = -1, /) -> bytes:
        return self._stream.readline(-1 if size is None else size)

    def read(self, size: int = -1, /) -> bytes:
        body = self._stream.read(size)
        self._recorder.add("client", body)
        return body


class RecordedOutput(io.RawIOBase):
    """The stream to the client, which gets a whole message with each write."""

    def __init__(self, stream: BinaryIO, recorder: Recorder) -> None:
        self._stream = stream
        self._recorder = recorder

    def write(self, data: Any, /) -> int:
        self._recorder.add("server", bytes(data).partition(b"\r\n\r\n")[2])
        return self._stream.write(data)

    def flush(self) -> None:
        self._stream.flush()

    def close(self) -> None:
        self._stream.close()


def client_messages(lines: Iterable[str]) -> list[dict[str, Any]]:
    """Return what the client sent in a recording. Raises `ValueError` for a text that is not one."""
    found: list[dict[str, Any]] = []
    for line in lines:
        record = json.loads(line)
        if not isinstance(record, dict) or "from" not in record or not isinstance(record.get("message"), dict):
            raise ValueError("not a recorded message")
        if record["from"] == "client":
            found.append(record["message"])
    return found


class ReplayedInput(io.RawIOBase):
    """The messages of a recorded client. Each waits for the answer to the request before it."""

    def __init__(self, messages: list[dict[str, Any]]) -> None:
        self._messages = iter(messages)
        self._pending = io.BytesIO()
        self._answered = threading.Event()
        self._awaited: object = None

    def answered(self, id: object) -> None:
        if id == self._awaited:
            self._answered.set()

    def readline(self, size: int | None = -1, /) -> bytes:
        line = self._pending.readline()
        if line:
            return line
        if self._awaited is not None:
            self._answered.wait(ANSWER_SECONDS)
            self._awaited = None
        # Answers to the server's own requests are not repeated: it asks again, with other numbers.
        message = next((each for each in self._messages if "method" in each), None)
        if message is None:
            return b""
        if "id" in message:
            self._answered.clear()
            self._awaited = message["id"]
        body = json.dumps(message).encode("utf-8")
        self._pending = io.BytesIO(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        return self._pending.readline()

    def read(self, size: int = -1, /) -> bytes:
        return self._pending.read(size)


class ReplayedOutput(io.RawIOBase):
    """Prints each message of the server as a line of JSON."""

    def __init__(self, stream: BinaryIO, input: ReplayedInput) -> None:
        self._stream = stream
        self._input = input

    def write(self, data: Any, /) -> int:
        message = json.loads(bytes(data).partition(b"\r\n\r\n")[2])
        self._stream.write(json.dumps(message, ensure_ascii=False).encode("utf-8") + b"\n")
        self._stream.flush()
        if "method" not in message:
            self._input.answered(message.get("id"))
        return len(data)

    def close(self) -> None:
        self._stream.flush()
