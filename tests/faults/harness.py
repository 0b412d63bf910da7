"""Commands under injected faults: what is run, and what must hold whatever fails.

A *scenario* is a folder with a user's files and a command. It is run once to count its calls of the system, then once
for each chosen call with that call failing, or with the process killed there. Afterwards no file of the user has
changed, every output is whole or absent, the status is one that a failure may have, and the same command run again does
what it did in the counting run.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import random
import resource
import shutil
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests import limits
from tests.sanitized import is_requested, sanitized_environment

import beskid
from beskid.files.temporaries import TEMPORARY_SUFFIX, is_temporary_name

SOURCE_FOLDER = Path(__file__).parent
FUNCTIONS = (
    "open", "read", "write", "rename", "link", "unlink", "fsync", "mkdir", "scan", "stat", "chmod", "fork", "allocate",
)  # fmt: skip
"""In the order of shim.c."""
ERRORS = {
    "open": errno.EMFILE,
    "read": errno.EIO,
    "write": errno.ENOSPC,
    "rename": errno.EACCES,
    "link": errno.EPERM,
    "unlink": errno.EACCES,
    "fsync": errno.EIO,
    "mkdir": errno.EACCES,
    "scan": errno.EACCES,
    "stat": errno.EACCES,
    "chmod": errno.EPERM,
    "fork": errno.EAGAIN,
    "allocate": errno.ENOMEM,
}
KILL, STOP = -1, -2
NO_FAULT = -1
STATE = struct.Struct("<iIiI")
FAILURE_STATUSES = frozenset((1, 2, 3))
PRELOAD = "LD_PRELOAD"
MAX_ADDRESS_SPACE = 3 << 30
"""So that a command which reads an endless device fails alone; a sanitizer reserves more than that."""
SHARED_SECONDS = 20_000.0
COMMAND_SECONDS = 300.0
"""Until a command that waits forever is killed. One that works forever is ended by its limit of processor time."""
PANIC_STATUS = 101
_SERVER_CALLS = {"fork": 1}
"""What the server calls itself for each command."""


@dataclass(frozen=True)
class Scenario:
    """A command and the files it finds.

    `outputs` are the paths below the folder that it may make or change. `varying` are those whose bytes differ from run
    to run, with what a whole one ends with. A warm scenario has run before; `made_by` is a command that ran before.
    """

    name: str
    arguments: tuple[str, ...]
    files: dict[str, str]
    outputs: tuple[str, ...] = ()
    varying: dict[str, bytes] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    is_warm: bool = False
    made_by: tuple[str, ...] = ()
    failures: frozenset[int] = FAILURE_STATUSES
    is_stdout_fixed: bool = True


@dataclass(frozen=True)
class Outcome:
    """How a command ended; a negative status is a signal."""

    status: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Fault:
    """What fails: the call `number` of a function, by an error, `KILL` or `STOP`; with `is_lasting` all later ones."""

    function: str
    number: int
    action: int
    is_lasting: bool = False

    def __str__(self) -> str:
        what = {KILL: "killed at", STOP: "stopped at"}.get(self.action, errno.errorcode.get(self.action, ""))
        return f"{what} {self.function} {self.number}{' and later' if self.is_lasting else ''}"


@dataclass(frozen=True)
class Place:
    """A scenario's folder: `work` holds the user's files, `home` the caches, `scratch` is for temporary files."""

    root: Path

    @property
    def work(self) -> Path:
        return self.root / "work"

    def files(self) -> dict[str, bytes]:
        """The content of every file of the user; links by their target, folders too."""
        found: dict[str, bytes] = {}
        for path in sorted(self.work.rglob("*")):
            name = path.relative_to(self.work).as_posix()
            if path.is_symlink():
                found[name] = b"-> " + os.fsencode(path.readlink())
            elif path.is_file():
                found[name] = path.read_bytes()
            elif path.is_dir():
                found[name] = b"a folder"
        return found

    def environment(self) -> dict[str, str]:
        return {
            **{name: held for name, held in os.environ.items() if not name.startswith(("BESKID_", "LD_", "PYTEST_"))},
            "HOME": str(self.root / "home"),
            "XDG_CACHE_HOME": str(self.root / "home" / "cache"),
            "TMPDIR": str(self.root / "scratch"),
            "PYTHONPATH": str(Path(beskid.__file__).parents[1]),
            "PYTHONDONTWRITEBYTECODE": "1",
            **sanitizer_variables(),
        }


def sanitizer_variables() -> dict[str, str]:
    """The variables of the sanitized runtime where the test run asks for it, but for the preloaded libraries."""
    held = _sanitizer()
    names = [name for name in held if name != PRELOAD]
    # The shim is preloaded before the sanitizer, which else would allocate without asking it.
    return {name: f"{held[name]}:verify_asan_link_order=0" if name == "ASAN_OPTIONS" else held[name] for name in names}


def _sanitizer() -> dict[str, str]:
    return (sanitized_environment() or {}) if is_requested() else {}


def build_shim(folder: Path) -> Path:
    """Compile the preloaded library, in front of the allocator of the sanitizer where there is one."""
    output = folder / "shim.so"
    command = ["cc", "-std=c11", "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]
    command += ["-DFAULTS_UNDER_ADDRESS_SANITIZER"] * bool(_sanitizer())
    limits.run([*command, str(SOURCE_FOLDER / "shim.c"), "-o", str(output), "-ldl"], check=True, capture_output=True)
    return output


class Injector:
    """Runs commands below one folder with the shim: counting, or with a call failing."""

    def __init__(self, place: Place, server: subprocess.Popen[str], variables: dict[str, str], state: Path) -> None:
        self.place = place
        self.variables = variables
        self.last_counts: dict[str, int] = {}
        self._server = server
        self._state = state

    @classmethod
    @contextlib.contextmanager
    def started(cls, folder: Path) -> Iterator[Injector]:
        """Start the server; all commands of all scenarios are its children."""
        shim, state = build_shim(folder), folder / "state"
        state.write_bytes(STATE.pack(NO_FAULT, 0, 0, 0).ljust(4096, b"\0"))
        place = Place(folder / "place")
        place.root.mkdir()
        variables = {
            PRELOAD: " ".join([str(shim), *_sanitizer().get(PRELOAD, "").split()]),
            "BESKID_FAULT_ROOT": str(place.root),
            "BESKID_FAULT_STATE": str(state),
        }
        with limits.start(
            [sys.executable, str(SOURCE_FOLDER / "server.py")],
            timeout=SHARED_SECONDS,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**place.environment(), **variables},
            text=True,
        ) as server:
            assert server.stdout is not None
            assert server.stdout.readline() == "ready\n"
            yield cls(place, server, variables, state)
            assert server.stdin is not None
            server.stdin.close()

    def run(
        self,
        arguments: tuple[str, ...],
        fault: Fault | None = None,
        meanwhile: Callable[[int], None] | None = None,
        user: int = 0,
        **variables: str,
    ) -> Outcome:
        """Run a command in the folder of the user's files; `meanwhile` is called with its process number."""
        (outcome,) = self.run_at_once(arguments, 1, fault, meanwhile, user, variables)
        return outcome

    def run_at_once(
        self,
        arguments: tuple[str, ...],
        copies: int,
        fault: Fault | None = None,
        meanwhile: Callable[[int], None] | None = None,
        user: int = 0,
        variables: Mapping[str, str] | None = None,
    ) -> list[Outcome]:
        """Run the same command several times at the same time."""
        folder = self._state.parent
        stdout, stderr = folder / "stdout", folder / "stderr"
        for copy in range(copies):
            for stream in (stdout, stderr):
                path = stream.with_suffix(f".{copy}")
                path.write_bytes(b"")
                path.chmod(0o666)
        environment = {**self.place.environment(), **self.variables, **(variables or {})}
        request = {
            "arguments": list(arguments),
            "folder": str(self.place.work),
            # A variable that is empty here is not set there.
            "environment": {name: held for name, held in environment.items() if held},
            "stdout": str(stdout),
            "stderr": str(stderr),
            "copies": copies,
            "user": user,
            "address_space": resource.RLIM_INFINITY if _sanitizer() else MAX_ADDRESS_SPACE,
        }
        server = self._server
        assert server.stdin is not None and server.stdout is not None
        server.stdin.write(json.dumps(request) + "\n")
        self.set_fault(fault)
        server.stdin.flush()
        processes = [int(number) for number in server.stdout.readline().split()]
        with _ended_after(COMMAND_SECONDS, processes):
            if meanwhile is not None:
                meanwhile(processes[0])
            statuses = [int(number) for number in server.stdout.readline().split()]
        for process in processes:
            # What a killed command leaves running would go on to change files while the next one is looked at.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process, signal.SIGKILL)
        self.last_counts = self.counts()
        self.set_fault(None)
        return [
            Outcome(
                os.waitstatus_to_exitcode(status),
                stdout.with_suffix(f".{copy}").read_bytes().decode("utf-8", "replace"),
                stderr.with_suffix(f".{copy}").read_bytes().decode("utf-8", "replace"),
            )
            for copy, status in enumerate(statuses)
        ]

    def set_fault(self, fault: Fault | None) -> None:
        """Choose what fails next, and set all counts to zero."""
        if fault is None:
            row = STATE.pack(NO_FAULT, 0, 0, 0)
        else:
            number = fault.number + _SERVER_CALLS.get(fault.function, 0)
            row = STATE.pack(FUNCTIONS.index(fault.function), number, fault.action, fault.is_lasting)
        with self._state.open("r+b") as file:
            file.write(row + bytes(4 * len(FUNCTIONS)))

    def counts(self, is_server: bool = True) -> dict[str, int]:
        """How often each function was called since `set_fault`; `is_server` when the server started the command."""
        numbers = struct.unpack_from(f"<{len(FUNCTIONS)}I", self._state.read_bytes(), STATE.size)
        found = dict(zip(FUNCTIONS, numbers, strict=True))
        return {name: found[name] - is_server * _SERVER_CALLS.get(name, 0) for name in FUNCTIONS}

    def set_up(self, scenario: Scenario) -> None:
        """Make the folder anew, with a cache that already holds the program where the scenario is a warm one."""
        shutil.rmtree(self.place.root, ignore_errors=True)
        self.set_up_in(scenario)

    def set_up_in(self, scenario: Scenario) -> None:
        """As `set_up`, in a folder that is empty."""
        place = self.place
        for folder in ("home", "scratch", "work"):
            (place.root / folder).mkdir(parents=True)
        for name, text in scenario.files.items():
            path = place.work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        if scenario.made_by:
            outcome = self.run(scenario.made_by)
            assert outcome.status == 0, outcome
        if scenario.is_warm:
            self.run(scenario.arguments)


