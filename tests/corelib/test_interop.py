"""Compares what `Core.Interop` and `System.Errno` read in memory of C with Python's `ctypes` and `struct`."""

from __future__ import annotations

import ctypes
import os
import random
import struct
from pathlib import Path

import pytest
from tests import fresh
from tests.corelib.building import PROGRAMS, built, compare

ROUNDS = int(os.environ.get("BESKID_EXAMPLES", "60"))
PIECES = (
    b"a",
    b"\0",
    "é".encode(),
    "😀".encode(),
    b"\xff",
    b"\xe2\x82",
    b"\xf0\x9f",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b"\x80",
)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(PROGRAMS / "interop.bd", tmp_path_factory.mktemp("interop"), "-O0")


def in_python(data: bytes) -> str:
    memory = ctypes.create_string_buffer(data)
    address, middle = ctypes.addressof(memory), len(data) // 2
    numbers = ""
    for offset in range(len(data) - 7):
        small = ctypes.c_int32.from_buffer(memory, offset).value
        # Bits, because a signalling NaN need not survive as a number of Python.
        large, bits = struct.unpack_from("<qQ", data[offset : offset + 8] * 2)
        numbers += f"{small} {large} {bits},"
    text, rest = (ctypes.string_at(place).decode(errors="replace").encode() for place in (address, address + middle))
    length = len(ctypes.string_at(address))
    parts = ["true", numbers, data[middle:].hex(), f"{length} {length}", text.hex(), rest.hex(), str(len(text))]
    return "|".join(parts)


def test_memory_of_c_is_read_as_by_ctypes(program: Path) -> None:
    generator = random.Random(fresh.seed(81))
    expected = {}
    for _ in range(ROUNDS):
        data = b"".join(generator.choices(PIECES, (9, 1, 3, 3, 1, 1, 1, 1, 1, 1), k=generator.randrange(12)))
        if generator.random() < 0.3:
            data = generator.randbytes(generator.randrange(40))
        expected[f"x{data.hex()}"] = in_python(data)
    expected |= {str(number): os.strerror(number) for number in (*range(135), -1, 4095, 2**31 - 1)}
    compare(program, expected)
