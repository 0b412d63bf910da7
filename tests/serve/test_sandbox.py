"""The filter of system calls, interpreted here as the kernel does, for both machines."""

from __future__ import annotations

import errno
import struct

import pytest

from beskid.serve.sandbox import call_filter
from beskid.serve.system_calls import (
    ALLOWED,
    CLONE,
    CLONE3,
    CLOSE_RANGE,
    FCNTL,
    FCNTL_COMMANDS,
    IOCTL,
    IOCTL_REQUESTS,
    MACHINES,
    MMAP,
    PRCTL,
    PRLIMIT,
    TGKILL,
)  # fmt: skip

FINE = 0x7FFF0000
KILLED = 0x80000000
REFUSED = 0x00050000 | errno.EPERM
PROCESS = 4711
THREAD = 0x00010400
SPECIAL = (CLONE, CLONE3, TGKILL, PRLIMIT, CLOSE_RANGE, MMAP, FCNTL, IOCTL, PRCTL)


def verdict(program: bytes, number: int, arguments: tuple[int, ...] = (), machine: int = 0) -> int:
    """Run a filter on a system call; return what becomes of the call."""
    data = struct.pack("<iIQ6Q", number, machine, 0, *arguments, *[0] * (6 - len(arguments)))
    value, place = 0, 0
    while True:
        code, then, otherwise, operand = struct.unpack_from("=HBBI", program, 8 * place)
        place += 1
        if code == 0x06:
            return int(operand)
        if code == 0x20:
            (value,) = struct.unpack_from("<I", data, operand)
            continue
        tests = {0x15: value == operand, 0x35: value >= operand, 0x45: bool(value & operand)}
        place += then if tests[code] else otherwise


@pytest.mark.parametrize("column", range(len(MACHINES)), ids=list(MACHINES))
def test_each_call_has_its_verdict(column: int) -> None:
    name, machine = list(MACHINES.items())[column]
    program = call_filter(name, PROCESS)

    def ask(number: int, *arguments: int) -> int:
        return verdict(program, number, arguments, machine)

    allowed = {numbers[column] for numbers in ALLOWED.values() if numbers[column] >= 0}
    special = {row[column] for row in SPECIAL}
    for number in range(600):
        if number not in special:
            assert ask(number) == (FINE if number in allowed else REFUSED), number
    assert ask(CLONE3[column]) == 0x00050000 | errno.ENOSYS
    assert (ask(CLONE[column], 17), ask(CLONE[column], THREAD | 256)) == (REFUSED, FINE)
    assert (ask(CLONE[column], THREAD | 0x40000000), ask(CLONE[column], 0x00010000)) == (REFUSED, REFUSED)
    assert [ask(CLOSE_RANGE[column], 3, 9, flags) for flags in (0, 4, 2, 6)] == [FINE, FINE, REFUSED, REFUSED]
    assert (ask(TGKILL[column], PROCESS), ask(TGKILL[column], 1)) == (FINE, REFUSED)
    assert (ask(PRLIMIT[column], 0, 7, 0), ask(PRLIMIT[column], 1, 7, 0)) == (FINE, REFUSED)
    assert (ask(PRLIMIT[column], 0, 7, 1), ask(PRLIMIT[column], 0, 7, 1 << 32)) == (REFUSED, REFUSED)
    assert [ask(MMAP[column], 0, 4096, 3, flags) for flags in (0x22, 0x21, 0x23, 0x122)] == [FINE, *[REFUSED] * 3]
    assert {each for each in range(2048) if ask(FCNTL[column], 3, each) == FINE} == set(FCNTL_COMMANDS)
    assert [ask(FCNTL[column], 3, command | 1 << 40) for command in (8, 10, 15)] == [REFUSED] * 3
    assert {each for each in range(1 << 12, 6 << 12) if ask(IOCTL[column], 1, each) == FINE} < set(IOCTL_REQUESTS)
    assert (ask(IOCTL[column], 3, 0x40086602), ask(PRCTL[column], 1), ask(PRCTL[column], 15)) == (
        REFUSED,
        REFUSED,
        FINE,
    )
    assert ask(0x40000000 + 1) == REFUSED
    assert verdict(program, 0, (), 0x40000003) == KILLED


@pytest.mark.parametrize("column", range(len(MACHINES)), ids=list(MACHINES))
def test_no_number_is_listed_twice(column: int) -> None:
    numbers = [row[column] for row in (*ALLOWED.values(), *SPECIAL) if row[column] >= 0]
    assert len(numbers) == len(set(numbers))
