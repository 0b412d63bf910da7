"""What a running process uses, as the kernel tells it in `/proc`."""

from __future__ import annotations

import os
import resource
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from beskid.base.node import value
from beskid.files.problems import FileError
from beskid.files.reading import read_file
from beskid.files.walking import names_in, room_of

_USER_TICKS = 11
"""The place of the processor time in the line of a process, after its name."""

_UNLIMITED = 1 << 62


@value
class Use:
    """Threads, and bytes of memory: what is in use, and what `RLIMIT_DATA` says."""

    threads: int
    memory: int
    memory_limit: int


def use_of(process: int) -> Use:
    """Return what a process uses, nothing for one that has gone away.

    `RLIMIT_DATA` does not count pages that were written and then made read-only, but these are in use.
    """
    fields: dict[bytes, int] = {}
    # A thread that has ended has no memory, even when it is the first.
    for thread in _threads(process):
        fields = status_fields(thread)
        if b"RssAnon" in fields:
            break
    memory = fields.get(b"RssAnon", 0) + fields.get(b"RssShmem", 0) + fields.get(b"VmSwap", 0)
    return Use(fields.get(b"Threads", 0), memory << 10, _limit(process, resource.RLIMIT_DATA))


def size_without_names(process: int) -> int:
    """Return the bytes of the files that a process has open and that no folder has any more."""
    found = {}
    # All threads have the same files, but one that has ended has none, even when it is the first.
    folder = next((f"{thread}/fd" for thread in _threads(process) if names_in(f"{thread}/fd")), "")
    for name in names_in(folder) if folder else ():
        with suppress(OSError):
            status = Path(folder, name).stat()
            if stat.S_ISREG(status.st_mode) and status.st_nlink == 0:
                found[status.st_dev, status.st_ino] = room_of(status)
    return sum(found.values())


def has_used_its_time(process: int) -> bool:
    """Return whether a process, which may have ended but is not waited for, has used its limit of processor time."""
    try:
        words = read_file(f"/proc/{process}/stat").data.rpartition(b")")[2].split()
    except FileError:
        return False
    ticks = int(words[_USER_TICKS]) + int(words[_USER_TICKS + 1])
    # At the first limit the kernel sends a signal and moves that limit; at the second, a second later, it kills.
    return ticks >= (_limit(process, resource.RLIMIT_CPU) - 1) * os.sysconf("SC_CLK_TCK")


def _limit(process: int, kind: int) -> int:
    """Return the limit that the process cannot exceed or raise."""
    try:
        _, hard = resource.prlimit(process, kind)
    except OSError:
        return _UNLIMITED
    return _UNLIMITED if hard == resource.RLIM_INFINITY else hard


def _threads(process: int) -> Iterator[str]:
    """Yield the folder of each thread of a process, none for a process that has gone away."""
    for thread in names_in(f"/proc/{process}/task"):
        yield f"/proc/{process}/task/{thread}"


def status_fields(folder: str) -> dict[bytes, int]:
    """Return the numbers in the status of a process or a thread, whose folder of `/proc` this is."""
    try:
        lines = read_file(f"{folder}/status").data.splitlines()
    except FileError:
        return {}
    pairs = [line.partition(b":") for line in lines]
    return {name: int(words.split()[0]) for name, _, words in pairs if words.split()[:1] and words.split()[0].isdigit()}
