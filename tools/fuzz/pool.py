"""Worker processes for a fuzzer, watched from outside: a hang, a signal or an exit is a failure of the current input.

Each worker takes every n-th input and writes its number to shared memory before it runs. A worker that spends more than
`MAX_SECONDS` of processor time on one input, or waits without using any, is killed and replaced.
"""

from __future__ import annotations

import faulthandler
import gc
import mmap
import os
import resource
import shutil
import signal
import struct
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tools.fuzz.target import Target, chance_of

MAX_SECONDS = 5.0
MAX_WAITING_SECONDS = 60.0
"""For an input that neither ends nor uses the processor, such as a read from a FIFO without a writer."""
MAX_MEMORY = 4 << 30
POLL_SECONDS = 0.2
_TICKS = os.sysconf("SC_CLK_TCK")
_NONE = (1 << 64) - 1


@dataclass
class Failure:
    """An input that the compiler does not survive, and how it failed: `reason` is one line, `details` the rest."""

    number: int
    data: bytes
    reason: str
    details: str


@dataclass
class Result:
    counts: dict[str, int]
    failures: list[Failure] = field(default_factory=list)


@dataclass
class _Worker:
    slot: int
    process: int
    number: int = _NONE
    since: float = 0.0
    processor: float = 0.0


class Pool:
    """Runs the inputs `first` to `first + count - 1` of a seed."""

    def __init__(self, make_target: Callable[[], Target], seed: int, count: int, jobs: int, first: int = 0) -> None:
        self.make_target = make_target
        self.verdicts = make_target().verdicts
        self.seed = seed
        self.first = first
        self.end = first + count
        self.jobs = jobs
        # A row for each worker: the number of its current input, then how often each verdict was returned.
        self.width = 8 * (1 + len(self.verdicts))
        self.memory = mmap.mmap(-1, self.width * jobs)
        self.folder = Path(tempfile.mkdtemp(prefix="beskid-fuzz-"))

    def run(self, progress: Callable[[int], None] = lambda _: None) -> Result:
        failures: list[Failure] = []
        # What inputs are made from is computed before the fork, once for all workers.
        self.make_target().make(chance_of(self.seed, self.first))
        workers = [self._start(slot, self.first + slot) for slot in range(self.jobs)]
        try:
            while workers:
                time.sleep(POLL_SECONDS)
                for worker in list(workers):
                    reason = self._state(worker)
                    if reason is None:
                        continue
                    workers.remove(worker)
                    if reason:
                        number = self._number(worker.slot)
                        failures.append(self._failure(number, reason))
                        workers.append(self._start(worker.slot, number + self.jobs))
                progress(sum(self._counts().values()))
        finally:
            for worker in workers:
                os.kill(worker.process, signal.SIGKILL)
                os.waitpid(worker.process, 0)
            failures += self._written_failures()
            shutil.rmtree(self.folder, ignore_errors=True)
        return Result(self._counts(), sorted(failures, key=lambda failure: failure.number))

    def _state(self, worker: _Worker) -> str | None:
        """None while the worker works, empty when it has done all, else what became of its input."""
        ended, status = os.waitpid(worker.process, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            return "" if code == 0 else f"signal {-code}" if code < 0 else f"exit {code}"
        number, now, processor = self._number(worker.slot), time.monotonic(), processor_seconds(worker.process)
        if number != worker.number:
            worker.number, worker.since, worker.processor = number, now, processor
            return None
        if processor - worker.processor <= MAX_SECONDS and now - worker.since <= MAX_WAITING_SECONDS:
            return None
        os.kill(worker.process, signal.SIGKILL)
        os.waitpid(worker.process, 0)
        return "hang"

    def _number(self, slot: int) -> int:
        return int(struct.unpack_from("<Q", self.memory, slot * self.width)[0])

    def _counts(self) -> dict[str, int]:
        counts = dict.fromkeys(self.verdicts, 0)
        for slot in range(self.jobs):
            row = struct.unpack_from(f"<{len(self.verdicts)}Q", self.memory, slot * self.width + 8)
            for name, number in zip(self.verdicts, row, strict=True):
                counts[name] += number
        return counts

    def _failure(self, number: int, reason: str) -> Failure:
        if number == _NONE:
            raise RuntimeError(f"a worker ended before its first input: {reason}")
        return Failure(number, self.make_target().make(chance_of(self.seed, number)), reason, "")

    def _written_failures(self) -> list[Failure]:
        found = []
        for path in self.folder.glob("*.failure"):
            reason, _, details = path.read_text(encoding="utf-8", errors="replace").partition("\n")
            found.append(Failure(int(path.stem), path.with_suffix(".input").read_bytes(), reason, details))
        return found

    def _start(self, slot: int, first: int) -> _Worker:
        struct.pack_into("<Q", self.memory, slot * self.width, _NONE)
        process = os.fork()
        if process:
            return _Worker(slot, process, since=time.monotonic())
        status = 1
        try:
            self._work(slot, first)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)

    def _work(self, slot: int, first: int) -> None:
        # The trace of a signal is the business of the process that started us.
        faulthandler.disable()
        folder = self.folder / f"worker-{slot}-{first}"
        folder.mkdir()
        target = self.make_target()
        target.prepare(folder)
        # What the parent had mapped when it forked is not the work of an input.
        limit = _mapped_bytes() + MAX_MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        gc.freeze()
        columns = {name: slot * self.width + 8 * (1 + place) for place, name in enumerate(self.verdicts)}
        for number in range(first, self.end, self.jobs):
            struct.pack_into("<Q", self.memory, slot * self.width, number)
            data = target.make(chance_of(self.seed, number))
            try:
                column = columns[target.run(data)]
            except BaseException as error:
                self._write_failure(number, data, error)
                continue
            struct.pack_into("<Q", self.memory, column, struct.unpack_from("<Q", self.memory, column)[0] + 1)

    def _write_failure(self, number: int, data: bytes, error: BaseException) -> None:
        path = self.folder / f"{number}.failure"
        text = f"{reason_of(error)}\n{''.join(traceback.format_exception(error))}"
        path.with_suffix(".input").write_bytes(data)
        path.write_text(text, encoding="utf-8", errors="replace")


