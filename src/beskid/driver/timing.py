"""How long the stages of a compilation take.

A `StageTimes` is passed to the code that runs stages; each stage runs inside `measure(name)`. Time spent in a nested
stage does not count for the stage around it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class StageTimes:
    """Seconds by stage, in the order in which the stages first began."""

    __slots__ = ("_inner", "_running", "seconds")

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._running: list[str] = []
        self._inner = 0.0
        """Seconds spent so far in stages nested in the current one."""

    @property
    def current(self) -> str:
        """The innermost stage that is running, or an empty string."""
        # Another thread asks, so the stage may end between two reads of the list.
        return "".join(self._running[-1:])

    @contextmanager
    def measure(self, stage: str) -> Iterator[None]:
        """Add the time that the body takes to the stage, even if the body raises."""
        self.seconds.setdefault(stage, 0.0)
        self._running.append(stage)
        before, self._inner = self._inner, 0.0
        start = time.perf_counter()
        try:
            yield
        finally:
            taken = time.perf_counter() - start
            self.seconds[stage] += taken - self._inner
            self._inner = before + taken
            self._running.pop()

    def table(self) -> str:
        """Return a table with the milliseconds and the share of each stage, and the total in the last line."""
        total = sum(self.seconds.values())
        width = max(len(stage) for stage in (*self.seconds, "total"))
        lines = [f"{'stage':{width}}       ms   share"]
        for stage, seconds in (*self.seconds.items(), ("total", total)):
            share = seconds / total if total else 0.0
            lines.append(f"{stage:{width}} {seconds * 1000:8.1f} {share:6.1%}")
        return "\n".join(lines)
