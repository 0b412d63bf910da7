"""Python's collector: off in commands that end soon, on in those that stay and in processes that call one."""

from __future__ import annotations

import gc
import signal
import subprocess
import sys
from pathlib import Path

from tests import limits

from beskid.cli.main import main

TELLING = """import atexit, gc, os
atexit.register(lambda: os.write(2, b"collector %d\\n" % gc.isenabled()))
from beskid.__main__ import main
main()"""


def collector_after(folder: Path, *arguments: str, given: str = "") -> str:
    command = [sys.executable, "-c", TELLING, *arguments]
    return limits.run(command, cwd=folder, input=given, text=True, capture_output=True).stderr


def test_a_command_that_ends_soon_does_not_collect(tmp_path: Path) -> None:
    (tmp_path / "main.bd").write_text("unit main() { }\n")
    assert collector_after(tmp_path, "check", "main.bd").endswith("collector 0\n")


def test_a_session_collects(tmp_path: Path) -> None:
    assert collector_after(tmp_path, "repl", given="1 + 1\n").endswith("collector 1\n")


def test_a_server_collects(tmp_path: Path) -> None:
    command = [sys.executable, "-c", TELLING, "serve", "--no-sandbox", "--port", "0"]
    pipe = subprocess.PIPE
    with limits.start(command, cwd=tmp_path, text=True, stdout=pipe, stderr=pipe) as server:
        assert server.stdout is not None and server.stderr is not None
        assert "http" in server.stdout.readline()
        server.send_signal(signal.SIGINT)
        assert server.stderr.read().endswith("collector 1\n")


def test_a_caller_keeps_its_collector(tmp_path: Path) -> None:
    (tmp_path / "main.bd").write_text("unit main() { }\n")
    assert main(["check", str(tmp_path / "main.bd")]) == 0
    assert gc.isenabled()
