"""Starts the programs of the tests, each with a limit of time and memory.

`run` is `subprocess.run`, and `start` is `subprocess.Popen` as a context manager, with both limits added. A program
that exceeds one is killed together with its descendants, and the test fails with a `LimitExceeded` that names the
program, so that a hang is never a silent test run. `watch` limits a process that was forked.

Memory is sampled, not limited by the kernel: a sanitizer reserves terabytes of address space that it never touches.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shlex
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, overload

DEFAULT_SECONDS = 300.0
DEFAULT_MEBIBYTES = 4096
POLL_SECONDS = 0.1

Word = str | os.PathLike[str]
"""One word of a command."""

_PAGE = resource.getpagesize()


class LimitExceeded(AssertionError):  # noqa: N818 (the name is what a failed test shows)
    """A program that a test started took too long or too much memory."""


def stop_ignoring_signals() -> None:
    """Let started programs have the default action of signals that a shell ignores; they inherit only the ignoring.

    `nohup` ignores SIGHUP, and shells without job control ignore SIGINT and SIGQUIT of commands in the background.
    """
    for number in (signal.SIGHUP, signal.SIGQUIT):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


class _Watch(threading.Thread):
    """Kills a process and its descendants when they exceed a limit."""

    def __init__(self, process: int, seconds: float, mebibytes: int) -> None:
        super().__init__(daemon=True)
        self.process = process
        self.seconds = seconds
        self.mebibytes = mebibytes
        self.verdict = ""
        self.ended = threading.Event()

    def run(self) -> None:
        end = time.monotonic() + self.seconds
        while not self.ended.wait(max(0.0, min(POLL_SECONDS, end - time.monotonic()))):
            if time.monotonic() >= end:
                self.verdict = f"did not finish within {self.seconds:g} s"
            elif resident_bytes(self.process) > self.mebibytes << 20:
                self.verdict = f"used more than {self.mebibytes} MiB of memory"
            else:
                continue
            kill_tree(self.process)
            return


@contextlib.contextmanager
def watch(
    process: int, name: str, seconds: float = DEFAULT_SECONDS, mebibytes: int = DEFAULT_MEBIBYTES
) -> Iterator[None]:
    """Limit a child process; raise `LimitExceeded` at the end if it had to be killed."""
    # Processor time is what a descendant can still waste when this process is gone.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        _, hard = resource.prlimit(process, resource.RLIMIT_CPU)
        most = int(4 * seconds) + 1
        resource.prlimit(process, resource.RLIMIT_CPU, (most if hard < 0 else min(most, hard), hard))
    watcher = _Watch(process, seconds, mebibytes)
    watcher.start()
    failure: BaseException | None = None
    try:
        yield
    except BaseException as error:
        failure = error
        raise
    finally:
        watcher.ended.set()
        watcher.join()
        if watcher.verdict:
            raise LimitExceeded(f"`{name}` {watcher.verdict}") from failure


@contextlib.contextmanager
def start(
    command: Sequence[Word],
    timeout: float = DEFAULT_SECONDS,
    mebibytes: int = DEFAULT_MEBIBYTES,
    **options: Any,
) -> Iterator[subprocess.Popen[Any]]:
    """Start a program; what is left of it at the end is killed."""
    name = shlex.join(os.fspath(part) for part in command)
    with subprocess.Popen(command, **options) as process:
        try:
            with watch(process.pid, name, timeout, mebibytes):
                yield process
        finally:
            kill_tree(process.pid)


@overload
def run(
    command: Sequence[Word],
    *,
    text: Literal[True],
    input: str | None = None,
    capture_output: bool = False,
    check: bool = False,
    timeout: float = DEFAULT_SECONDS,
    mebibytes: int = DEFAULT_MEBIBYTES,
    **options: Any,
) -> subprocess.CompletedProcess[str]: ...
@overload
def run(
    command: Sequence[Word],
    *,
    text: Literal[False] = False,
    input: bytes | None = None,
    capture_output: bool = False,
    check: bool = False,
    timeout: float = DEFAULT_SECONDS,
    mebibytes: int = DEFAULT_MEBIBYTES,
    **options: Any,
) -> subprocess.CompletedProcess[bytes]: ...
def run(
    command: Sequence[Word],
    *,
    text: bool = False,
    input: str | bytes | None = None,
    capture_output: bool = False,
    check: bool = False,
    timeout: float = DEFAULT_SECONDS,
    mebibytes: int = DEFAULT_MEBIBYTES,
    **options: Any,
) -> subprocess.CompletedProcess[Any]:
    """Run a program to its end."""
    if capture_output:
        options |= {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    if input is not None:
        options["stdin"] = subprocess.PIPE
    with start(command, timeout, mebibytes, text=text, **options) as process:
        stdout, stderr = process.communicate(input)
    done = subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)
    if check:
        done.check_returncode()
    return done


def descendants(process: int) -> list[int]:
    """List a process and all of its descendants, parents first."""
    found = [process]
    for each in found:
        try:
            for children in Path(f"/proc/{each}/task").glob("*/children"):
                found += map(int, children.read_text().split())
        except OSError:
            continue
    return found


def resident_bytes(process: int) -> int:
    """Sum the resident memory of a process and its descendants; shared pages count in each."""
    total = 0
    for each in descendants(process):
        with contextlib.suppress(OSError):
            total += int(Path(f"/proc/{each}/statm").read_text().split()[1]) * _PAGE
    return total


def kill_tree(process: int) -> None:
    """Kill a child process and its descendants; one that has been waited for is left alone."""
    if not is_child(process):
        return
    for each in descendants(process):
        with contextlib.suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)


def is_child(process: int) -> bool:
    """Whether the process is a child of this one that has not been waited for; its number may be another's by now."""
    try:
        os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True
