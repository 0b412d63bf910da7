"""The shared library inside a Python process: numbers against `repr`, text against `decode`, input across reads."""

from __future__ import annotations

import ctypes
import os
import random
import struct
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import limits

import beskid
from beskid._debug.beskid_forms import float_text as float_text_of_debuggers
from beskid.base.decimals import float_text

PACKAGE = Path(beskid.__file__).parent


class BeskidStr(ctypes.Structure):
    _fields_ = [("ptr", ctypes.c_void_p), ("len", ctypes.c_uint64)]


class Runtime:
    """The few functions these tests call, with their C signatures."""

    def __init__(self, path: Path) -> None:
        self.library = ctypes.CDLL(str(path))

    def text(self, name: str, kind: type[ctypes.c_double] | type[ctypes.c_int64], value: float) -> str:
        function = self.library[name]
        function.argtypes = [kind]
        function.restype = ctypes.c_void_p
        return self.read(function(value)).decode()

    def array(self, data: bytes) -> int:
        self.library.array_new.restype = ctypes.c_void_p
        self.library.array_new.argtypes = [ctypes.c_uint64, ctypes.c_uint64]
        address: int = self.library.array_new(1, len(data))
        ctypes.memmove(ctypes.c_void_p.from_address(address).value or 0, data, len(data))
        return address

    def lossy(self, data: bytes) -> bytes:
        self.library.str_from_bytes_lossy.restype = ctypes.c_void_p
        self.library.str_from_bytes_lossy.argtypes = [ctypes.c_void_p]
        return self.read(self.library.str_from_bytes_lossy(self.array(data)))

    def is_utf8(self, data: bytes) -> bool:
        self.library.str_is_utf8.restype = ctypes.c_int64
        self.library.str_is_utf8.argtypes = [ctypes.c_void_p]
        return bool(self.library.str_is_utf8(self.array(data)))

    @staticmethod
    def read(address: int) -> bytes:
        string = BeskidStr.from_address(address)
        return ctypes.string_at(string.ptr or 0, string.len)


@pytest.fixture(scope="module")
def runtime(library_folder: Path) -> Runtime:
    return Runtime(library_folder / "libbeskid_runtime.so")


def printed(value: float) -> str:
    """The printed form, derived from Python's shortest digits."""
    digits = repr(value)
    if digits == "nan":
        return "NaN"
    if digits in ("inf", "-inf"):
        return digits
    sign = "-" if digits.startswith("-") else ""
    mantissa, _, exponent = digits.removeprefix("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    every = whole + fraction
    significant = every.lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(every) - len(significant))
    significant = significant.rstrip("0")
    if not significant:
        return f"{sign}0.0"
    if not -6 <= point - 1 <= 20:
        rest = f".{significant[1:]}" if len(significant) > 1 else ""
        return f"{sign}{significant[0]}{rest}e{point - 1}"
    if point <= 0:
        return f"{sign}0.{'0' * -point}{significant}"
    padded = significant.ljust(point, "0")
    return f"{sign}{padded[:point]}.{padded[point:] or '0'}"


def test_floats_have_the_shortest_digits(runtime: Runtime) -> None:
    source = random.Random(1)
    values = [2.0**exponent for exponent in range(-1074, 1024)]
    values += [10.0**exponent for exponent in range(-323, 309)]
    values += [struct.unpack("<d", struct.pack("<Q", source.getrandbits(64)))[0] for _ in range(20000)]
    values += [source.randint(-(10**9), 10**9) / 10 ** source.randint(0, 9) for _ in range(10000)]
    for value in values:
        assert runtime.text("str_from_f64", ctypes.c_double, value) == printed(value) == float_text(value, 64)


def test_single_precision_reads_back_and_no_digit_is_superfluous(runtime: Runtime) -> None:
    source = random.Random(2)
    for _ in range(20000):
        value = struct.unpack("<f", struct.pack("<I", source.getrandbits(32)))[0]
        if value != value or value in (float("inf"), float("-inf")):
            continue
        text = runtime.text("str_from_f32", ctypes.c_double, value)
        assert struct.pack("<f", float(text)) == struct.pack("<f", value)
        digits = text.lstrip("-").partition("e")[0].replace(".", "").strip("0")
        if len(digits) > 1:
            shorter = f"{value:.{len(digits) - 2}e}"
            assert abs(float(shorter)) > 3.5e38 or struct.pack("<f", float(shorter)) != struct.pack("<f", value)


def test_the_compiler_and_debuggers_show_a_single_as_the_runtime_does(runtime: Runtime) -> None:
    source = random.Random(3)
    powers = [field << 23 for field in range(1, 256)]
    powers += [struct.unpack("<I", struct.pack("<f", float(f"1e{power}")))[0] for power in range(-44, 39)]
    images = [*range(200), *[power + step for power in powers for step in (-1, 0, 1)]]
    images += [source.getrandbits(32) for _ in range(1000)]
    for image in [*images, *[image | 1 << 31 for image in images]]:
        number = struct.unpack("<f", struct.pack("<I", image))[0]
        expected = runtime.text("str_from_f32", ctypes.c_double, number)
        assert (hex(image), float_text(number, 32)) == (hex(image), expected)
        assert (hex(image), float_text_of_debuggers(number, 4)) == (hex(image), expected)


