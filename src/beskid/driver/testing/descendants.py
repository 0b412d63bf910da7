"""The processes that descend from this one, also those that left its process group and session.

A process that adopts orphans becomes the parent of every descendant whose own parent ended, so that none gets away.
This is Linux's `PR_SET_CHILD_SUBREAPER`; on other systems nothing is adopted, and only process groups are ended.
"""

from __future__ import annotations

import ctypes
import os
import signal
import time
from collections.abc import Collection, Iterable
from contextlib import suppress

from beskid.files.problems import FileError
from beskid.files.reading import read_file

MAX_SECONDS = 2.0
"""How long descendants are killed again and again, in case they start others faster than they are found."""

_SET_CHILD_SUBREAPER = 36
_GET_CHILD_SUBREAPER = 37
_PAUSE = 0.001
_MAX_STAT_BYTES = 1 << 16


def adopt_orphans(wanted: bool = True) -> bool:
    """Let this process adopt orphans, or not; return whether it did before. Children do not inherit it."""
    before = ctypes.c_int(0)
    with suppress(OSError, AttributeError):
        prctl = ctypes.CDLL(None).prctl
        prctl(_GET_CHILD_SUBREAPER, ctypes.byref(before), 0, 0, 0)
        prctl(_SET_CHILD_SUBREAPER, ctypes.c_ulong(wanted), 0, 0, 0)
    return bool(before.value)


def has_children() -> bool:
    """Whether this process has a child, running or ended. Without one an adopting process has no descendants."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def descendants(spared: Collection[int] = ()) -> list[int]:
    """Return the processes that descend from this one; those spared are left out with all that descend from them."""
    children: dict[int, list[int]] = {}
    for pid, parent in _parents():
        children.setdefault(parent, []).append(pid)
    found: list[int] = []
    waiting = [os.getpid()]
    while waiting:
        own = [pid for pid in children.get(waiting.pop(), ()) if pid not in spared]
        found += own
        waiting += own
    return found


def end_descendants(spared: Collection[int] = ()) -> None:
    """Kill and reap the processes that descend from this one, except those spared and their descendants."""
    deadline = time.monotonic() + MAX_SECONDS
    while has_children() and time.monotonic() < deadline:
        victims = descendants(spared)
        if not victims:
            return
        for pid in victims:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        for pid in victims:
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        time.sleep(_PAUSE)


def _parents() -> Iterable[tuple[int, int]]:
    """Return each process of this system with its parent."""
    try:
        names = os.listdir("/proc")  # noqa: PTH208 - not a folder of the user
    except OSError:
        return
    for name in names:
        if name.isdecimal():
            # The process may have ended meanwhile.
            with suppress(FileError, ValueError, IndexError):
                data = read_file(f"/proc/{name}/stat", _MAX_STAT_BYTES).data
                # The name of the program, in parentheses, may contain anything.
                yield int(name), int(data[data.rindex(b")") + 1 :].split()[1])
