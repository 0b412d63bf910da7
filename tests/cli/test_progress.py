"""The progress line: on a terminal only, after a second, with the stage, and erased at the end."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.terminals import Terminal, open_terminal

from beskid.cli import progress
from beskid.cli.progress import ERASE_LINE, Progress
from beskid.codegen.workers import compile_in_parallel
from beskid.driver import timing
from beskid.driver.timing import StageTimes


@contextmanager
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """Make standard error a terminal of 30 columns."""
    monkeypatch.delenv("BESKID_NO_PROGRESS", raising=False)
    with open_terminal(30) as shown, open(shown.theirs, "w", encoding="utf-8", closefd=False) as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        yield shown


def test_the_line_follows_the_stages_and_is_erased(monkeypatch: pytest.MonkeyPatch) -> None:
    stages = iter(["check", "check", "compile units, 3 of 12 and more"])
    waited: list[float] = []

    def wait(seconds: float) -> bool:
        waited.append(seconds)
        return len(waited) == 4

    with terminal(monkeypatch) as shown:
        line = Progress("building demo", lambda: next(stages))
        line.run(wait)
        line.end()
        line.end()
        # A line that wraps could not be erased.
        lines = ["building demo: check …", "building demo: compile units,", ""]
        assert shown.wait_for(f",{ERASE_LINE}") + f",{ERASE_LINE}" == ERASE_LINE.join(lines)
        assert waited == [1.0, 0.2, 0.2, 0.2]


def test_a_line_is_announced_in_place_of_the_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "DELAY_SECONDS", 0.0)
    with terminal(monkeypatch) as shown:
        with Progress("building demo") as line:
            assert shown.wait_for("…") == "building demo "
            line.announce("compiling the runtime")
        assert shown.wait_for("\n") == f"{ERASE_LINE}compiling the runtime"


@pytest.mark.parametrize("is_wanted", [True, False])
def test_a_short_command_and_one_without_progress_show_nothing(
    is_wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with terminal(monkeypatch) as shown:
        if is_wanted:
            monkeypatch.setattr(progress, "DELAY_SECONDS", 3600.0)
        else:
            monkeypatch.setenv("BESKID_NO_PROGRESS", "1")
        with Progress("building demo") as line:
            assert (line._stop is not None) == is_wanted
        assert select.select([shown.ours], [], [], 0) == ([], [], [])


def test_a_file_gets_no_progress(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with (tmp_path / "log").open("w", encoding="utf-8") as log:
        monkeypatch.setattr(sys, "stderr", log)
        with Progress("building demo") as line:
            assert line._stop is None


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


def test_the_time_of_an_inner_stage_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([1.0, 2.0, 5.0, 7.0])
    monkeypatch.setattr(timing, "time", SimpleNamespace(perf_counter=lambda: next(clock)))
    times = StageTimes()
    with times.measure("outer"):
        assert times.current == "outer"
        with times.measure("inner"):
            assert times.current == "inner"
        assert times.current == "outer"
    assert times.current == ""
    assert times.seconds == {"outer": 3.0, "inner": 3.0}