@contextlib.contextmanager
def _ended_after(seconds: float, processes: list[int]) -> Iterator[None]:
    """Kill process groups that do not end; the wait status then says so."""

    def kill() -> None:
        for process in processes:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process, signal.SIGKILL)

    timer = threading.Timer(seconds, kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def when_stopped(action: Callable[[], object]) -> Callable[[int], None]:
    """Return a `meanwhile` that waits until the command, or a child of it, has stopped, acts, and lets it continue."""

    def wait(process: int) -> None:
        while True:
            states = {each: state_of(each) for each in limits.descendants(process)}
            if states.get(process, "") in ("", "Z"):
                return
            stopped = [each for each, state in states.items() if state == "T"]
            if stopped:
                action()
                for each in stopped:
                    os.kill(each, signal.SIGCONT)
                return
            time.sleep(0.002)

    return wait


def state_of(process: int) -> str:
    """The state of a process as one letter, empty when there is none."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[0]
    except OSError:
        return ""


@dataclass(frozen=True)
class Baseline:
    """A run in which nothing failed."""

    outcome: Outcome
    again: Outcome
    """The same command after that."""
    counts: dict[str, int]
    after: dict[str, bytes]


def baseline(scenario: Scenario, injector: Injector) -> Baseline:
    injector.set_up(scenario)
    before = injector.place.files()
    outcome = injector.run(scenario.arguments)
    counts = injector.last_counts
    after = injector.place.files()
    found = list(changed_files(scenario, before, after, injector.place))
    assert not found, (found, outcome)
    return Baseline(outcome, injector.run(scenario.arguments), counts, after)


def faults_of(counts: dict[str, int], most: int | None, chance: random.Random) -> list[Fault]:
    """All single faults, or `most` of them: every function once before any function twice."""
    every = [
        [Fault(function, number, action) for number in range(1, counts[function] + 1) for action in actions(function)]
        for function in FUNCTIONS
    ]
    every += [[Fault("write", number, errno.ENOSPC, True) for number in range(1, counts["write"] + 1)]]
    if most is None:
        return [fault for faults in every for fault in faults]
    for faults in every:
        chance.shuffle(faults)
    chance.shuffle(every)
    chosen: list[Fault] = []
    while len(chosen) < most and any(every):
        for faults in every:
            if faults and len(chosen) < most:
                chosen.append(faults.pop())
    return chosen


def actions(function: str) -> tuple[int, ...]:
    """What each function is made to do: its error, and the end of the process where something is being changed."""
    changes = function in ("write", "rename", "link", "unlink", "fsync", "mkdir", "open")
    return (ERRORS[function], KILL) if changes else (ERRORS[function],)


def broken_rules(scenario: Scenario, injector: Injector, wanted: Baseline, fault: Fault) -> list[str]:
    """Run a scenario with one fault; every rule that it breaks, as text."""
    injector.set_up(scenario)
    before = injector.place.files()
    outcome = injector.run(scenario.arguments, fault)
    found = list(_broken_by_outcome(scenario, outcome, wanted.outcome, fault))
    found += changed_files(scenario, before, wanted.after, injector.place, fault)
    if not found:
        # A command that did its work after all may have no more to do.
        is_done = injector.place.files() == wanted.after
        statuses = {wanted.outcome.status, wanted.again.status} if is_done else {wanted.outcome.status}
        again = injector.run(scenario.arguments)
        is_same = again.stdout in (wanted.outcome.stdout, wanted.again.stdout) or not scenario.is_stdout_fixed
        if again.status not in statuses or not is_same:
            found.append(f"the next run ended with {again.status}: {again.stdout[:200]}{again.stderr[-300:]}")
        found += changed_files(scenario, wanted.after, wanted.after, injector.place)
    return [f"{scenario.name}, {fault}: {each}" for each in found]


def _broken_by_outcome(scenario: Scenario, outcome: Outcome, wanted: Outcome, fault: Fault) -> Iterator[str]:
    if outcome.status == -signal.SIGKILL and fault.action == KILL:
        return
    if "Traceback" in outcome.stderr or "internal compiler error" in outcome.stderr:
        yield f"a traceback\n{outcome.stderr[-1500:]}"
    # A failure may be survived, for example where only the cache is lost.
    if outcome.status == wanted.status:
        if scenario.is_stdout_fixed and outcome.stdout != wanted.stdout:
            yield f"succeeded with other output: {outcome.stdout[:300]!r} {outcome.stderr[-300:]!r}"
        return
    if outcome.status not in scenario.failures:
        yield f"status {outcome.status}\n{outcome.stderr[-600:]}"
    if not outcome.stderr.strip():
        yield f"failed without a message, status {outcome.status}, {outcome.stdout[:200]!r}"


def changed_files(
    scenario: Scenario, before: dict[str, bytes], whole: dict[str, bytes], place: Place, fault: Fault | None = None
) -> Iterator[str]:
    """What was done to the user's files since `before`. `whole` are the files after a run in which nothing failed."""
    now = place.files()
    for name, content in before.items():
        if name in scenario.varying or (name in scenario.removed and name not in now):
            continue
        if now.get(name) not in (content, *((whole.get(name),) if name in scenario.outputs else ())):
            yield f"{name} was {'removed' if name not in now else 'changed'}"
    for name in now.keys() - before.keys() | scenario.varying.keys() & now.keys():
        if name in scenario.varying:
            if not now[name].rstrip().endswith(scenario.varying[name]):
                yield f"{name} is not whole"
        elif name not in scenario.outputs:
            if not _may_be_left(name, scenario, before, now, whole, fault):
                yield f"{name} was left behind"
        elif now[name] != whole.get(name):
            yield f"{name} is not whole"


def _is_in_unfinished_folder(name: str, scenario: Scenario) -> bool:
    """Whether a path is, or is in, an output folder under a temporary name."""
    parts = name.split("/")
    for position, part in enumerate(parts):
        output = "/".join([*parts[:position], part[1:].removesuffix(TEMPORARY_SUFFIX).rpartition(".")[0]])
        if is_temporary_name(part) and any(each.startswith(f"{output}/") for each in scenario.outputs):
            return True
    return False


def _may_be_left(
    name: str,
    scenario: Scenario,
    before: dict[str, bytes],
    now: dict[str, bytes],
    whole: dict[str, bytes],
    fault: Fault | None,
) -> bool:
    """Whether a command with this fault may leave a file until the next write in the folder.

    A removal that fails leaves what it should remove. A kill between naming a file and moving it into place leaves one
    temporary name for each output that was there before; it holds the old output or the complete new one. A folder is
    written under a temporary name from the start.
    """
    if fault is None:
        return False
    if fault.function == "unlink" or (fault.action == KILL and _is_in_unfinished_folder(name, scenario)):
        return True
    folder, _, file = name.rpartition("/")
    output = f"{folder}/" * bool(folder) + file[1:].removesuffix(TEMPORARY_SUFFIX).rpartition(".")[0]
    is_killed_on_the_way = fault.action == KILL and is_temporary_name(file) and output in scenario.outputs
    is_whole = output in scenario.varying or now[name] in (before.get(output), whole.get(output))
    return is_killed_on_the_way and output in before and is_whole
