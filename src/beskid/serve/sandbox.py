"""Confines this process for good: no network, no other process, no file outside of one folder, limits.

Seccomp refuses system calls, Landlock refuses files, and limits of the system hold processor time, memory and files.
None of them needs a privilege. `problem` says why a machine cannot do it; `enter` does it or raises `SandboxError`.
A process must have one thread when it enters: both are applied to the thread that asks, and to those that it starts.
"""

from __future__ import annotations

import ctypes
import errno
import math
import os
import resource
import signal
import stat
import struct

from beskid.abi.generated.numbers import NATIVE_STACK_SIZE
from beskid.base.node import value
from beskid.codegen.host import host_machine
from beskid.serve.system_calls import (
    ALLOWED,
    CLONE,
    CLONE3,
    CLOSE_RANGE,
    CLOSE_RANGE_FLAGS,
    FCNTL,
    FCNTL_COMMANDS,
    IOCTL,
    IOCTL_REQUESTS,
    MACHINES,
    MMAP,
    PRCTL,
    PRCTL_OPTIONS,
    PRLIMIT,
    TGKILL,
)  # fmt: skip
from beskid.serve.usage import status_fields

READABLE = (
    "/usr", "/lib", "/lib64", "/etc/localtime", "/etc/timezone", "/etc/ld.so.cache", "/dev/null", "/dev/zero",
    "/dev/urandom",
)  # fmt: skip
"""What a program may read besides its folder: libraries, time zones, and devices that hold nothing."""

MAX_FILES = 64
MAX_FILE_BYTES = 32 << 20
STACK_ROOM = NATIVE_STACK_SIZE + (32 << 20)
"""The address space of the stack that a program runs on, and what the C library needs besides the heap."""

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_SECCOMP = (317, 277)
_SECCOMP_SET_MODE_FILTER, _SECCOMP_GET_ACTION_AVAIL = 1, 2
_ALLOW, _FAIL, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_LANDLOCK_VERSION = 1
_LANDLOCK_PATH_BENEATH = 1
_MIN_LANDLOCK = 3
"""Linux 6.2: before that, a file outside of the folder could be truncated."""

_READ = 0b1101
"""Executing and reading files, listing folders."""
_FILE = 0b100_0000_0000_0111
"""What can be done with a file: execute, write, read, truncate."""
_ALL = 0b111_1111_1111_1111
_WITH_DEVICES = _ALL | 1 << 15
_SPECIAL = 1 << 6 | 1 << 9 | 1 << 11
"""Making character devices, sockets and block devices, which nothing may."""
_NET = 0b11
_SCOPES = 0b11

_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_BITS, _JUMP_IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_X32 = 0x40000000
_CLONE_THREAD = 0x00010000
_CLONE_FILES = 0x00000400
_CLONE_NEW = 0x7E020080
"""The flags for new namespaces."""
_UNCOUNTED = 0x101
"""`MAP_SHARED` and `MAP_GROWSDOWN`."""

_NUMBER, _MACHINE, _ARGUMENT = 0, 4, 16
"""Where a filter finds what it is asked about; an argument has eight bytes."""


