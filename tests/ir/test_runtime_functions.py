"""The interpreter's runtime functions: complete, and with the meanings and texts of the contract."""

from __future__ import annotations

import errno
import os
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beskid.abi import BUILTIN_SPECS
from beskid.base.decimals import to_f32
from beskid.ir.oracle.closures import CLOSURE_FUNCTIONS
from beskid.ir.oracle.dispatch import DISPATCH_FUNCTIONS
from beskid.ir.oracle.host import Host, MemoryHost
from beskid.ir.oracle.numerals import format_f32, format_f64, parse_f64, parse_i64
from beskid.ir.oracle.real_host import RealHost
from beskid.ir.oracle.system import System
from beskid.ir.oracle.texts import TEXT_FUNCTIONS
from beskid.ir.oracle.values import ExitRequest, HeapArray, HeapObject, Panic, byte_array

OUTSIDE_IR = {
    "alloc",
    "array_new_typed",
    "str_concat_n",
    "str_concat_numbers",
    "str_new",
    "panic",
    "gc_register_root",
    "gc_unregister_root",
    "event_subscribe",
    "event_unsubscribe_first",
    "test_bytes_ptr",
    "str_copy",
    "array_foreign",
}
"""Functions that take addresses of memory, those of hosts among them, and those that operations of IR stand for."""

CALL = TEXT_FUNCTIONS | DISPATCH_FUNCTIONS


def test_every_function_of_the_contract_is_here() -> None:
    known = set(CALL) | set(CLOSURE_FUNCTIONS) | set(System(MemoryHost(), []).functions()) | OUTSIDE_IR
    listed = {spec.symbol for spec in BUILTIN_SPECS}
    hosts = {symbol for symbol in listed if symbol.startswith("beskid_")}
    assert listed - hosts <= known
    assert known - OUTSIDE_IR <= listed


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (1.0, "1.0"),
        (100.0, "100.0"),
        (1e20, "100000000000000000000.0"),
        (1e21, "1e21"),
        (1.5e-7, "1.5e-7"),
        (1e-6, "0.000001"),
        (9.5e-7, "9.5e-7"),
        (123.456, "123.456"),
        (float("nan"), "NaN"),
        (float("inf"), "inf"),
        (float("-inf"), "-inf"),
        (5e-324, "5e-324"),
    ],
)
def test_floats_print_by_decision_r1(number: float, text: str) -> None:
    assert format_f64(number) == text.encode()


@given(st.floats(allow_nan=False))
def test_printed_floats_read_back(number: float) -> None:
    read, status = parse_f64(format_f64(number))
    assert (read, status) == (number, 0)


@given(st.floats(width=32, allow_nan=False))
def test_printed_singles_read_back_and_are_no_longer_than_needed(number: float) -> None:
    text = format_f32(number)
    assert to_f32(float(text)) == number
    assert len(text) <= len(format_f64(number))
    assert struct.unpack("<f", struct.pack("<f", float(text)))[0] == number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"12", (12, 0)),
        (b"-9223372036854775808", (-(2**63), 0)),
        (b"+7", (7, 0)),
        (b"9223372036854775808", (0, 2)),
        (b"", (0, 1)),
        (b"-", (0, 1)),
        (b" 1", (0, 1)),
        (b"1_0", (0, 1)),
        ("١".encode(), (0, 1)),
    ],
)
def test_integers_are_parsed_strictly(text: bytes, expected: tuple[int, int]) -> None:
    assert parse_i64(text) == expected


