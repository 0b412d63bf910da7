"""Samples of a program that runs in a child of this process: of its time, or of its allocations.

The child writes its samples to memory that both share, so they are complete however the program ends. Ranges of
addresses are pairs of the first address and the one after the last.
"""

from __future__ import annotations

import ctypes
import json
import mmap
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from types import FrameType

from beskid.base.node import value
from beskid.driver.execute import ENGINE_ERRORS, RUNTIME_VARIABLE, execute
from beskid.driver.failure import status_of
from beskid.driver.foreign.policy import LinkOptions
from beskid.driver.profiling.debug_information import DebugInformation
from beskid.engine.lljit import create_loader
from beskid.engine.profiler import (
    CENSUS_SIZE,
    HEADER_WORDS,
    CodeLayout,
    HeapCensus,
    Memory,
    ProfiledLoader,
    census_of,
    code_of,
    heap_runtime,
    in_one_section,
    start_heap_sampling,
    start_sampling,
)

_MAX_SAMPLE_BYTES = 128 << 20
"""Room for the samples: twenty minutes of an ordinary program. Only what is used is allocated."""

_FORWARDED = (signal.SIGTERM, signal.SIGHUP)
_IGNORED = (signal.SIGINT, signal.SIGQUIT)


@value
class Mapping:
    """A range of addresses at which a file is loaded; `offset` is the place in the file of the first byte."""

    low: int
    high: int
    offset: int
    path: str


@value
class Recording:
    """What was seen of a run. `status` is that of the program.

    `code` is the range of the program, and `information` counts from its start. `stacks` have the weight of the `count`
    samples by their addresses, the bytes of an instruction and of those after each call, innermost first. `lost`
    samples are missing. A weight is nanoseconds, or bytes that were allocated. There is a `census` of the heap if it
    was sampled, and if something was live after a full collection.
    """

    status: int
    code: tuple[int, int]
    information: DebugInformation
    mappings: tuple[Mapping, ...]
    stacks: dict[bytes, int]
    count: int
    lost: int
    census: HeapCensus | None


@value
class ProfiledRun:
    """A program to run, with what it gets. `entry` is its entry function, and messages call the program `shown`."""

    image: bytes
    entry: str
    shown: str
    arguments: list[str]
    environment: dict[str, str]
    links: LinkOptions | None


def record(run: ProfiledRun, period: int | None) -> Recording | int:
    """Run a program in a child and take a sample each `period` nanoseconds, of allocations if that is None.

    A program that did not start has a status.
    The child reports its own errors, and is interrupted by the terminal like any other; this process waits for it.
    Returns twice, like `fork`: in the child the status with which to exit.
    """
    memory = mmap.mmap(-1, _MAX_SAMPLE_BYTES)
    census = mmap.mmap(-1, CENSUS_SIZE)
    read_end, write_end = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        os.close(read_end)
        return _run(run, memory, census, period, parent, write_end)
    os.close(write_end)
    status, described = _wait(child, read_end)
    if not described:
        return status
    told = json.loads(described)
    stacks, count, lost = samples_in(memory)
    mappings = tuple([Mapping(*each) for each in told["mappings"]])
    places = dict(told["places"])
    information = DebugInformation(in_one_section(run.image, places), run.entry)
    code = code_of(run.image, places)
    return Recording(status, code, information, mappings, stacks, count, lost, census_of(census))


def _run(run: ProfiledRun, memory: mmap.mmap, census: mmap.mmap, period: int | None, parent: int, pipe: int) -> int:
    """The child: run the program, and tell the parent where its code lies; return its status."""
    loader = ProfiledLoader(create_loader())
    started: list[Callable[[], None]] = []
    environment = run.environment if period is not None else {**run.environment, RUNTIME_VARIABLE: heap_runtime()}

    def begin() -> None:
        mappings = loaded_files()
        mapped = [[each.low, each.high, each.offset, each.path] for each in mappings]
        with os.fdopen(pipe, "w", encoding="utf-8", errors="surrogateescape") as file:
            json.dump({"places": list(loader.places.items()), "mappings": mapped}, file)
        code = CodeLayout(
            code_of(run.image, loader.places),
            DebugInformation(in_one_section(run.image, loader.places), run.entry).frame_rows(),
            [(each.low, each.high) for each in mappings],
        )
        if period is None:
            started.append(start_heap_sampling(code, _memory(memory), _memory(census), parent))
        else:
            started.append(start_sampling(code, _memory(memory), period, parent))

    try:
        with ENGINE_ERRORS:
            return execute(run.image, run.arguments, environment, run.links, run.shown, begin, loader)
    finally:
        for stop in started:
            stop()


def _memory(mapped: mmap.mmap) -> Memory:
    return Memory(ctypes.addressof(ctypes.c_char.from_buffer(mapped)), len(mapped))


def _wait(child: int, pipe: int) -> tuple[int, str]:
    """The status of the child as a shell has it, and what it told."""

    def forward(number: int, frame: FrameType | None) -> None:
        os.kill(child, number)

    former = {
        **{number: signal.signal(number, signal.SIG_IGN) for number in _IGNORED},
        **{number: signal.signal(number, forward) for number in _FORWARDED},
    }
    try:
        with os.fdopen(pipe, encoding="utf-8", errors="surrogateescape") as file:
            described = file.read()
        _, status = os.waitpid(child, 0)
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
    return status_of(os.waitstatus_to_exitcode(status)), described


def loaded_files() -> list[Mapping]:
    """Return the readable code of this process."""
    found: list[Mapping] = []
    with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as file:  # noqa: PTH123
        for line in file:
            words = line.rstrip("\n").split(maxsplit=5)
            if words[1][0] == "r" and words[1][2] == "x":
                low, _, high = words[0].partition("-")
                path = words[5] if len(words) > 5 else ""
                found.append(Mapping(int(low, 16), int(high, 16), int(words[2], 16), path))
    return found


def samples_in(memory: mmap.mmap) -> tuple[dict[bytes, int], int, int]:
    """Return the weight of each stack in the memory of a profiler, the number of samples, and of missing ones."""
    words = memoryview(memory).cast("Q")
    try:
        used, lost = words[0], words[1]
        stacks: Counter[bytes] = Counter()
        samples = 0
        place = HEADER_WORDS
        end = HEADER_WORDS + used
        while place < end:
            start = place + 2
            place = start + words[place]
            stacks[words[start:place].tobytes()] += words[start - 1]
            samples += 1
        return stacks, samples, lost
    finally:
        words.release()
