"""Runs tests, each in a forked child that cannot affect the others.

Takes a way to call a test by number and the tests; returns results in their order, as soon as they are known. A child
leads its own process group and adopts the orphans of what it starts; all of it is killed when the test is over. The
child reports through a pipe of its own, so a test that ends its process before its end has failed, whatever its status.
A test can write into that pipe too: a report counts only after a token that this process drew and tells no test.
"""

from __future__ import annotations

import os
import selectors
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NoReturn, TypeAlias

from beskid.base.node import value
from beskid.driver.failure import DriverError
from beskid.driver.testing.cases import TestCase
from beskid.driver.testing.descendants import adopt_orphans, descendants, end_descendants
from beskid.driver.testing.results import Outcome, TestResult

CAPTURE_LIMIT = 1 << 20
"""The most bytes that are kept of each stream of a test."""

READ_SIZE = 1 << 16
MAX_WAIT = 0.25
MIN_WAIT = 0.001
GRACE_SECONDS = 3.0
"""How long a late child may take to write out what it holds back; on a busy machine it waits for its turn."""

LAST_RESORT_SECONDS = 10.0
"""How long a child outlives its time when this process can no longer kill it."""

STATUS_PANIC = 101
NOT_RUN_REASON = "not run after a failure"
TOKEN_BYTES = 16

_RETURNED = b"returned"
_PANIC = b"panic:"
_BROKEN = b"broken:"


CallTest: TypeAlias = Callable[[int], "str | None"]
"""Runs the test of a number; returns the message of its panic, or None when it returned."""


@value
class RunLimits:
    """The number of parallel children, the limit of time, whether to stop at a failure, whether to capture."""

    jobs: int = 1
    timeout: float = 60.0
    fail_fast: bool = False
    capture: bool = True


def run_tests(
    load: Callable[[], CallTest],
    cases: Sequence[TestCase],
    limits: RunLimits,
    begin: Callable[[int], None] | None = None,
) -> Generator[TestResult, None, None]:
    """Run the tests; `load` is asked once, if there are any, for what runs one in the process it is called in.

    `begin` is called in that process first, with a number below `limits.jobs` that no other running test has.
    """
    if not cases:
        return
    runner = _Runner(load(), limits, begin)
    waiting = deque(enumerate(cases))
    finished: dict[int, TestResult] = {}
    following = 0
    has_failed = False
    try:
        while following < len(cases):
            while waiting and len(runner.children) < limits.jobs:
                position, case = waiting.popleft()
                if has_failed and limits.fail_fast:
                    finished[position] = TestResult(case, Outcome.SKIPPED, NOT_RUN_REASON)
                else:
                    runner.start(position, case)
            for position, result in runner.step():
                finished[position] = result
                has_failed = has_failed or result.outcome is Outcome.FAILED
            while following in finished:
                yield finished.pop(following)
                following += 1
    finally:
        runner.close()


class _Stream:
    """What a child writes into one pipe, up to a limit.

    The number of a descriptor that was closed may come back as that of another child, so a stream knows itself
    whether it is open.
    """

    __slots__ = ("data", "descriptor", "is_cut", "is_open", "limit")

    def __init__(self, descriptor: int, limit: int) -> None:
        os.set_blocking(descriptor, False)
        self.descriptor = descriptor
        self.limit = limit
        self.data = bytearray()
        self.is_cut = False
        self.is_open = True

    def read(self) -> bool:
        """Take what is there; False at the end."""
        try:
            chunk = os.read(self.descriptor, READ_SIZE)
        except BlockingIOError:
            return True
        room = self.limit - len(self.data)
        self.data += chunk[:room]
        self.is_cut = self.is_cut or len(chunk) > room
        return bool(chunk)

    def text(self) -> str:
        note = f"\n… more than {self.limit} bytes\n" if self.is_cut else ""
        return self.data.decode("utf-8", "replace") + note


