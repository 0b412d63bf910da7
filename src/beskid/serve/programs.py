"""Starts the programs of the page, each in a process of its own, and yields what they print.

One process is always started ahead, so that a program does not wait for the compiler to be imported. All that a program
made is gone when it has ended: its process, and its folder.
"""

from __future__ import annotations

import errno
import json
import os
import pty
import select
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
import tty
from collections.abc import Generator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

from beskid.base.node import node, value
from beskid.files.walking import size_below
from beskid.files.workspace import Workspace
from beskid.files.writing import make_folder
from beskid.playground.host import MAX_OUTPUT
from beskid.serve.child import BEGAN
from beskid.serve.usage import has_used_its_time, size_without_names, use_of

VARIABLES = (
    "PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "XDG_CACHE_HOME", "LD_LIBRARY_PATH", "PYTHONPATH",
    "BESKID_JOBS", "BESKID_RUNTIME_LIBRARY", "BESKID_EXTERN_ALLOW", "BESKID_EXTERN_DENY",
)  # fmt: skip
"""What a program sees of the environment: other variables may hold secrets."""

WAIT_FACTOR = 10
"""A program that waits may take this many times its processor time."""

MAX_FOLDER_BYTES = 64 << 20
MAX_PROGRAMS = 4
MAX_THREADS = 256
STOP_SECONDS = 5.0
"""How long the server waits at its end until the folders of programs are removed."""

COMPILE_SECONDS = 120.0
DRAIN_SECONDS = 1.0
"""How long the streams of a program are read after its end."""

LOOK_SECONDS = 0.25
"""How often the size of the program's folder is looked at."""

_READ_SIZE = 1 << 16
_REPORT = 0


@value
class Settings:
    """The limits of a program, and whether it is confined at all."""

    seconds: int
    mebibytes: int
    confined: bool


@value
class Program:
    text: str
    stdin: bytes
    arguments: list[str]
    files: dict[str, bytes]


@value
class Output:
    """What a program wrote to descriptor 1 or 2."""

    descriptor: int
    data: bytes


@value
class End:
    """The exit status, None when the program did not run to its end; then `message` says why."""

    status: int | None
    message: str


@node
class _Process:
    """A child that waits for a program, and our ends of its pipes."""

    child: subprocess.Popen[bytes]
    output: int
    report: int


