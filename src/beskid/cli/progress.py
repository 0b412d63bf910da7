"""The progress line: on standard error, if that is a terminal and the work takes longer than a second.

Nothing else may be written to it meanwhile, except by `announce`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from types import TracebackType

DELAY_SECONDS = 1.0
INTERVAL_SECONDS = 0.2
ERASE_LINE = "\r\x1b[K"


class Progress:
    """A context manager that shows its text after a second, with what `stage` returns, and erases it at the end."""

    def __init__(self, text: str, stage: Callable[[], str] | None = None) -> None:
        self.text = text
        self.stage = stage
        self._shown = ""
        self._stop: Callable[[], None] | None = None

    def __enter__(self) -> Progress:
        if not sys.stderr.isatty() or os.environ.get("BESKID_NO_PROGRESS"):
            return self
        import threading

        ended = threading.Event()
        thread = threading.Thread(target=self.run, args=(ended.wait,), daemon=True)
        thread.start()

        def stop() -> None:
            ended.set()
            thread.join()

        self._stop = stop
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """Erase the line, which is not shown again."""
        if self._stop is not None:
            self._stop()
        if self._shown:
            sys.stderr.write(ERASE_LINE)
            sys.stderr.flush()
            self._shown = ""

    def announce(self, text: str) -> None:
        """Write a line in place of the progress line."""
        self.end()
        print_announcement(text)

    def run(self, wait: Callable[[float], bool]) -> None:
        """Show the line until `wait` returns true. It is called with seconds."""
        seconds = DELAY_SECONDS
        while not wait(seconds):
            self._show()
            seconds = INTERVAL_SECONDS

    def _show(self) -> None:
        stage = "" if self.stage is None else self.stage()
        line = f"{self.text}: {stage} …" if stage else f"{self.text} …"
        columns = os.get_terminal_size(sys.stderr.fileno()).columns
        if columns:
            # A line that wraps could not be erased.
            line = line[: columns - 1]
        if line != self._shown:
            sys.stderr.write(f"{ERASE_LINE if self._shown else ''}{line}")
            sys.stderr.flush()
            self._shown = line


def print_announcement(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
