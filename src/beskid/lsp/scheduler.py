"""The worker thread that owns the state of the server.

Everything that reads or changes programs runs on it: changes of texts first, then requests, oldest first, then checking
in slices. Checking looks for news after each body and stops when there is some.
"""

from __future__ import annotations

import contextlib
import gc
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any, TypeVar

from beskid.analysis.check import RECURSION_LIMIT

T = TypeVar("T")

SWITCH_SECONDS = 0.0005
"""How long checking may keep the other threads from running. A message goes through several, each of which would
wait for the 5 milliseconds that Python allows by default."""

IDLE_SECONDS = 0.5
"""How long nothing happens before the garbage collector runs, which costs more than a request may take."""

MAX_CHANGES = 200
"""After this many changes without a pause, garbage is collected all the same. Old states are freed without the
collector, which finds little and takes half a second in a project of 20,000 lines."""

FROZEN_COLLECTIONS = 20
"""One in this many collections also collects the objects that were frozen by those before it."""

STACK_BYTES = 256 << 20
"""For the deepest trees that the parser accepts."""


class Collector:
    """Collects garbage when it is told to. What survives is left out the next time, because most of it is trees."""

    def __init__(self) -> None:
        self._count = 0
        gc.disable()
        self._freeze()

    def collect(self) -> None:
        self._count += 1
        if self._count % FROZEN_COLLECTIONS == 0:
            gc.unfreeze()
        self._freeze()
        _give_back_memory()

    def _freeze(self) -> None:
        gc.collect()
        gc.freeze()


def _give_back_memory() -> None:
    """Return what is free to the system. glibc keeps the free memory of all threads but the main one."""
    import ctypes

    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


class Worker(threading.Thread):
    """Runs changes, requests and steps of checking.

    `work` returns the steps that remain, and `crashed` reports an exception.
    """

    def __init__(self, work: Callable[[], Iterator[None]], crashed: Callable[[BaseException], None]) -> None:
        super().__init__(name="beskid-worker", daemon=True)
        self._work = work
        self._crashed = crashed
        self._changes: deque[Callable[[], None]] = deque()
        self._requests: deque[tuple[Future[Any], Callable[[], Any]]] = deque()
        self._idle: deque[Future[None]] = deque()
        self._news = threading.Condition()
        self._is_stopping = False

    def change(self, action: Callable[[], None]) -> None:
        """Run an action before everything else."""
        with self._news:
            self._changes.append(action)
            self._news.notify()

    def request(self, action: Callable[[], T]) -> Future[T]:
        """Run an action after all changes; a future that is cancelled before it starts is skipped."""
        future: Future[T] = Future()
        with self._news:
            self._requests.append((future, action))
            self._news.notify()
        return future

    def settled(self) -> Future[None]:
        """Return a future that is set when nothing remains to be checked."""
        future: Future[None] = Future()
        with self._news:
            self._idle.append(future)
            self._news.notify()
        return future

    def stop(self) -> None:
        with self._news:
            self._is_stopping = True
            self._news.notify()

    def has_news(self) -> bool:
        return bool(self._changes or self._requests or self._is_stopping)

    def _has_nothing(self) -> bool:
        return not self.has_news() and not self._idle

    def run(self) -> None:
        sys.setrecursionlimit(RECURSION_LIMIT)
        sys.setswitchinterval(SWITCH_SECONDS)
        collector = Collector()
        changes = 0
        steps: Iterator[None] | None = self._work()
        while not self._is_stopping:
            if self._changes:
                changes += 1
                self._guarded(self._changes.popleft())
                steps = self._work()
            elif self._requests:
                self._answer(*self._requests.popleft())
            elif steps is not None:
                if not self._advance(steps):
                    steps = None
            elif self._idle:
                future = self._idle.popleft()
                if future.set_running_or_notify_cancel():
                    future.set_result(None)
            elif self._is_quiet(changes):
                collector.collect()
                changes = 0
            if changes > MAX_CHANGES:
                collector.collect()
                changes = 0

    def _advance(self, steps: Iterator[None]) -> bool:
        """Check until there is news. Return whether there is more to check."""
        try:
            for _ in steps:
                if self.has_news():
                    return True
        except Exception as error:
            self._crashed(error)
        return False

    def _is_quiet(self, changes: int) -> bool:
        """Wait for something to do; after changes, return whether nothing came for a while."""
        with self._news:
            if not self._has_nothing():
                return False
            self._news.wait(IDLE_SECONDS if changes else None)
            return bool(changes) and self._has_nothing()

    def _answer(self, future: Future[Any], action: Callable[[], Any]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(action())
        except Exception as error:
            future.set_exception(error)

    def _guarded(self, action: Callable[[], None]) -> None:
        try:
            action()
        except Exception as error:
            self._crashed(error)
