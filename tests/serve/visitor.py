"""Starts `beskid serve`, and asks it as its page does."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests import limits

from beskid.serve.sandbox import problem

SECONDS = 120
PROBLEM = problem()
"""Why this machine cannot confine programs; there the limits are tested without that."""


@dataclass
class Run:
    """What a program printed, and how it ended."""

    output: bytes = b""
    errors: bytes = b""
    status: int | None = None
    message: str = ""


@dataclass
class Visitor:
    """One who knows the address."""

    process: int
    port: int
    path: str
    temporary: Path

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Return the status and the body of an answer."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def post(self, name: str, value: object) -> tuple[int, bytes]:
        kind = {"Content-Type": "application/json"}
        return self.request("POST", self.path + name, json.dumps(value).encode(), kind)

    def ask(self, operation: str, *arguments: object) -> Any:
        status, body = self.post("ask", {"operation": operation, "arguments": arguments})
        assert status == 200, body
        return json.loads(body)

    def run(self, text: str, stdin: str = "", *arguments: str, **files: str) -> Run:
        status, body = self.post("run", {"text": text, "stdin": stdin, "arguments": arguments, "files": files})
        assert status == 200, body
        found = Run()
        for line in body.splitlines():
            event = json.loads(line)
            data = base64.b64decode(event.get("bytes", ""))
            if event.get("descriptor") == 1:
                found.output += data
            elif event.get("descriptor") == 2:
                found.errors += data
            else:
                found.status, found.message = event["status"], event["message"]
        return found

    def start(self, text: str) -> socket.socket:
        """Begin to run a program; return the connection, on which its output arrives."""
        body = json.dumps({"text": text, "stdin": "", "arguments": [], "files": {}}).encode()
        head = (
            f"POST {self.path}run HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=SECONDS)
        connection.sendall(head.encode() + body)
        return connection

    def programs(self) -> set[int]:
        """Return the processes that the server has started."""
        return {each for each in limits.descendants(self.process) if each != self.process}

    def folders(self) -> list[str]:
        return [path.name for path in self.temporary.iterdir()]


@contextlib.contextmanager
def visit(
    folder: Path,
    *words: str,
    command: tuple[str, ...] = (sys.executable, "-m", "beskid"),
    timeout: float = limits.DEFAULT_SECONDS,
    end: int = signal.SIGTERM,
) -> Iterator[Visitor]:
    """Serve as long as the context is open, with temporary files in a folder, until a signal."""
    temporary = folder / "temporary"
    temporary.mkdir()
    settings = {**os.environ, "TMPDIR": str(temporary), "SECRET": "a password"}
    confining = ["--no-sandbox"] if PROBLEM else []
    serve = [*command, "serve", "--no-open", *confining, *words]
    with limits.start(
        serve, timeout, env=settings, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        address = urlsplit(process.stdout.readline().strip())
        assert (address.scheme, address.hostname) == ("http", "127.0.0.1")
        assert address.port is not None
        yield Visitor(process.pid, address.port, address.path, temporary)
        process.send_signal(end)
        assert process.wait() == 0
    assert not list(temporary.iterdir())
