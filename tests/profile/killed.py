"""A program that is killed while it is profiled."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from tests import limits


def report_of_killed(folder: Path, text: str, *options: str) -> str:
    """Profile `endless.bd`, kill it when it says that it has begun, and return what the profile shows."""
    (folder / "endless.bd").write_text(text)
    command = [sys.executable, "-m", "beskid", "profile", *options, "endless.bd", "-q"]
    with limits.start(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGTERM)
        shown: str = process.stderr.read()
        assert process.wait() == 128 + signal.SIGTERM
    return shown
