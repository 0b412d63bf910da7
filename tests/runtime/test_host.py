"""What a host and its user keep: signal handlers, output at an interrupt, memory, descriptors."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest
from tests import limits
from tests.runtime.build import build_program, run

BUFFER = 65536


@pytest.fixture(scope="module")
def host_program(plain_folder: Path) -> Path:
    return build_program("test_host", plain_folder)


@pytest.mark.parametrize("scene", ["faults", "pipes", "descriptors"])
def test_the_host_keeps_what_it_had(host_program: Path, scene: str) -> None:
    result = run(host_program, scene)
    assert (result.stdout, result.stderr, result.returncode) == ("ok\n", "", 0)


def test_a_panic_frees_the_memory_of_the_function_it_leaves(host_program: Path) -> None:
    result = run(host_program, "memory", BESKID_GC_LIMIT="24m")
    assert (result.stdout, result.stderr, result.returncode) == ("ok\n", "", 0)


def test_a_fault_signal_that_was_sent_ends_the_process(host_program: Path) -> None:
    result = run(host_program, "sent")
    assert (result.stdout, result.returncode) == ("", -signal.SIGSEGV)


def wait_until_blocked(process: subprocess.Popen[bytes]) -> None:
    """Wait until the pipe is full: the process sleeps in a write."""
    deadline = time.monotonic() + 30
    quiet = 0
    while quiet < 5 and time.monotonic() < deadline:
        state = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
        quiet = quiet + 1 if state == "S" else 0
        time.sleep(0.02)


def interrupt(process: subprocess.Popen[bytes]) -> None:
    """Send an interrupt, and wait until the process has taken it."""
    os.kill(process.pid, signal.SIGINT)
    fields = re.compile(r"^(?:SigPnd|ShdPnd):\s+(\w+)$", re.MULTILINE)
    while any(int(mask, 16) for mask in fields.findall(Path(f"/proc/{process.pid}/status").read_text("ascii"))):
        time.sleep(0.01)


def test_an_interrupt_during_a_write_loses_no_output(plain_panics: Path) -> None:
    with limits.start([plain_panics, "lines"], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        wait_until_blocked(process)
        interrupt(process)
        output = process.stdout.read()
    lines = [int(line) for line in output.split()]
    assert process.returncode == 130
    assert len(output) % BUFFER == 0 and len(output) >= 2 * BUFFER
    assert lines == list(range(len(lines)))


def test_a_second_interrupt_ends_a_program_whose_output_is_not_read(plain_panics: Path) -> None:
    with limits.start([plain_panics, "lines"], stdout=subprocess.PIPE) as process:
        wait_until_blocked(process)
        interrupt(process)
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(timeout=120) == 130