class Programs:
    """All programs of one server. Its methods may be called by several threads."""

    def __init__(self, settings: Settings, environment: Mapping[str, str]) -> None:
        self.settings = settings
        self._environment = {name: environment[name] for name in VARIABLES if environment.get(name)}
        self._environment |= {"NO_COLOR": "1", "TERM": "dumb", "BESKID_GC_LIMIT": f"{settings.mebibytes}m"}
        # The kernel ends a child when the thread that started it ends, so one thread starts all.
        self._starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="starter")
        self._spare = self._starter.submit(self._start)
        self._lock = threading.Lock()
        self._places = threading.Semaphore(MAX_PROGRAMS)
        self._running: list[_Process] = []
        self._is_closed = False

    def close(self) -> None:
        """End the process that waits and those that run, and have their folders removed."""
        with self._lock:
            self._is_closed = True
            spare = self._spare
            for process in self._running:
                _kill(process)
        with suppress(OSError):
            _end(spare.result())
        end = time.monotonic() + STOP_SECONDS
        for _ in range(MAX_PROGRAMS):
            self._places.acquire(timeout=max(end - time.monotonic(), 0))
        self._starter.shutdown()

    def run(self, program: Program, visitor: socket.socket) -> Generator[Output | End, None, None]:
        """Yield what a program prints, and its end at last. It is ended early when the visitor hangs up."""
        if not self._places.acquire(blocking=False):
            yield End(None, f"{MAX_PROGRAMS} programs run already; stop one of them\n")
            return
        try:
            with Workspace() as workspace, ExitStack() as stack:
                process = self._take()
                stack.callback(self._finish, process)
                self._send(process, program, workspace)
                yield from _Run(process, self.settings, f"{workspace.path}/program", visitor).events()
        finally:
            self._places.release()

    def _take(self) -> _Process:
        process = self._next()
        # The system, or a user, may have ended the one that waited.
        if process.child.poll() is not None:
            _end(process)
            process = self._next()
        with self._lock:
            self._running.append(process)
            if self._is_closed:
                _kill(process)
        return process

    def _next(self) -> _Process:
        with self._lock:
            if self._is_closed:
                raise OSError(errno.ESHUTDOWN, "the server ends")
            started, self._spare = self._spare, self._starter.submit(self._start)
        return started.result()

    def _finish(self, process: _Process) -> None:
        with self._lock:
            self._running.remove(process)
        _end(process)

    def _start(self) -> _Process:
        # A terminal and not a pipe: a program holds its output back from a pipe.
        with ExitStack() as parent_ends, ExitStack() as child_ends:
            output, terminal = pty.openpty()
            parent_ends.callback(os.close, output)
            child_ends.callback(os.close, terminal)
            tty.setraw(terminal)
            reader, report = os.pipe()
            parent_ends.callback(os.close, reader)
            child_ends.callback(os.close, report)
            command = [sys.executable, "-m", "beskid.serve.child", str(os.getpid()), str(report)]
            child = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=terminal, stderr=subprocess.PIPE, pass_fds=(report,),
                env=self._environment, start_new_session=True,
            )  # fmt: skip
            parent_ends.pop_all()
        return _Process(child, output, reader)

    def _send(self, process: _Process, program: Program, workspace: Workspace) -> None:
        folder = workspace.file("program")
        make_folder(folder)
        for name, data in program.files.items():
            workspace.write(f"program/{name}", data)
        task = {
            "text": program.text, "arguments": program.arguments, "folder": folder,
            "input": workspace.write("input", program.stdin), "seconds": self.settings.seconds,
            "memory": self.settings.mebibytes << 20, "confined": self.settings.confined,
        }  # fmt: skip
        assert process.child.stdin is not None
        with suppress(BrokenPipeError):
            process.child.stdin.write(json.dumps(task).encode() + b"\n")
            process.child.stdin.close()


