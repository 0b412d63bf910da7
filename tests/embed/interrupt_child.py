"""A program for test_interrupts.py: interrupts calls by signals, and prints `ok NAME` for each that behaves."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import termios
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import beskid

DELAY = 0.03
"""Seconds of the main thread's processor time, which it spends in the call that is interrupted."""

MANY = 10**15
MILLISECONDS = 130
"""More than the runtime waits in one step."""

module: Any = beskid.load(Path(__file__).parent / "interrupted.bd")
quick: Any = beskid.compile("pub unit Forever() { while true { } }", optimize=0)
waiting: Any = beskid.compile(
    """
use System.Console;
use System.Time;

pub string Key() => "${Console.ReadKey()}";

pub string KeyWithin(i64 milliseconds) {
    let start = Time.MonotonicNow();
    let key = Console.ReadKeyWithin(milliseconds);
    let waited = Time.SubtractInstants(Time.MonotonicNow(), start);
    return "${key} ${if waited.ToMilliseconds() < milliseconds { "too early" } else { "in time" }}";
}
""",
    optimize=0,
)


def send(number: int) -> None:
    """Send a signal once the main thread has run for `DELAY`, however long it waits for a processor."""
    clock = time.pthread_getcpuclockid(threading.main_thread().ident or 0)
    end = time.clock_gettime(clock) + DELAY

    def wait_and_send() -> None:
        while time.clock_gettime(clock) < end:
            time.sleep(0.002)
        os.kill(os.getpid(), number)

    threading.Thread(target=wait_and_send).start()


def interrupted(function: Callable[..., object], *arguments: object) -> BaseException:
    """Call a function that would never return, and return the exception that ends it."""
    send(signal.SIGINT)
    started = time.thread_time()
    try:
        function(*arguments)
    except BaseException as error:
        assert time.thread_time() - started < 5, "the interrupt was noticed late"
        return error
    raise AssertionError(f"{function} returned")


def every_kind_of_function() -> None:
    calls: list[tuple[str, tuple[object, ...]]] = [
        ("Forever", ()), ("Counted", (MANY,)), ("CountedDown", (MANY,)), ("Fibonacci", (90,)), ("Texts", (MANY,)),
        ("Chained", (MANY,)),
    ]  # fmt: skip
    for name, arguments in calls:
        error = interrupted(getattr(module, name), *arguments)
        assert type(error) is KeyboardInterrupt, (name, error)
        assert name in [frame.name for frame in traceback.extract_tb(error.__traceback__)], name
    assert type(interrupted(quick.Forever)) is KeyboardInterrupt
    # The module is as before.
    assert module.Fibonacci(15) == 610
    assert module.Texts(100) == sum(map(len, texts(100)))
    assert module.SumOf(module.Filled(1000)) == 499500
    assert len(module.Chained(1000)) == 4


def texts(count: int) -> list[str]:
    found: list[str] = []
    length = 0
    for number in range(count):
        found.append(f"{number} and {length}")
        length += len(found[-1])
    return found


def callbacks_and_nested_calls() -> None:
    assert type(interrupted(module.Called, lambda n: n + 1)) is KeyboardInterrupt
    assert type(interrupted(module.Called, lambda n: module.Counted(MANY))) is KeyboardInterrupt
    seen: list[BaseException] = []

    def survives(n: int) -> int:
        if not seen:
            seen.append(interrupted(module.Forever))
        if n > 10:
            raise StopIteration(n)
        return n + 1

    try:
        module.Called(survives)
    except StopIteration as stop:
        assert stop.value == 11
    assert type(seen[0]) is KeyboardInterrupt


def handlers() -> None:
    count = 100_000_000
    calls: list[int] = []
    signal.signal(signal.SIGVTALRM, lambda number, frame: calls.append(number))
    signal.setitimer(signal.ITIMER_VIRTUAL, 0.01, 0.01)
    value = module.Counted(count)
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    # Signals that wait for the end of the call would be one: it is called between the polls, and the call goes on.
    assert len(calls) >= 3, calls
    assert value == module.Counted(count)

    def uses_beskid(number: int, frame: object) -> None:
        module.Texts(1)

    former = signal.signal(signal.SIGINT, uses_beskid)
    error = interrupted(module.Forever)
    assert type(error) is RuntimeError and "handler of a signal" in str(error), error

    def times_out(number: int, frame: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGVTALRM, times_out)
    signal.setitimer(signal.ITIMER_VIRTUAL, DELAY)
    with contextlib.suppress(TimeoutError):
        module.Forever()
    signal.signal(signal.SIGINT, former)


def other_threads() -> None:
    count = 20_000_000
    expected = module.Counted(count)
    found: list[int] = []
    worker = threading.Thread(target=lambda: found.extend([module.Counted(count) for _ in range(4)]))
    worker.start()
    try:
        threading.Timer(0.01, os.kill, (os.getpid(), signal.SIGINT)).start()
        time.sleep(300)
    except KeyboardInterrupt:
        pass
    worker.join()
    assert found == [expected] * 4


def children_of_forks() -> None:
    child = os.fork()
    if not child:
        error = interrupted(module.Forever)
        os._exit(0 if type(error) is KeyboardInterrupt and module.Fibonacci(10) == 55 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert type(interrupted(module.Forever)) is KeyboardInterrupt


def keys() -> None:
    ours, theirs = os.openpty()
    os.dup2(theirs, 0)
    before = termios.tcgetattr(0)
    os.write(ours, b"a")
    assert waiting.Key() == "Result::Ok(Key::Character(a))"
    assert termios.tcgetattr(0) == before

    def interrupt() -> None:
        while termios.tcgetattr(theirs) == before:
            time.sleep(0.002)
        os.kill(os.getpid(), signal.SIGINT)

    for milliseconds in (-1, 1 << 62):
        threading.Thread(target=interrupt).start()
        try:
            waiting.KeyWithin(milliseconds) if milliseconds > 0 else waiting.Key()
        except KeyboardInterrupt:
            assert termios.tcgetattr(0) == before
        else:
            raise AssertionError("the key was not waited for")
    assert waiting.KeyWithin(MILLISECONDS) == "Result::Error(KeyError::TimedOut) in time"
    assert termios.tcgetattr(0) == before


def the_parent() -> None:
    """Another process sends the signal, after it has read this."""
    try:
        print("ready", flush=True)
        module.Forever()
    except KeyboardInterrupt:
        pass


for case in sys.argv[1:]:
    globals()[case]()
    print("ok", case, flush=True)