def _mapped_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()


def reason_of(error: BaseException) -> str:
    """The kind of an exception and where the compiler raised it, so that one fault has one reason."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "/beskid/" in frame.filename] or list(frames)
    place = f"{Path(own[-1].filename).name}:{own[-1].name}" if own else "?"
    if isinstance(error, RecursionError) and len(own) > 2:
        # Where a recursion ends is chance; its smallest function name is not.
        place = min(f"{Path(frame.filename).name}:{frame.name}" for frame in own[-30:])
    return f"{type(error).__name__} in {place}"


def processor_seconds(process: int) -> float:
    """How much processor time a child has used."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS


def reason_in_child(make_target: Callable[[], Target], data: bytes) -> str:
    """How one input fails, or empty when it does not, found out in a process of its own."""
    folder = Path(tempfile.mkdtemp(prefix="beskid-fuzz-"))
    source, sink = os.pipe()
    process = os.fork()
    if process == 0:
        faulthandler.disable()
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 (the process ends with it)
        try:
            resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            target = make_target()
            target.prepare(folder)
            target.run(data)
        except BaseException as error:
            os.write(sink, reason_of(error).encode())
        finally:
            os._exit(0)
    os.close(sink)
    try:
        return _wait(process, source)
    finally:
        os.close(source)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(process: int, source: int) -> str:
    start = time.monotonic()
    while True:
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            return f"signal {-code}" if code < 0 else os.read(source, 4096).decode("utf-8", "replace")
        if processor_seconds(process) > 2 * MAX_SECONDS or time.monotonic() - start > MAX_WAITING_SECONDS:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            return "hang"
        time.sleep(0.02)