@pytest.mark.parametrize(("text", "status"), [(b"1e999", 2), (b"1e", 1), (b".", 1), (b".5", 0), (b"5.", 0), (b"x", 1)])
def test_floats_are_parsed_with_a_status(text: bytes, status: int) -> None:
    assert parse_f64(text)[1] == status


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("str_slice", (b"abc", 2, 2), "string slice out of range"),
        ("str_slice", (b"abc", -1, 1), "string slice out of range"),
        ("str_slice", ("ä".encode(), 0, 1), "string slice splits a character"),
        ("str_byte_slice", (byte_array(b"ab"), 1, 2), "byte slice out of range"),
        ("str_from_bytes", (byte_array(b"\xff"),), "invalid utf-8 string data"),
        ("str_from_char", (0xD800,), "invalid char value"),
        ("str_decode", (b"a", 1), "index out of range: the length is 1 but the index is 1"),
        ("str_decode", ("ä".encode(), 1), "string slice splits a character"),
        ("str_len", (0,), "null string handle"),
        ("array_len", (0,), "null array handle"),
        ("array_copy", (byte_array(b"ab"), 1, byte_array(b"ab"), 0, 2), "array copy out of range"),
        ("array_slice", (byte_array(b"ab"), 1, 2), "array slice out of range"),
        ("array_new", (8, 1 << 60), "array backing allocation failed"),
        ("panic_index", (-1, 0), "index out of range: the length is 0 but the index is -1"),
        ("panic_char", (7,), "invalid char value"),
        ("interop_dispatch_unit", (HeapObject(None),), "invalid interop tag for unit dispatch: 0"),
        ("interop_dispatch_ptr", (HeapObject(None),), "invalid interop tag for ptr dispatch: 0"),
        ("interop_dispatch_usize", (0,), "null interop handle"),
    ],
)
def test_misuse_panics_with_the_text_of_the_contract(name: str, arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(Panic) as caught:
        CALL[name](*arguments)
    assert caught.value.message.decode() == message


def test_strings() -> None:
    assert (
        CALL["str_quote"](b'a"\\\n\r\t\0\x01\x1f\x7f\xc3\xa4') == b'"a\\"\\\\\\n\\r\\t\\0\\u{1}\\u{1f}\\u{7f}\xc3\xa4"'
    )
    assert CALL["str_find"](b"abcabc", b"c", 3) == 5
    assert CALL["str_find"](b"abc", b"", 3) == 3
    assert CALL["str_find"](b"abc", b"a", 4) == -1
    assert CALL["str_find_last"](b"abcabc", b"bc") == 4
    assert CALL["str_decode"]("ä".encode(), 0) == 2 << 32 | 0xE4
    assert CALL["str_char_count"]("aä€".encode()) == 3
    assert CALL["str_compare"](b"a", b"ab") == -1
    assert CALL["str_from_u64"](-1) == b"18446744073709551615"
    assert CALL["str_join"](HeapArray([b"a", b"b"], None), b", ") == b"a, b"
    assert CALL["str_repeat"](b"ab", -3) == b""
    assert CALL["str_hash"](b"") == 0
    assert CALL["str_from_bytes_lossy"](byte_array(b"a\xe2\x82b")) == "a�b".encode()


def test_copies_move_every_component_and_may_overlap() -> None:
    array = HeapArray([1, 2, 3, 4], None)
    array.column(8)[:] = [10, 20, 30, 40]
    CALL["array_copy"](array, 1, array, 0, 3)
    assert (list(array), array.column(8)) == ([1, 1, 2, 3], [10, 10, 20, 30])
    part = CALL["array_slice"](array, 2, 2)
    assert (list(part), part.column(8)) == ([2, 3], [20, 30])


def test_lines_and_raw_reads_share_what_was_read() -> None:
    system = System(MemoryHost(stdin=b"one\ntwo\nthree"), [])
    call = system.functions()
    assert call["stdin_read_line"]() == b"one\n"
    assert call["syscall_read"](0, 2) == b"tw"
    assert call["stdin_read_all"]() == b"o\nthree"
    assert call["stdin_read_line"]() == b""


def test_an_incomplete_character_waits_for_the_next_read() -> None:
    call = System(MemoryHost(stdin="aä€b".encode()), []).functions()
    assert [call["syscall_read"](0, 2) for _ in range(5)] == [b"a", "ä".encode(), "€".encode(), b"b", b""]


def test_invalid_input_panics_but_bytes_never_do() -> None:
    with pytest.raises(Panic, match="invalid utf-8 string data"):
        System(MemoryHost(stdin=b"a\xff"), []).functions()["syscall_read"](0, 10)
    assert list(System(MemoryHost(stdin=b"\xff"), []).functions()["syscall_read_bytes"](0, 10)) == [-1]


def test_writing() -> None:
    host = MemoryHost()
    call = System(host, []).functions()
    assert call["syscall_write"](1, 0) == -1
    assert call["syscall_write"](-1, b"x") == -1
    assert call["syscall_write"](2, b"error") == 5
    assert call["stdout_write"](b"") == 0
    assert (bytes(host.stdout), bytes(host.stderr)) == (b"", b"error")


def test_arguments_variables_and_exit() -> None:
    call = System(MemoryHost(variables={b"HOME": b"/root\xff"}), [b"a", b"\xff"]).functions()
    assert list(call["process_args"]()) == [b"a", "�".encode()]
    assert call["env_get"](b"HOME") == "/root�".encode()
    assert (call["env_has"](b"NO"), call["env_get"](b"NO")) == (0, b"")
    assert (call["env_set"](b"A", b"1"), call["env_get"](b"A")) == (0, b"1")
    with pytest.raises(ExitRequest) as request:
        call["process_exit"](259)
    assert request.value.status == 3


def test_handles_start_at_one_and_are_used_again() -> None:
    call = System(MemoryHost(), []).functions()
    assert [call["gc_root_handle"](b"x"), call["gc_root_handle"](b"y")] == [1, 2]
    call["gc_unroot_handle"](1)
    call["gc_unroot_handle"](99)
    assert call["gc_external_root_count"]() == 1
    assert call["gc_root_handle"](b"z") == 1


@pytest.fixture(params=["memory", "real"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Host, bytes]:
    """A host and a folder in it."""
    if request.param == "real":
        return RealHost(), os.fsencode(tmp_path)
    host = MemoryHost()
    host.directories.add(b"/here")
    return host, b"/here"


def test_files_on_both_hosts(place: tuple[Host, bytes]) -> None:
    host, folder = place
    call = System(host, []).functions()
    file = folder + b"/a.txt"
    assert call["fs_read_text"](file) == b""
    assert call["os_last_error"]() == errno.ENOENT
    assert call["fs_write_text"](file, b"one") == 0
    assert call["fs_append_text"](file, b" two") == 0
    assert call["fs_read_text"](file) == b"one two"
    assert call["os_last_error"]() == 0
    assert (call["fs_exists"](file), call["fs_is_directory"](file), call["fs_is_directory"](folder)) == (1, 0, 1)
    assert call["fs_mkdir"](folder + b"/sub") == 0
    assert call["fs_mkdir"](folder + b"/sub") == errno.EEXIST
    assert list(call["fs_list"](folder)) == [b"a.txt", b"sub"]
    assert call["fs_write_bytes"](folder + b"/b", byte_array(b"\xff")) == 0
    assert call["fs_read_text"](folder + b"/b") == b""
    assert call["os_last_error"]() == errno.EILSEQ
    assert list(call["fs_read_bytes"](folder + b"/b")) == [-1]
    assert call["fs_delete"](folder) == errno.ENOTEMPTY
    for name in (b"/a.txt", b"/b", b"/sub"):
        assert call["fs_delete"](folder + name) == 0
    assert call["fs_delete"](file) == errno.ENOENT
    assert call["fs_write_text"](folder + b"/none/x", b"") == errno.ENOENT
    assert call["fs_write_text"](b"a\0b", b"") == errno.EINVAL
    assert call["fs_exists"](b"x" * 5000) == 0
    assert call["os_last_error"]() == errno.ENAMETOOLONG


def test_clocks_never_go_back() -> None:
    for host in (MemoryHost(), RealHost()):
        call = System(host, []).functions()
        first = call["clock_monotonic_nanos"]()
        call["sleep_millis"](1)
        assert call["clock_monotonic_nanos"]() >= first + 1_000_000
        call["sleep_millis"](-1)
