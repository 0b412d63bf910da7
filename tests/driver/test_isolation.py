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

TIMEOUT = 60
SETTINGS = Settings((), "", None)
Body = Callable[[], str | None]


def cases(count: int) -> list[Case]:
    return [Case(number, f"t{number}", "", "t.bd", number + 1, SETTINGS) for number in range(count)]


def run(bodies: list[Body], wanted: RunLimits | None = None) -> list[Result]:
    chosen = wanted if wanted is not None else RunLimits(jobs=2, timeout=TIMEOUT)
    return list(run_tests(lambda: lambda number: bodies[number](), cases(len(bodies)), chosen))


def one(body: Body, wanted: RunLimits | None = None) -> Result:
    before, result, after = run([lambda: None, body, lambda: None], wanted)
    assert before.outcome is after.outcome is Outcome.PASSED
    return result


class _Clock:
    """The clock of the runner. It is put forward once a file is there and only one test runs."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._others = children()
        self._ahead = 0

    def monotonic(self) -> float:
        if not self._ahead and self._file.exists() and children() == self._others + 1:
            self._ahead = 2 * TIMEOUT
        return time.monotonic() + self._ahead


@pytest.fixture
def exceed_timeout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """What a test calls to exceed its time limit, while the others have one that no busy machine reaches."""
    mark = tmp_path / "late"
    monkeypatch.setattr("beskid.driver.testing.run.time", _Clock(mark))
    monkeypatch.setattr("beskid.driver.testing.run.GRACE_SECONDS", 0.1)
    return mark.touch


def children() -> int:
    """Count the children of this process that have not been waited for."""
    return sum(len(file.read_text().split()) for file in Path("/proc/self/task").glob("*/children"))


def wait_for(file: Path) -> None:
    while not file.exists():
        time.sleep(0.01)


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


@pytest.mark.parametrize("action", [signal.SIG_DFL, signal.SIG_IGN], ids=["hears", "ignores"])
def test_a_loop_is_ended(exceed_timeout: Callable[[], None], action: signal.Handlers) -> None:
    def body() -> None:
        signal.signal(signal.SIGINT, action)
        os.write(1, b"before")
        exceed_timeout()
        while True:
            pass

    result = one(body, RunLimits(jobs=3, timeout=TIMEOUT))
    assert (result.outcome, result.reason, result.stdout) == (Outcome.FAILED, "timed out after 60 s", "before")


def test_what_a_test_starts_ends_with_it(tmp_path: Path) -> None:
    """A process left behind neither holds the run up nor lives on."""
    file = tmp_path / "process"

    def body() -> None:
        if os.fork() == 0:
            file.write_text(str(os.getpid()))
            time.sleep(300)
            os._exit(0)
        while not (file.exists() and file.read_text()):
            time.sleep(0.01)

    assert one(body).outcome is Outcome.PASSED
    assert is_gone(int(file.read_text()))


def leave_session(file: Path) -> None:
    """Start a daemon as `setsid` and shells do: its parent ends, and it is in a session of its own."""
    command = f"setsid sh -c 'echo $$ > {file}.new && mv {file}.new {file} && sleep 300' < /dev/null > /dev/null 2>&1 &"
    assert os.system(command) == 0
    wait_for(file)


@pytest.mark.parametrize("end", ["return", "leave", "crash", "hang"])
@pytest.mark.parametrize("jobs", [1, 3])
def test_a_process_in_a_session_of_its_own_ends_with_the_test(
    tmp_path: Path, exceed_timeout: Callable[[], None], end: str, jobs: int
) -> None:
    file = tmp_path / "process"
    ends: dict[str, Callable[[], object]] = {
        "return": lambda: None,
        "leave": lambda: os._exit(0),
        "crash": lambda: os.kill(os.getpid(), signal.SIGKILL),
        "hang": exceed_timeout,
    }

    def body() -> None:
        leave_session(file)
        ends[end]()
        if end == "hang":
            time.sleep(300)

    result = one(body, RunLimits(jobs=jobs, timeout=TIMEOUT))
    assert result.outcome is (Outcome.PASSED if end == "return" else Outcome.FAILED)
    assert is_gone(int(file.read_text()))


def test_a_process_of_another_running_test_lives_on(tmp_path: Path) -> None:
    file, kept_up, cleaned_up = tmp_path / "process", tmp_path / "kept", tmp_path / "cleaned"

    def keep() -> str | None:
        leave_session(file)
        kept_up.touch()
        wait_for(cleaned_up)
        return None if is_running(int(file.read_text())) else "ended"

    def crash() -> None:
        wait_for(kept_up)
        os.kill(os.getpid(), signal.SIGKILL)

    # The third starts when what the second left is gone.
    kept, failed, _ = run([keep, crash, cleaned_up.touch], RunLimits(jobs=2, timeout=TIMEOUT))
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


def is_running(process: int) -> bool:
    """Whether a process has not ended; one that waits for its parent to notice has."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def is_gone(process: int) -> bool:
    """Whether a process has ended, or does soon."""
    end = time.monotonic() + 30
    while is_running(process) and time.monotonic() < end:
        time.sleep(0.01)
    return not is_running(process)


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


def test_results_come_in_order(tmp_path: Path) -> None:
    """The third starts when the second has ended, and the first ends last."""
    mark = tmp_path / "third"
    results = run([lambda: wait_for(mark), lambda: None, mark.touch], RunLimits(jobs=2, timeout=TIMEOUT))
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

    assert [r.reason for r in run([body] * 6, RunLimits(jobs=2, timeout=TIMEOUT))] == [""] * 6


def test_nothing_starts_after_the_first_failure(tmp_path: Path) -> None:
    bodies: list[Body] = [lambda: None, lambda: "broken", (tmp_path / "ran").touch, (tmp_path / "ran").touch]
    results = run(bodies, RunLimits(jobs=1, timeout=TIMEOUT, fail_fast=True))
    assert [r.outcome.value for r in results] == ["passed", "failed", "skipped", "skipped"]
    assert not (tmp_path / "ran").exists()


def test_leaving_the_run_ends_the_children(tmp_path: Path) -> None:
    file = tmp_path / "process"

    def body() -> None:
        file.write_text(str(os.getpid()))
        time.sleep(30)

    bodies: list[Body] = [lambda: None, body]
    running = run_tests(lambda: lambda number: bodies[number](), cases(2), RunLimits(jobs=2, timeout=TIMEOUT))
    assert next(running).outcome is Outcome.PASSED
    while not (file.exists() and file.read_text()):
        time.sleep(0.01)
    running.close()
    assert is_gone(int(file.read_text()))


def test_no_tests_load_nothing() -> None:
    def load() -> Callable[[int], str | None]:
        raise AssertionError("nothing to load")

    assert list(run_tests(load, [], RunLimits())) == []