class _Run:
    """One program that runs: its streams, and the limits that this process holds."""

    _exit: int
    _selector: selectors.BaseSelector

    def __init__(self, process: _Process, settings: Settings, folder: str, visitor: socket.socket) -> None:
        assert process.child.stderr is not None
        self._process = process
        self._settings = settings
        self._folder = folder
        self._visitor = visitor
        self._report = b""
        self._room = MAX_OUTPUT
        self._deadline = time.monotonic() + COMPILE_SECONDS
        self._has_ended = False
        self._has_used_its_time = False
        self._hangup = select.poll()
        self._hangup.register(visitor, select.POLLRDHUP)
        self._streams = {process.report: _REPORT, process.output: 1, process.child.stderr.fileno(): 2}

    def events(self) -> Iterator[Output | End]:
        with ExitStack() as stack:
            self._exit = os.pidfd_open(self._process.child.pid)
            stack.callback(os.close, self._exit)
            self._selector = stack.enter_context(selectors.DefaultSelector())
            for descriptor in (*self._streams, self._exit, self._visitor.fileno()):
                self._selector.register(descriptor, selectors.EVENT_READ)
            message = yield from self._outputs()
        yield self._end() if message is None else End(None, message)

    def _outputs(self) -> Generator[Output, None, str | None]:
        """Yield the output; return why the program must be ended, None when it has ended itself."""
        looked = time.monotonic()
        while self._streams or not self._has_ended:
            ready = [key.fd for key, _ in self._selector.select(LOOK_SECONDS)]
            if self._hangup.poll(0):
                return "stopped"
            if self._visitor.fileno() in ready:
                # Another request in advance; it is not read before this one is answered.
                self._selector.unregister(self._visitor.fileno())
            # Output before errors: a panic comes after what the program printed.
            for descriptor in sorted([each for each in ready if each in self._streams], key=self._streams.__getitem__):
                yield from self._read(descriptor)
            if self._room < 0:
                return f"the program was ended: it wrote more than {MAX_OUTPUT >> 20} MiB\n"
            if self._exit in ready:
                self._note_exit()
            now = time.monotonic()
            if now > self._deadline:
                return None if self._has_ended else self._late()
            if now - looked > LOOK_SECONDS:
                looked = now
                excess = self._excess()
                if excess:
                    return f"the program was ended: {excess}\n"
        return None

    def _excess(self) -> str:
        """Return which limit the program exceeds that the system does not hold, empty for none."""
        process = self._process.child.pid
        size = size_below(self._folder, MAX_FOLDER_BYTES)
        if size <= MAX_FOLDER_BYTES and not self._has_ended:
            size += size_without_names(process)
        if size > MAX_FOLDER_BYTES:
            return f"its files are larger than {MAX_FOLDER_BYTES >> 20} MiB"
        if self._has_ended or not self._has_begun():
            return ""
        found = use_of(process)
        if found.threads > MAX_THREADS:
            return f"it had more than {MAX_THREADS} threads"
        if found.memory > found.memory_limit:
            return "it used more memory than it may"
        return ""

    def _read(self, descriptor: int) -> Iterator[Output]:
        number = self._streams[descriptor]
        try:
            data = os.read(descriptor, _READ_SIZE)
        except OSError:
            # What a terminal reports when nothing has it open any more.
            data = b""
        if not data:
            self._selector.unregister(descriptor)
            del self._streams[descriptor]
        elif number == _REPORT:
            self._report += data
            if self._has_begun():
                self._deadline = time.monotonic() + WAIT_FACTOR * self._settings.seconds
        else:
            shown = data[: max(self._room, 0)]
            self._room -= len(data)
            if shown:
                yield Output(number, shown)

    def _note_exit(self) -> None:
        """End what the program has started, which may hold its streams open."""
        self._selector.unregister(self._exit)
        self._has_ended = True
        self._has_used_its_time = has_used_its_time(self._process.child.pid)
        _kill(self._process)
        self._deadline = time.monotonic() + DRAIN_SECONDS

    def _has_begun(self) -> bool:
        return self._report == BEGAN.encode()

    def _late(self) -> str:
        if not self._has_begun():
            return f"the program was not compiled within {COMPILE_SECONDS:.0f} s\n"
        return f"the program was ended: it ran for more than {WAIT_FACTOR * self._settings.seconds} s\n"

    def _end(self) -> End:
        status = self._process.child.wait()
        if not self._has_begun():
            message = self._report.decode("utf-8", "replace")
            if status < 0:
                message = message or f"the compiler was ended by {_signal_name(-status)}\n"
            return End(None, message or f"the compiler ended with status {status}; this is a bug in beskid\n")
        if status == -signal.SIGXCPU or (status == -signal.SIGKILL and self._has_used_its_time):
            seconds = self._settings.seconds
            return End(None, f"the program was ended: it used more than {seconds} s of processor time\n")
        if status < 0:
            return End(None, f"the program was ended by {_signal_name(-status)}\n")
        return End(status, "")


def _signal_name(number: int) -> str:
    """Return the name of a signal; real-time signals have none."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _kill(process: _Process) -> None:
    """Kill a child and its group. Until it is waited for, nothing else has its number."""
    if process.child.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.child.pid, signal.SIGKILL)


def _end(process: _Process) -> None:
    _kill(process)
    process.child.wait()
    for stream in (process.child.stdin, process.child.stderr):
        if stream is not None:
            with suppress(BrokenPipeError):
                stream.close()
    os.close(process.output)
    os.close(process.report)
