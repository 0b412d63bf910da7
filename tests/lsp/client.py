"""A client of the language server over pipes, written for these tests: no library on this side of the wire."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.limits import DEFAULT_SECONDS, start

Json = dict[str, Any]


class Client:
    """Sends messages and waits for answers. What the server sends meanwhile is kept in `notes`."""

    def __init__(self, process: int, input: Any, output: Any) -> None:
        self.process = process
        self._input = input
        self._output = output
        self._id = 0
        self._version = 0
        self.notes: list[Json] = []

    def send(self, message: Json) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode("utf-8")
        self._input.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._input.flush()

    def receive(self) -> Json:
        length = 0
        while (line := self._output.readline().strip()) != b"":
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        assert length, "the server closed its output"
        message: Json = json.loads(self._output.read(length))
        return message

    def notify(self, method: str, params: Any) -> None:
        self.send({"method": method, "params": params})

    def ask(self, method: str, params: Any) -> Any:
        """Send a request; return the result, or the error as an `AssertionError`."""
        answer = self.answer(method, params)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def answer(self, method: str, params: Any) -> Json:
        return self.wait(self.request(method, params))

    def request(self, method: str, params: Any) -> int:
        """Send a request; return its number."""
        self._id += 1
        self.send({"id": self._id, "method": method, "params": params})
        return self._id

    def wait(self, number: int) -> Json:
        """Return the answer to a request."""
        while True:
            message = self.receive()
            if message.get("id") == number and "method" not in message:
                return message
            self.notes.append(message)

    def initialize(self, **capabilities: Any) -> Json:
        result: Json = self.ask("initialize", {"processId": None, "rootUri": None, "capabilities": capabilities})
        self.notify("initialized", {})
        return result

    def open(self, path: Path, text: str | None = None) -> str:
        uri = path.as_uri()
        self._version += 1
        content = path.read_text(encoding="utf-8") if text is None else text
        document = {"uri": uri, "languageId": "beskid", "version": self._version, "text": content}
        self.notify("textDocument/didOpen", {"textDocument": document})
        return uri

    def change(self, uri: str, text: str, range: Json | None = None) -> None:
        self._version += 1
        change: Json = {"text": text} if range is None else {"text": text, "range": range}
        document = {"uri": uri, "version": self._version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})

    def diagnostics(self, uri: str) -> list[Json]:
        """Return the diagnostics that the editor shows when everything is checked."""
        self.ask("beskid/settled", None)
        for note in reversed(self.notes):
            if note.get("method") == "textDocument/publishDiagnostics" and note["params"]["uri"] == uri:
                assert note["params"]["version"] == self._version
                found: list[Json] = note["params"]["diagnostics"]
                return found
        raise AssertionError(f"no diagnostics were sent for {uri}")

    def shut_down(self) -> None:
        self.ask("shutdown", None)
        self.notify("exit", None)


def position(uri: str, line: int, character: int) -> Json:
    return {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}


def at(uri: str, text: str, mark: str, shift: int = 0) -> Json:
    """Return the position of a text's first part that equals `mark`."""
    offset = text.index(mark) + shift
    line = text.count("\n", 0, offset)
    start = text.rfind("\n", 0, offset) + 1
    return position(uri, line, len(text[start:offset].encode("utf-16-le")) // 2)


@contextmanager
def serving(*arguments: str, seconds: float = DEFAULT_SECONDS) -> Iterator[Client]:
    """Start a server, which may run for so many seconds; at the end it must exit with status 0."""
    import subprocess

    command = [sys.executable, "-m", "beskid", "lsp", *arguments]
    with start(command, seconds, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        client = Client(process.pid, process.stdin, process.stdout)
        yield client
        client.shut_down()
        assert process.wait() == 0
