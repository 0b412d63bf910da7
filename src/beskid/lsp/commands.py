"""Commands that code lenses name, for editors that leave them to the server: run a program, run a test.

They start `beskid` as a user would, on the saved files, and send its output as messages.
"""

from __future__ import annotations

import asyncio
import os.path
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from contextlib import suppress
from typing import TYPE_CHECKING

from lsprotocol import types

from beskid.ide.lenses import RUN, TEST
from beskid.lsp.positions import path_of

if TYPE_CHECKING:
    from beskid.lsp.server import BeskidServer


KEPT_BYTES = 1 << 16
"""How much of the end of an output is shown."""


def end(process: asyncio.subprocess.Process) -> None:
    """End a process unless it has ended."""
    with suppress(ProcessLookupError):
        process.kill()


async def _end_of(stream: asyncio.StreamReader | None) -> bytes:
    """Read a stream to its end; return the last part of it."""
    kept = b""
    while stream is not None and (part := await stream.read(KEPT_BYTES)):
        kept = (kept + part)[-KEPT_BYTES:]
    return kept


def add_commands(server: BeskidServer) -> None:
    """Register the commands."""

    async def execute(words: list[str], uri: str) -> int:
        folder, name = os.path.split(path_of(uri))
        command = [sys.executable, "-m", "beskid", *words, name]
        process = await asyncio.create_subprocess_exec(*command, cwd=folder, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT)
        server.processes.add(process)
        try:
            output = await _end_of(process.stdout)
            status = await process.wait()
        finally:
            # The request may have been cancelled.
            end(process)
            server.processes.discard(process)
        text = output.decode("utf-8", "replace").rstrip()
        kind = types.MessageType.Info if status == 0 else types.MessageType.Error
        summary = text.splitlines()[-1] if text else "no output"
        server.window_log_message(types.LogMessageParams(kind, f"beskid {' '.join([*words, name])}\n{text}"))
        server.window_show_message(types.ShowMessageParams(kind, f"{summary} (status {status})"))
        return status

    @server.command(RUN)
    async def run(uri: str) -> int:
        return await execute(["run"], uri)

    @server.command(TEST)
    async def test(uri: str, name: str) -> int:
        return await execute(["test", "--exact", "--filter", name], uri)