class _Child:
    """A running test."""

    __slots__ = (
        "case",
        "deadline",
        "errors",
        "is_late",
        "output",
        "pid",
        "position",
        "report",
        "slot",
        "started",
        "token",
    )

    def __init__(
        self,
        pid: int,
        position: int,
        case: TestCase,
        streams: tuple[_Stream, _Stream, _Stream],
        token: bytes,
        timeout: float,
        slot: int,
    ) -> None:
        self.pid = pid
        self.slot = slot
        self.position = position
        self.case = case
        self.report, self.output, self.errors = streams
        self.token = token
        self.started = time.monotonic()
        self.deadline = self.started + timeout
        self.is_late = False

    def reported(self) -> bytes:
        """What the child itself reported; empty when the test ended its process first."""
        return bytes(self.report.data).partition(self.token)[2]

    def streams(self) -> tuple[_Stream, _Stream, _Stream]:
        return self.report, self.output, self.errors

    def interrupt(self, now: float) -> bool:
        """Interrupt a child after its time limit, so that it can flush its output; the second time kill it.

        Return whether it was interrupted.
        """
        if self.is_late:
            self.kill()
            return False
        self.is_late = True
        self.deadline = now + GRACE_SECONDS
        os.kill(self.pid, signal.SIGINT)
        return True

    def kill(self) -> None:
        """End the child and all that it started."""
        self.kill_group()
        # It may have left its group, or have been waited for just before an interrupt.
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def kill_group(self) -> None:
        """End all that the child started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


class _Runner:
    """The children that run now."""

    __slots__ = ("adopted", "begin", "call", "children", "limits", "others", "selector")

    def __init__(self, call: CallTest, limits: RunLimits, begin: Callable[[int], None] | None = None) -> None:
        self.call = call
        self.begin = begin
        self.limits = limits
        self.children: dict[int, _Child] = {}
        self.adopted = adopt_orphans()
        self.others = frozenset(descendants())
        """Processes that descend from this one and belong to no test."""
        self.selector = selectors.DefaultSelector()

    def start(self, position: int, case: TestCase) -> None:
        """Fork a child for a test."""
        try:
            pipes = [os.pipe() for _ in range(3)]
        except OSError as error:
            raise DriverError.of_os_error("cannot start a process for", case.qualified_name(), error) from error
        with _late_interrupt():
            self._fork(position, case, pipes)

    def _fork(self, position: int, case: TestCase, pipes: list[tuple[int, int]]) -> None:
        token = os.urandom(TOKEN_BYTES)
        taken = {child.slot for child in self.children.values()}
        slot = next(number for number in range(self.limits.jobs) if number not in taken)
        try:
            pid = os.fork()
        except OSError as error:
            raise DriverError.of_os_error("cannot start a process for", case.qualified_name(), error) from error
        if pid == 0:
            _run_child(lambda: self._call(case.number, slot), [write for _, write in pipes], token, self.limits)
        # Both sides move the child into its group, so that it is there whichever runs first.
        with suppress(ProcessLookupError, PermissionError):
            os.setpgid(pid, pid)
        for _, write in pipes:
            os.close(write)
        report, output, errors = [_Stream(read, CAPTURE_LIMIT) for read, _ in pipes]
        child = _Child(pid, position, case, (report, output, errors), token, self.limits.timeout, slot)
        self.children[pid] = child
        for stream in child.streams():
            self.selector.register(stream.descriptor, selectors.EVENT_READ, stream)

    def _call(self, number: int, slot: int) -> str | None:
        if self.begin is not None:
            self.begin(slot)
        return self.call(number)

    def step(self) -> list[tuple[int, TestResult]]:
        """Wait for something to happen; the tests that ended."""
        if not self.children:
            return []
        for key, _ in self.selector.select(self._patience()):
            stream: _Stream = key.data
            if not stream.read():
                self._forget(stream)
        ended: list[tuple[int, TestResult]] = []
        now = time.monotonic()
        for child in list(self.children.values()):
            was_killed = now >= child.deadline and not child.interrupt(now)
            pid, status = os.waitpid(child.pid, 0 if was_killed else os.WNOHANG)
            if pid:
                ended.append((child.position, self._finish(child, os.waitstatus_to_exitcode(status))))
        return ended

    def close(self) -> None:
        """Kill what still runs."""
        for child in list(self.children.values()):
            child.kill()
            with suppress(ChildProcessError):
                os.waitpid(child.pid, 0)
            self._finish(child, 0)
        self.selector.close()
        adopt_orphans(self.adopted)

    def _patience(self) -> float:
        """Return how long to wait: until the next deadline, or briefly if the report pipe of a child is closed."""
        if any(not child.report.is_open for child in self.children.values()):
            return MIN_WAIT
        nearest = min(child.deadline for child in self.children.values())
        return max(0.0, min(MAX_WAIT, nearest - time.monotonic()))

    def _finish(self, child: _Child, code: int) -> TestResult:
        seconds = time.monotonic() - child.started
        # A process that the test started may hold the pipes open; it ends with the test.
        child.kill_group()
        for stream in child.streams():
            self._drain(stream)
        del self.children[child.pid]
        if not child.reported():
            # This process adopted what outlived the child; each running child has adopted its own orphans.
            end_descendants(self.others | self.children.keys())
        reason = _failure(child, code, self.limits.timeout)
        outcome = Outcome.PASSED if reason is None else Outcome.FAILED
        return TestResult(child.case, outcome, reason or "", child.output.text(), child.errors.text(), seconds)

    def _drain(self, stream: _Stream) -> None:
        while stream.is_open:
            before = len(stream.data)
            if not stream.read() or len(stream.data) == before:
                self._forget(stream)

    def _forget(self, stream: _Stream) -> None:
        self.selector.unregister(stream.descriptor)
        stream.is_open = False
        os.close(stream.descriptor)


def _failure(child: _Child, code: int, timeout: float) -> str | None:
    """Why a test failed; None when it returned."""
    report = child.reported()
    if child.is_late:
        return f"timed out after {timeout:g} s"
    if code < 0:
        return f"ended by {_signal_name(-code)}"
    if report == _RETURNED:
        return None
    if report.startswith(_PANIC):
        return f"panic: {report.removeprefix(_PANIC).decode('utf-8', 'replace')}"
    if report.startswith(_BROKEN):
        return report.removeprefix(_BROKEN).decode("utf-8", "replace")
    if code == STATUS_PANIC:
        for line in child.errors.text().splitlines():
            if line.startswith("panic: "):
                return line
    return f"ended the process with status {code}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


@contextmanager
def _late_interrupt() -> Iterator[None]:
    """An interrupt inside comes at the end, so that no process is left unrecorded.

    A mask would not do: another thread may hear the signal, and Python then raises in this one.
    """
    heard: list[int] = []
    handler = signal.getsignal(signal.SIGINT)
    if not callable(handler) or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if heard:
            signal.raise_signal(signal.SIGINT)


def _run_child(call: Callable[[], str | None], pipes: list[int], token: bytes, limits: RunLimits) -> NoReturn:
    """The whole life of a child; it never comes back to the caller."""
    report, output, errors = pipes
    child = os.getpid()
    try:
        os.setpgid(0, 0)
        for handled in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
            signal.signal(handled, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, limits.timeout + LAST_RESORT_SECONDS)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        if limits.capture:
            os.dup2(output, 1)
            os.dup2(errors, 2)
        adopt_orphans()
        message = call()
        # A process that the test forked may return here as well.
        if os.getpid() == child:
            end_descendants()
            _write_all(report, token + (_RETURNED if message is None else _PANIC + message.encode("utf-8", "replace")))
    except BaseException as error:
        if os.getpid() == child:
            _write_all(report, token + _BROKEN + f"{type(error).__name__}: {error}".encode("utf-8", "replace"))
    finally:
        os._exit(0)


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
