"""What a running process uses, even when its first thread has ended."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests import limits

from beskid.serve.usage import size_without_names

OPEN_IN_A_THREAD = """
import ctypes, platform, sys, threading, time
file = open(sys.argv[1], "wb")
file.truncate(1 << 20)
threading.Thread(target=time.sleep, args=(60,)).start()
print("ready", flush=True)
ctypes.CDLL(None).syscall(60 if platform.machine() == "x86_64" else 93, 0)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="a thread of Linux ends alone")
def test_open_files_count_when_the_first_thread_has_ended(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OPEN_IN_A_THREAD, str(tmp_path / "file")]
    with limits.start(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline() == b"ready\n"
        (tmp_path / "file").unlink()
        while b") Z" not in Path(f"/proc/{process.pid}/stat").read_bytes():
            time.sleep(0.01)
        assert size_without_names(process.pid) >= 1 << 20
        process.kill()
