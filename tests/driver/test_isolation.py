"""Tests run in children: whatever one does, it alone fails, and nothing of it is left."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from beskid.analysis.testing import TestSettings as Settings
from beskid.driver.testing.cases import TestCase as Case
from beskid.driver.testing.results import Outcome
from beskid.driver.testing.results import TestResult as Result
from beskid.driver.testing.run import CAPTURE_LIMIT, RunLimits, run_tests

SETTINGS = Settings((), "", None)
Body = Callable[[], str | None]


def cases(count: int) -> list[Case]:
    return [Case(number, f"t{number}", "", "t.bd", number + 1, SETTINGS) for number in range(count)]


def run(bodies: list[Body], limits: RunLimits | None = None) -> list[Result]:
    chosen = limits if limits is not None else RunLimits(jobs=2, timeout=20)
    return list(run_tests(lambda: lambda number: bodies[number](), cases(len(bodies)), chosen))


def one(body: Body, limits: RunLimits | None = None) -> Result:
    before, result, after = run([lambda: None, body, lambda: None], limits)
    assert before.outcome is after.outcome is Outcome.PASSED
    return result


def fail_by(number: int) -> Body:
    def body() -> None:
        signal.signal(number, signal.SIG_DFL) if number != signal.SIGKILL else None
        os.kill(os.getpid(), number)
        time.sleep(20)

    return body


def test_a_test_that_returns_has_passed() -> None:
    assert one(lambda: None).outcome is Outcome.PASSED


def test_a_panic_is_the_reason() -> None:
    result = one(lambda: "first\nsecond")
    assert (result.outcome, result.reason) == (Outcome.FAILED, "panic: first\nsecond")


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGKILL", "SIGTERM", "SIGALRM"])
def test_a_signal_is_the_reason(name: str) -> None:
    result = one(fail_by(getattr(signal, name)))
    assert (result.outcome, result.reason) == (Outcome.FAILED, f"ended by {name}")


@pytest.mark.parametrize("status", [0, 1, 255])
def test_leaving_early_is_a_failure(status: int) -> None:
    result = one(lambda: os._exit(status))
    assert (result.outcome, result.reason) == (Outcome.FAILED, f"ended the process with status {status}")


def test_a_fatal_panic_is_read_from_its_form() -> None:
    def body() -> None:
        os.write(2, b"note\npanic: out of memory\n")
        os._exit(101)

    assert one(body).reason == "panic: out of memory"


def test_an_exception_of_ours_is_a_failure() -> None:
    def body() -> None:
        raise ValueError("odd")

    assert one(body).reason == "ValueError: odd"


def test_a_loop_is_ended() -> None:
    started = time.monotonic()

    def body() -> None:
        os.write(1, b"before")
        while True:
            pass

    result = one(body, RunLimits(jobs=3, timeout=0.5))
    assert (result.outcome, result.reason, result.stdout) == (Outcome.FAILED, "timed out after 0.5 s", "before")
    assert time.monotonic() - started < 10


def test_a_loop_that_hears_nothing_is_ended() -> None:
    def body() -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        os.setsid() if os.getpgrp() != os.getpid() else None
        while True:
            pass

    assert one(body, RunLimits(jobs=3, timeout=0.3)).reason == "timed out after 0.3 s"


def test_what_a_test_starts_ends_with_it(tmp_path: Path) -> None:
    """A process left behind neither holds the run up nor lives on."""
    file = tmp_path / "process"

    def body() -> None:
        if os.fork() == 0:
            file.write_text(str(os.getpid()))
            time.sleep(30)
            os._exit(0)
        while not (file.exists() and file.read_text()):
            time.sleep(0.01)

    started = time.monotonic()
    assert one(body).outcome is Outcome.PASSED
    assert time.monotonic() - started < 10
    assert is_gone(int(file.read_text()))


def test_an_interrupt_while_a_child_starts_ends_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []
    fork = os.fork

    def fork_and_interrupt() -> int:
        process = fork()
        if process:
            started.append(process)
            os.kill(os.getpid(), signal.SIGINT)
        return process

    def body() -> None:
        time.sleep(30)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    monkeypatch.setattr(os, "fork", fork_and_interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            run([body])
    finally:
        signal.signal(signal.SIGINT, before)
    assert is_gone(started[0])


def is_gone(process: int) -> bool:
    """Whether a process has ended; one that waits for its parent to notice has."""
    for _ in range(200):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state in "ZX":
            return True
        time.sleep(0.01)
    return False


def test_output_is_kept_apart_and_cut() -> None:
    def body() -> str:
        os.write(1, b"out\xff")
        os.write(2, b"err")
        for _ in range(64):
            os.write(1, b"x" * (CAPTURE_LIMIT // 32))
        return "wrong"

    result = one(body)
    assert result.reason == "panic: wrong"
    assert result.stdout.startswith("out\ufffdxxx")
    assert result.stdout.endswith(f"… more than {CAPTURE_LIMIT} bytes\n")
    assert len(result.stdout) < CAPTURE_LIMIT + 100
    assert result.stderr == "err"


def test_a_test_reads_nothing() -> None:
    assert one(lambda: None if os.read(0, 1) == b"" else "input").outcome is Outcome.PASSED


def test_results_come_in_order() -> None:
    def body(seconds: float) -> Body:
        return lambda: time.sleep(seconds)

    results = run([body(0.3), body(0.0), body(0.1)], RunLimits(jobs=3, timeout=20))
    assert [result.case.name for result in results] == ["t0", "t1", "t2"]
    assert results[0].seconds > results[1].seconds


def test_as_many_at_once_as_allowed(tmp_path: Path) -> None:
    def body() -> str | None:
        mark = tmp_path / str(os.getpid())
        mark.touch()
        time.sleep(0.05)
        together = len(list(tmp_path.iterdir()))
        mark.unlink()
        return None if together <= 2 else f"{together} at once"

    assert [r.reason for r in run([body] * 6, RunLimits(jobs=2, timeout=20))] == [""] * 6


def test_nothing_starts_after_the_first_failure(tmp_path: Path) -> None:
    bodies: list[Body] = [lambda: None, lambda: "broken", (tmp_path / "ran").touch, (tmp_path / "ran").touch]
    results = run(bodies, RunLimits(jobs=1, timeout=20, fail_fast=True))
    assert [r.outcome.value for r in results] == ["passed", "failed", "skipped", "skipped"]
    assert not (tmp_path / "ran").exists()


def test_leaving_the_run_ends_the_children(tmp_path: Path) -> None:
    file = tmp_path / "process"

    def body() -> None:
        file.write_text(str(os.getpid()))
        time.sleep(30)

    bodies: list[Body] = [lambda: None, body]
    running = run_tests(lambda: lambda number: bodies[number](), cases(2), RunLimits(jobs=2, timeout=30))
    assert next(running).outcome is Outcome.PASSED
    while not (file.exists() and file.read_text()):
        time.sleep(0.01)
    running.close()
    assert is_gone(int(file.read_text()))


def test_no_tests_load_nothing() -> None:
    def load() -> Callable[[int], str | None]:
        raise AssertionError("nothing to load")

    assert list(run_tests(load, [], RunLimits())) == []
