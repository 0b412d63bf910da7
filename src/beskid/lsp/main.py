"""Starting the server on two streams."""

from __future__ import annotations

from typing import Any, BinaryIO, TextIO, cast

from beskid.lsp.recording import RecordedInput, RecordedOutput, Recorder, ReplayedInput, ReplayedOutput
from beskid.lsp.server import make_server


def serve(input: BinaryIO, output: BinaryIO, log: TextIO | None) -> int:
    """Serve one client until it exits. Returns 0 if it said `shutdown` before, and 1 otherwise."""
    server = make_server()
    if log is not None:
        recorder = Recorder(log)
        input = cast(BinaryIO, RecordedInput(input, recorder))
        output = cast(BinaryIO, RecordedOutput(output, recorder))
    try:
        server.start_io(input, output)
    finally:
        # A client may end without `shutdown`.
        server.stop()
    return 0 if server.was_shut_down else 1


def replay(messages: list[dict[str, Any]], stream: BinaryIO) -> int:
    """Serve a recorded client, and write what the server sends to a stream, a message each line."""
    server = make_server()
    input = ReplayedInput(messages)
    output = ReplayedOutput(stream, input)
    server.start_io(cast(BinaryIO, input), cast(BinaryIO, output))
    return 0
