"""Compiles modules in processes of their own, which are forks of this one.

LLVM must not have started threads in this process. A worker leaves its objects in memory that it shares with this
process. A worker that fails leaves less, and what is missing is compiled here, where an error has its usual form.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from struct import error as StructError  # noqa: N812
from struct import pack, unpack, unpack_from

MIN_MODULES = 3
"""Fewer are compiled in this process: a fork takes several milliseconds."""

_PR_SET_PDEATHSIG = 1
_HEADER = "<IQ"
_HEADER_SIZE = 12
_NUMBER_SIZE = 4


def compile_in_parallel(
    texts: Sequence[str],
    compile_text: Callable[[str], bytes],
    jobs: int,
    note: Callable[[int], None] = lambda count: None,
) -> list[bytes]:
    """Return the object of each module, in their order. `note` is called with the number of modules just compiled."""
    workers = min(jobs, len(texts))
    made: dict[int, bytes] = {}
    if workers >= 2 and len(texts) >= MIN_MODULES and hasattr(os, "memfd_create"):
        for share in _run(workers, texts, compile_text, note):
            made.update(share)
    images: list[bytes] = []
    for number, text in enumerate(texts):
        image = made.get(number)
        if image is None:
            image = compile_text(text)
            note(1)
        images.append(image)
    return images


def _run(
    workers: int, texts: Sequence[str], compile_text: Callable[[str], bytes], note: Callable[[int], None]
) -> list[dict[int, bytes]]:
    queue: list[int] = []
    memories: list[int] = []
    pipe: list[int] = []
    children: list[int] = []
    parent = os.getpid()
    try:
        # Without more processes or descriptors, the rest is compiled here.
        with suppress(OSError):
            queue.append(_queue_of(texts))
            # A worker writes a byte into the pipe for each module.
            pipe += os.pipe()
            for _ in range(workers):
                memory = os.memfd_create("beskid-unit")
                memories.append(memory)
                child = os.fork()
                if not child:
                    _work(parent, queue[0], memory, pipe[1], texts, compile_text)
                children.append(child)
        if pipe:
            os.close(pipe.pop())
            while done := os.read(pipe[0], len(texts)):
                note(len(done))
        while children:
            _wait(children[-1])
            children.pop()
        return [_results(memory) for memory in memories]
    finally:
        for child in children:
            # The system removes a child that has ended where this process was started with SIGCHLD ignored.
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            _wait(child)
        for descriptor in (*queue, *memories, *pipe):
            os.close(descriptor)


def _queue_of(texts: Sequence[str]) -> int:
    """Return a file with the numbers of the modules, the largest first.

    Forks share its position, so each number is read by one of them, whenever that has nothing else to do.
    `_next_of` locks it: the system does not keep two reads from beginning at the same position.
    """
    queue = os.memfd_create("beskid-queue")
    order = sorted(range(len(texts)), key=lambda number: (-len(texts[number]), number))
    os.write(queue, pack(f"<{len(order)}I", *order))
    os.lseek(queue, 0, os.SEEK_SET)
    return queue


def _next_of(queue: int) -> bytes:
    """Return the next number of the queue; nothing at its end."""
    from fcntl import LOCK_EX, LOCK_UN, lockf

    lockf(queue, LOCK_EX)
    try:
        return os.read(queue, _NUMBER_SIZE)
    finally:
        lockf(queue, LOCK_UN)


def _wait(child: int) -> None:
    # The system waits for it where this process was started with SIGCHLD ignored.
    with suppress(ChildProcessError):
        os.waitpid(child, 0)


def _work(
    parent: int, queue: int, memory: int, done: int, texts: Sequence[str], compile_text: Callable[[str], bytes]
) -> None:
    """Compile modules of the queue, and leave the process without what this one would do at its end."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        _end_with_parent()
        while entry := _next_of(queue):
            if os.getppid() != parent:
                break
            (number,) = unpack("<I", entry)
            image = compile_text(texts[number])
            content = pack(_HEADER, number, len(image)) + image
            while content:
                content = content[os.write(memory, content) :]
            os.write(done, b"\0")
    finally:
        os._exit(0)


def _end_with_parent() -> None:
    """Let the system kill this process when its parent ends, however it ends. The parent may have ended before."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _results(memory: int) -> dict[int, bytes]:
    content = os.pread(memory, os.fstat(memory).st_size, 0)
    found: dict[int, bytes] = {}
    at = 0
    while at < len(content):
        try:
            number, size = unpack_from(_HEADER, content, at)
        except StructError:
            break
        image = content[at + _HEADER_SIZE : at + _HEADER_SIZE + size]
        if len(image) < size:
            break
        found[number] = image
        at += _HEADER_SIZE + size
    return found
