"""The progress line: on standard error, if that is a terminal and the work takes longer than a second."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from types import TracebackType

DELAY_SECONDS = 1.0
ERASE_LINE = "\r\x1b[K"


class Progress:
    """A context manager that shows its text after a second and erases it at the end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.is_shown = False
        self._stop: Callable[[], None] | None = None

    def __enter__(self) -> Progress:
        if not sys.stderr.isatty() or os.environ.get("BESKID_NO_PROGRESS"):
            return self
        import threading

        timer = threading.Timer(DELAY_SECONDS, self._show)
        timer.daemon = True
        timer.start()
        self._stop = timer.cancel
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stop is not None:
            self._stop()
        if self.is_shown:
            sys.stderr.write(ERASE_LINE)
            sys.stderr.flush()

    def _show(self) -> None:
        self.is_shown = True
        sys.stderr.write(f"{self.text} …")
        sys.stderr.flush()
