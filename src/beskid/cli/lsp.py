"""`beskid lsp`: the language server for editors, on standard input and output."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import sys
from importlib.util import find_spec

from beskid.cli.command import path_argument
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_USAGE, DriverError
from beskid.files.outputs import open_log
from beskid.files.problems import FileError, shown_name
from beskid.files.reading import read_file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--stdio", action="store_true", help="use standard input and output (the default, and only, way)"
    )
    record = parser.add_mutually_exclusive_group()
    record.add_argument("--log", metavar="FILE", type=path_argument, help="record the messages of the session in FILE")
    record.add_argument(
        "--replay", metavar="FILE", type=path_argument,
        help="repeat a recorded session and print the server's messages, a line each",
    )  # fmt: skip


def require_packages() -> None:
    """Raise `DriverError` where the packages of the extra `lsp` are missing."""
    if find_spec("pygls") is None or find_spec("lsprotocol") is None:
        raise DriverError("the language server needs the packages pygls and lsprotocol", "pip install 'beskid[lsp]'")


def execute(options: argparse.Namespace) -> int:
    require_packages()
    from beskid.lsp.main import replay, serve
    from beskid.lsp.recording import FIRST_BYTES

    logging.basicConfig(level=logging.CRITICAL)
    if options.replay:
        return replay(_recorded(options.replay), sys.stdout.buffer)
    # Nothing but the protocol may be written to standard output.
    descriptor = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with contextlib.ExitStack() as files, os.fdopen(descriptor, "wb") as output:
        log = None
        if options.log:
            try:
                log = files.enter_context(open_log(options.log, FIRST_BYTES))
            except FileError as error:
                message = f"cannot write {shown_name(error.path)}: {error.reason}"
                raise DriverError(message, "name a file that does not exist, or a recording") from error
        try:
            return serve(sys.stdin.buffer, output, log)
        except BrokenPipeError:
            return STATUS_DIAGNOSTICS


def _recorded(path: str) -> list[dict[str, object]]:
    from beskid.lsp.recording import client_messages

    try:
        return client_messages(read_file(path).data.decode("utf-8").splitlines())
    except FileError as error:
        raise DriverError(f"cannot read {shown_name(error.path)}: {error.reason}", error.help) from error
    except ValueError as error:
        message = f"{shown_name(path)} is not a recording of `beskid lsp --log`"
        raise DriverError(message, status=STATUS_USAGE) from error
