"""The progress line: on a terminal only, after a second, with the stage, and erased at the end."""

from __future__ import annotations

import fcntl
import os
import struct
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from beskid.cli import progress
from beskid.cli.progress import ERASE_LINE, Progress
from beskid.codegen.workers import compile_in_parallel
from beskid.driver.timing import StageTimes

WAIT_SECONDS = 10.0


@contextmanager
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Make standard error a terminal of 30 columns, and return what reads from it."""
    reading, writing = os.openpty()
    fcntl.ioctl(writing, termios.TIOCSWINSZ, struct.pack("HHHH", 20, 30, 0, 0))
    os.set_blocking(reading, False)
    monkeypatch.setattr(progress, "DELAY_SECONDS", 0.0)
    monkeypatch.setattr(progress, "INTERVAL_SECONDS", 0.001)
    monkeypatch.delenv("BESKID_NO_PROGRESS", raising=False)
    with os.fdopen(writing, "w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        yield reading
    os.close(reading)


def read_until(terminal: int, text: str) -> str:
    shown = ""
    end = time.monotonic() + WAIT_SECONDS
    while text not in shown and time.monotonic() < end:
        try:
            shown += os.read(terminal, 4096).decode()
        except BlockingIOError:
            time.sleep(0.001)
    assert text in shown
    return shown


def test_the_line_follows_the_stages_and_is_erased(monkeypatch: pytest.MonkeyPatch) -> None:
    stages = ["check"]
    with terminal(monkeypatch) as shown:
        with Progress("building demo", lambda: stages[0]):
            assert read_until(shown, "…") == "building demo: check …"
            stages[0] = "compile units, 3 of 12 and more"
            # A line that wraps could not be erased.
            assert read_until(shown, "com") == f"{ERASE_LINE}building demo: compile units,"
        assert read_until(shown, ERASE_LINE) == ERASE_LINE


@pytest.mark.parametrize("is_wanted", [True, False])
def test_a_short_command_and_one_without_progress_show_nothing(
    is_wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with terminal(monkeypatch) as shown:
        if is_wanted:
            monkeypatch.setattr(progress, "DELAY_SECONDS", 60.0)
        else:
            monkeypatch.setenv("BESKID_NO_PROGRESS", "1")
        with Progress("building demo"):
            time.sleep(0.02)
        with pytest.raises(BlockingIOError):
            os.read(shown, 1)


def test_a_file_gets_no_progress(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(progress, "DELAY_SECONDS", 0.0)
    path = tmp_path / "log"
    with path.open("w", encoding="utf-8") as log:
        monkeypatch.setattr(sys, "stderr", log)
        with Progress("building demo"):
            time.sleep(0.02)
    assert path.read_bytes() == b""


@pytest.mark.parametrize("jobs", [1, 3])
def test_every_module_is_counted_once(jobs: int) -> None:
    here = os.getpid()

    def compile_text(text: str) -> bytes:
        if os.getpid() != here and text == "bad":
            os._exit(9)
        return text.encode()

    counted: list[int] = []
    compile_in_parallel(["a", "bad", "c", "d", "e"], compile_text, jobs, counted.append)
    assert sum(counted) == 5


def test_the_time_of_an_inner_stage_is_its_own() -> None:
    times = StageTimes()
    with times.measure("outer"):
        assert times.current == "outer"
        with times.measure("inner"):
            assert times.current == "inner"
            time.sleep(0.05)
        assert times.current == "outer"
    assert times.current == ""
    assert list(times.seconds) == ["outer", "inner"]
    assert times.seconds["outer"] < 0.05 <= times.seconds["inner"]