def _step(code: int, operand: int, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("=HBBI", code, then, otherwise, operand)


_LET = _step(_RETURN, _ALLOW)
_REFUSE = _step(_RETURN, _FAIL | errno.EPERM)


class SandboxError(Exception):
    """The machine does not confine this process."""


@value
class Limits:
    """Seconds of processor time, and bytes of the heap."""

    seconds: int
    memory: int


def problem() -> str:
    """Return why programs cannot be confined here, empty when they can."""
    machine = host_machine()
    if machine not in MACHINES:
        return f"no list of system calls for {machine}"
    action = ctypes.c_uint32(_FAIL)
    if _call(_here(_SECCOMP), _SECCOMP_GET_ACTION_AVAIL, 0, ctypes.byref(action)) != 0:
        return "the kernel has no seccomp filters"
    if _landlock_version() < _MIN_LANDLOCK:
        return "the kernel has no Landlock, which Linux 6.2 and later have"
    return ""


def die_with(parent: int) -> bool:
    """Have the kernel end this process when the thread that started it ends. Return False if it has ended already."""
    _libc().prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    return os.getppid() == parent


def limit(limits: Limits) -> None:
    """Limit what this process may use from now on."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = math.ceil(used.ru_utime + used.ru_stime) + limits.seconds
    for kind, amount in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_DATA, _data_bytes() + limits.memory + STACK_ROOM),
        (resource.RLIMIT_FSIZE, MAX_FILE_BYTES),
        (resource.RLIMIT_NOFILE, MAX_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        most = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        # One second later the kernel kills, whatever the program does with the first signal.
        resource.setrlimit(kind, (most, most + (kind == resource.RLIMIT_CPU and most != hard)))


def limit_memory(amount: int) -> None:
    """Limit the memory of this process until `limit` does."""
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = _data_bytes() + amount
    resource.setrlimit(resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def enter(folder: str) -> None:
    """Confine this process to a folder; of the rest it may read `READABLE`."""
    found = problem()
    if found:
        raise SandboxError(found)
    if _libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise SandboxError("new privileges cannot be refused")
    _confine_files(folder)
    _confine_calls()


def _confine_files(folder: str) -> None:
    version = _landlock_version()
    handled = _WITH_DEVICES if version >= 5 else _ALL
    rules = struct.pack("QQQ", handled, _NET if version >= 4 else 0, _SCOPES if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = _call(_LANDLOCK_CREATE, rules, size, 0)
    if ruleset < 0:
        raise SandboxError(f"Landlock refuses its rules: {os.strerror(ctypes.get_errno())}")
    try:
        for path in READABLE:
            _allow(ruleset, path, _READ)
        _allow(ruleset, folder, handled & ~_SPECIAL)
        if _call(_LANDLOCK_RESTRICT, ruleset, 0) != 0:
            raise SandboxError(f"Landlock refuses to begin: {os.strerror(ctypes.get_errno())}")
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    """Allow rights below a path; one that does not exist needs none."""
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        is_folder = stat.S_ISDIR(os.fstat(place).st_mode)
        rule = struct.pack("=Qi", rights if is_folder else rights & _FILE, place)
        if _call(_LANDLOCK_ADD, ruleset, _LANDLOCK_PATH_BENEATH, rule, 0) != 0:
            raise SandboxError(f"Landlock refuses {path}: {os.strerror(ctypes.get_errno())}")
    finally:
        os.close(place)


def _confine_calls() -> None:
    program = call_filter(host_machine(), os.getpid())
    code = ctypes.create_string_buffer(program, len(program))
    described = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    if _call(_here(_SECCOMP), _SECCOMP_SET_MODE_FILTER, 0, described) != 0:
        raise SandboxError(f"seccomp refuses the filter: {os.strerror(ctypes.get_errno())}")


def call_filter(machine: str, process: int) -> bytes:
    """Return the filter of a machine as a program of classic BPF: the calls with conditions, and the table."""
    column = list(MACHINES).index(machine)
    steps = [
        _step(_LOAD, _MACHINE),
        _step(_JUMP_IF_EQUAL, MACHINES[machine], 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER),
        # The second list of numbers that x86-64 has.
        _step(_JUMP_IF_AT_LEAST, _X32, 0, 1),
        _REFUSE,
    ]
    conditions = (
        (CLONE3, [_step(_RETURN, _FAIL | errno.ENOSYS)]),
        (CLONE, [
            _step(_LOAD, _ARGUMENT),
            _step(_JUMP_IF_BITS, _CLONE_THREAD, 0, 3),
            _step(_JUMP_IF_BITS, _CLONE_FILES, 0, 2),
            _step(_JUMP_IF_BITS, _CLONE_NEW, 1, 0),
            _LET,
            _REFUSE,
        ]),
        (TGKILL, _let_one_of(0, (process,))),
        (PRLIMIT, [
            _step(_LOAD, _ARGUMENT),
            _step(_JUMP_IF_EQUAL, 0, 0, 5),
            _step(_LOAD, _ARGUMENT + 16),
            _step(_JUMP_IF_EQUAL, 0, 0, 3),
            _step(_LOAD, _ARGUMENT + 20),
            _step(_JUMP_IF_EQUAL, 0, 0, 1),
            _LET,
            _REFUSE,
        ]),
        (CLOSE_RANGE, _let_one_of(2, CLOSE_RANGE_FLAGS)),
        (MMAP, [_step(_LOAD, _ARGUMENT + 24), _step(_JUMP_IF_BITS, _UNCOUNTED, 1, 0), _LET, _REFUSE]),
        (FCNTL, _let_one_of(1, FCNTL_COMMANDS)),
        (IOCTL, _let_one_of(1, IOCTL_REQUESTS)),
        (PRCTL, _let_one_of(0, PRCTL_OPTIONS)),
    )  # fmt: skip
    for numbers, condition in (*conditions, *[(numbers, [_LET]) for numbers in ALLOWED.values()]):
        if numbers[column] >= 0:
            steps += [_step(_JUMP_IF_EQUAL, numbers[column], 0, len(condition)), *condition]
    return b"".join([*steps, _REFUSE])


def _let_one_of(argument: int, values: tuple[int, ...]) -> list[bytes]:
    """Allow a call whose argument, of 32 bits, has one of these values."""
    steps = [_step(_LOAD, _ARGUMENT + 8 * argument)]
    for each in values:
        steps += [_step(_JUMP_IF_EQUAL, each, 0, 1), _LET]
    return [*steps, _REFUSE]


def _landlock_version() -> int:
    return _call(_LANDLOCK_CREATE, None, 0, _LANDLOCK_VERSION)


def _data_bytes() -> int:
    """Return the size of the writable memory of this process, which `RLIMIT_DATA` counts."""
    return status_fields("/proc/self").get(b"VmData", 0) << 10


def _here(numbers: tuple[int, int]) -> int:
    return numbers[list(MACHINES).index(host_machine())]


def _call(number: int, *arguments: object) -> int:
    values = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    return int(_libc().syscall(ctypes.c_long(number), *values))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
