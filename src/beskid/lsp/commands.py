"""Commands that code lenses name, for editors that leave them to the server: run a program, run a test.

They start `beskid` as a user would, on the saved files, and send its output as messages.
"""

from __future__ import annotations

import asyncio
import os.path
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from typing import TYPE_CHECKING

from lsprotocol import types

from beskid.ide.lenses import RUN, TEST
from beskid.lsp.positions import path_of

if TYPE_CHECKING:
    from beskid.lsp.server import BeskidServer


def add_commands(server: BeskidServer) -> None:
    """Register the commands."""

    async def execute(words: list[str], uri: str) -> int:
        folder, name = os.path.split(path_of(uri))
        command = [sys.executable, "-m", "beskid", *words, name]
        process = await asyncio.create_subprocess_exec(*command, cwd=folder, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT)
        server.processes.add(process)
        try:
            output, _ = await process.communicate()
        finally:
            server.processes.discard(process)
        status = process.returncode or 0
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
