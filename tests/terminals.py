"""Terminals of the tests: a program has one side, and the test types at the other and reads what is shown."""

from __future__ import annotations

import codecs
import contextlib
import fcntl
import os
import re
import select
import struct
import termios
import time
from collections.abc import Iterator

SECONDS = 120.0
"""How long a test waits for a text, which is there within a moment unless something is wrong."""

ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|\][^\x07]*\x07|[=>()][A-Z0-9]?)")
_WHERE_IS_THE_CURSOR = "\x1b[6n"


class Terminal:
    """Both sides of a terminal: `theirs` is that of the program. `written` is what no call has returned yet."""

    def __init__(self, ours: int, theirs: int, is_plain: bool) -> None:
        self.ours = ours
        self.theirs = theirs
        self.written = ""
        self._is_plain = is_plain
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    @property
    def streams(self) -> dict[str, int]:
        """Return the arguments of `limits.start` by which a program gets the terminal."""
        return {"stdin": self.theirs, "stdout": self.theirs, "stderr": self.theirs}

    def close_theirs(self) -> None:
        """Leave their side to the programs that have it: the terminal ends with the last of them."""
        os.close(self.theirs)
        self.theirs = -1

    def type(self, keys: str | bytes) -> None:
        os.write(self.ours, keys.encode() if isinstance(keys, str) else keys)

    def wait_for(self, text: str) -> str:
        """Read until a text is shown; return what is before it."""
        end = time.monotonic() + SECONDS
        while text not in self.written:
            ready, _, _ = select.select([self.ours], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"expected {text!r}, found {self.written!r}"
            assert self._read(), f"expected {text!r} before the end, found {self.written!r}"
        before, _, self.written = self.written.partition(text)
        return before

    def rest(self) -> str:
        """Return what is shown until no program has the terminal any more."""
        while self._read():
            pass
        before, self.written = self.written, ""
        return before

    def _read(self) -> bool:
        """Read what is shown now, or next; return whether there was something."""
        try:
            data = os.read(self.ours, 65536)
        except OSError:
            # The other side is closed.
            return False
        part = self._decoder.decode(data)
        if self._is_plain:
            if _WHERE_IS_THE_CURSOR in part:
                self.type("\x1b[1;1R")
            part = ESCAPES.sub("", part)
        self.written = (self.written + part).replace("\r\n", "\n")
        return bool(data)


@contextlib.contextmanager
def open_terminal(
    columns: int | None = None, *, rows: int = 25, echoes: bool = True, is_plain: bool = False
) -> Iterator[Terminal]:
    """Make a terminal. A plain one answers where its cursor is, and leaves out colors and movements."""
    ours, theirs = os.openpty()
    if columns is not None:
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    if not echoes:
        settings = termios.tcgetattr(theirs)
        settings[3] &= ~termios.ECHO
        termios.tcsetattr(theirs, termios.TCSANOW, settings)
    terminal = Terminal(ours, theirs, is_plain)
    try:
        yield terminal
    finally:
        os.close(ours)
        if terminal.theirs >= 0:
            os.close(terminal.theirs)