@given(data=st.binary(max_size=40) | st.text(max_size=20).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_invalid_bytes_are_replaced_as_python_does(runtime: Runtime, data: bytes) -> None:
    assert runtime.lossy(data) == data.decode("utf-8", "replace").encode()
    assert runtime.is_utf8(data) == (data.decode("utf-8", "ignore").encode() == data)


def documented_hash(data: bytes) -> int:
    """The hash as `docs/internals/runtime.md` describes it."""
    value = len(data)
    for start in range(0, len(data), 8):
        word = int.from_bytes(data[start : start + 8].ljust(8, b"\0"), "little")
        value = ((value ^ word) * 0x9E3779B97F4A7C15) & (1 << 64) - 1
        value ^= value >> 32
    return value - (1 << 64) if value >> 63 else value


@given(text=st.text(max_size=40))
def test_string_hash_is_the_documented_one(runtime: Runtime, text: str) -> None:
    data = text.encode()
    buffer = ctypes.create_string_buffer(data)
    string = BeskidStr(ctypes.addressof(buffer), len(data))
    runtime.library.str_hash.restype = ctypes.c_int64
    assert runtime.library.str_hash(ctypes.byref(string)) == documented_hash(data)


READER = """
import ctypes, sys
library = ctypes.CDLL(sys.argv[1])
class Str(ctypes.Structure):
    _fields_ = [("ptr", ctypes.c_void_p), ("len", ctypes.c_uint64)]
for name, arguments in eval(sys.argv[2]):
    function = library[name]
    function.argtypes = [ctypes.c_int64] * len(arguments)
    function.restype = ctypes.c_void_p
    string = Str.from_address(function(*arguments))
    print(ctypes.string_at(string.ptr, string.len))
"""


def read(library_folder: Path, data: bytes, calls: str) -> tuple[list[str], str, int]:
    result = limits.run(
        [sys.executable, "-c", READER, str(library_folder / "libbeskid_runtime.so"), calls],
        input=data,
        capture_output=True,
        check=False,
        timeout=120,
    )
    return result.stdout.decode().splitlines(), result.stderr.decode(), result.returncode


def test_a_character_split_by_a_read_waits_for_the_next(library_folder: Path) -> None:
    calls = "[('syscall_read', (0, 2)), ('syscall_read', (0, 2)), ('syscall_read', (0, 9)), ('syscall_read', (0, 9))]"
    lines, _, status = read(library_folder, "xüy".encode(), calls)
    assert (lines, status) == (["b'x'", r"b'\xc3\xbcy'", "b''", "b''"], 0)


def test_lines_and_raw_reads_share_the_buffer(library_folder: Path) -> None:
    calls = "[('stdin_read_line', ()), ('syscall_read', (0, 3)), ('stdin_read_line', ()), ('stdin_read_all', ()),"
    lines, _, status = read(library_folder, b"one\ntwo three\nfour\nfive", calls + " ('stdin_read_line', ())]")
    assert (lines, status) == ([r"b'one\n'", "b'two'", r"b' three\n'", r"b'four\nfive'", "b''"], 0)


@pytest.mark.parametrize(("data", "offset"), [(b"a\xff", 1), (b"\xc3", 0)])
def test_invalid_input_panics(library_folder: Path, data: bytes, offset: int) -> None:
    message = f"panic: invalid utf-8 string data in line 1 of standard input, at byte offset {offset}\n"
    for call in ("[('syscall_read', (0, 10))]", "[('stdin_read_line', ())]", "[('stdin_read_all', ())]"):
        lines, errors, status = read(library_folder, data, call)
        assert (lines, errors, status) == ([], message, 101)


def test_a_long_line_is_one_string(library_folder: Path) -> None:
    line = b"x" * 200_000 + b"\n"
    lines, _, status = read(library_folder, line + b"rest", "[('stdin_read_line', ()), ('stdin_read_line', ())]")
    assert (len(lines[0]), lines[1], status) == (len(repr(line)), "b'rest'", 0)


def test_a_closed_pipe_is_an_error_and_no_signal(library_folder: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    library = ctypes.CDLL(str(library_folder / "libbeskid_runtime.so"))
    library.syscall_write.argtypes = [ctypes.c_int64, ctypes.c_void_p]
    library.syscall_write.restype = ctypes.c_int64
    library.str_from_i64.restype = ctypes.c_void_p
    assert library.syscall_write(writer, library.str_from_i64(5)) == -1
    os.close(writer)
