"""Tests run in children: whatever one does, it alone fails, and nothing of it is left."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests import limits

from beskid.analysis.testing import TestSettings as Settings
from beskid.driver.testing.cases import TestCase as Case
from beskid.driver.testing.results import Outcome
from beskid.driver.testing.results import TestResult as Result
from beskid.driver.testing.run import CAPTURE_LIMIT, RunLimits, run_tests

SETTINGS = Settings((), "", None)
Body = Callable[[], str | None]


def cases(count: int) -> list[Case]:
    return [Case(number, f"t{number}", "", "t.bd", number + 1, SETTINGS) for number in range(count)]


def run(bodies: list[Body], wanted: RunLimits | None = None) -> list[Result]:
    chosen = wanted if wanted is not None else RunLimits(jobs=2, timeout=20)
    return list(run_tests(lambda: lambda number: bodies[number](), cases(len(bodies)), chosen))


def one(body: Body, wanted: RunLimits | None = None) -> Result:
    before, result, after = run([lambda: None, body, lambda: None], wanted)
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


def test_an_exception_of_the_runner_is_a_failure() -> None:
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


def leave_session(file: Path) -> None:
    """Start a daemon as `setsid` and shells do: its parent ends, and it is in a session of its own."""
    command = f"setsid sh -c 'echo $$ > {file}.new && mv {file}.new {file} && sleep 300' < /dev/null > /dev/null 2>&1 &"
    assert os.system(command) == 0
    while not file.exists():
        time.sleep(0.01)


@pytest.mark.parametrize("end", ["return", "leave", "crash", "hang"])
@pytest.mark.parametrize("jobs", [1, 3])
def test_a_process_in_a_session_of_its_own_ends_with_the_test(tmp_path: Path, end: str, jobs: int) -> None:
    file = tmp_path / "process"
    ends: dict[str, Callable[[], object]] = {
        "return": lambda: None,
        "leave": lambda: os._exit(0),
        "crash": lambda: os.kill(os.getpid(), signal.SIGKILL),
        "hang": lambda: time.sleep(60),
    }

    def body() -> None:
        leave_session(file)
        ends[end]()

    result = one(body, RunLimits(jobs=jobs, timeout=5))
    assert result.outcome is (Outcome.PASSED if end == "return" else Outcome.FAILED)
    assert is_gone(int(file.read_text()))


def test_a_process_of_another_running_test_lives_on(tmp_path: Path) -> None:
    file, crashed = tmp_path / "process", tmp_path / "crashed"

    def keep() -> str | None:
        leave_session(file)
        crashed.touch()
        time.sleep(1)
        return "ended" if is_gone(int(file.read_text())) else None

    def crash() -> None:
        while not crashed.exists():
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGKILL)

    kept, failed = run([keep, crash], RunLimits(jobs=2, timeout=20))
    assert (kept.outcome, failed.outcome) == (Outcome.PASSED, Outcome.FAILED)
    assert is_gone(int(file.read_text()))


def test_a_process_of_the_caller_lives_on() -> None:
    with limits.start(["sleep", "60"]) as process:
        assert one(lambda: os._exit(0)).outcome is Outcome.FAILED
        assert process.poll() is None
        process.kill()


def pipes() -> set[int]:
    """The inodes of the pipes that this process has, besides the standard streams."""
    found = set()
    for descriptor in range(3, 256):
        with contextlib.suppress(OSError):
            status = os.fstat(descriptor)
            if stat.S_ISFIFO(status.st_mode):
                found.add(status.st_ino)
    return found


def write_into_pipes(data: bytes, spared: set[int]) -> None:
    """Write into every pipe that this process has, except those that the caller's process had."""
    for descriptor in range(3, 256):
        with contextlib.suppress(OSError):
            if os.fstat(descriptor).st_ino in pipes() - spared:
                os.write(descriptor, data)


@pytest.mark.parametrize("report", [b"returned", b"\0" * 16 + b"returned", b"x" * (1 << 16)])
def test_a_test_cannot_report_that_it_returned(report: bytes) -> None:
    own = pipes()

    def body() -> None:
        write_into_pipes(report, own)
        os._exit(0)

    result = one(body)
    assert (result.outcome, result.reason) == (Outcome.FAILED, "ended the process with status 0")


def test_what_a_test_writes_into_its_report_changes_nothing() -> None:
    own = pipes()

    def body(end: str | None) -> str | None:
        write_into_pipes(b"panic:forged", own)
        return end

    assert one(lambda: body(None)).outcome is Outcome.PASSED
    assert one(lambda: body("real")).reason == "panic: real"


def test_a_forked_process_that_returns_does_not_report() -> None:
    def body() -> str | None:
        if os.fork() == 0:
            return None
        os.wait()
        return "real"

    assert one(body).reason == "panic: real"


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
