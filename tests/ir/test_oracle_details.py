"""Details of the interpreter, the verifier and the model that whole programs rarely depend on."""

from __future__ import annotations

import contextlib
import errno
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests import limits
from tests.ir.test_interpreter import run, start
from tests.terminals import open_terminal

from beskid.ir.builder import INTEGER_WIDTH
from beskid.ir.model import Descriptor, IntConstant, IRType, Move
from beskid.ir.oracle.host import MemoryHost
from beskid.ir.oracle.machine import RunOptions
from beskid.ir.oracle.real_host import RealHost
from beskid.ir.oracle.stress import FreedObject, ShadowStack
from beskid.ir.oracle.system import System
from beskid.ir.oracle.texts import TEXT_FUNCTIONS
from beskid.ir.oracle.values import HeapObject, Panic
from beskid.ir.read import read_module
from beskid.ir.text import print_module
from beskid.ir.values import SIZE_OF
from beskid.ir.verify import verify


@pytest.mark.parametrize("start", [1, 2, 3])
def test_a_slice_within_a_character_panics(start: int) -> None:
    text = "\U0001f600".encode()
    assert text[1:] == b"\x9f\x98\x80"
    for first, count in ((start, 4 - start), (0, start)):
        with pytest.raises(Panic, match="splits a character"):
            TEXT_FUNCTIONS["str_slice"](text, first, count)
    with pytest.raises(Panic, match="splits a character"):
        TEXT_FUNCTIONS["str_slice"]("é".encode(), 1, 1)


def test_zero_is_a_character() -> None:
    assert TEXT_FUNCTIONS["str_from_char"](0) == b"\0"
    with pytest.raises(Panic, match="invalid char value"):
        TEXT_FUNCTIONS["str_from_char"](-1)


def test_an_event_without_handlers_has_none() -> None:
    assert TEXT_FUNCTIONS["event_len"](0) == 0
    assert TEXT_FUNCTIONS["event_len"](["handler"]) == 1
    get = TEXT_FUNCTIONS["event_get_handler"]
    assert [get(["first", "second"], index) for index in (-1, 0, 1, 2)] == [0, "first", "second", 0]
    assert get(0, 0) == 0


def test_no_error_has_happened_at_the_start() -> None:
    assert System(MemoryHost(), []).functions()["os_last_error"]() == 0


def test_a_directory_needs_its_parent() -> None:
    host = MemoryHost()
    assert host.make_directory(b"missing/child") == errno.ENOENT
    assert host.make_directory(b"") == errno.ENOENT
    assert host.write_file(b"missing/file", b"text", False) == errno.ENOENT
    assert host.make_directory(b"parent") == 0
    assert host.make_directory(b"parent/child") == 0
    assert host.make_directory(b"parent") == errno.EEXIST


def test_writing_to_a_bad_descriptor_returns_minus_one(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path / "file", os.O_CREAT | os.O_RDONLY)
    try:
        assert RealHost().write(descriptor, b"text") == -errno.EBADF
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def standard_input(ours: int) -> Iterator[None]:
    """Read descriptor 0 from another one meanwhile."""
    former = os.dup(0)
    try:
        os.dup2(ours, 0)
        yield
    finally:
        os.dup2(former, 0)
        os.close(former)


def test_the_longest_time_limits_are_limits() -> None:
    """The longest number of milliseconds is more than the functions of Python take."""
    ours, theirs = os.pipe()
    with standard_input(ours):
        os.write(theirs, b"a")
        assert RealHost().wait_for_input((1 << 63) - 1)
        assert RealHost().run([b"/bin/true"], [], b"", b"", (1 << 63) - 1, 0).status == 0
    os.close(ours)
    os.close(theirs)


def test_input_that_came_before_the_deadline_is_seen_after_a_signal(monkeypatch: pytest.MonkeyPatch) -> None:
    """`select` looks no more when a handler, or a stop, lasts until the deadline."""
    ours, theirs = os.pipe()
    look = select.select
    waits: list[float | None] = []

    def select_with_a_signal(*arguments: Any) -> Any:
        waits.append(arguments[3])
        if len(waits) > 1:
            return look(*arguments)
        os.write(theirs, b"a")
        return [], [], []

    with standard_input(ours):
        monkeypatch.setattr(select, "select", select_with_a_signal)
        assert RealHost().wait_for_input(50)
        os.read(0, 1)
        assert not RealHost().wait_for_input(0)
    assert waits[:2] == [0.05, 0]
    os.close(ours)
    os.close(theirs)


def test_a_terminal_that_is_gone_is_left_alone() -> None:
    with open_terminal() as terminal, standard_input(terminal.theirs):
        host = RealHost()
        host.set_key_mode(True)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, terminal.ours)
        os.close(null)
        host.set_key_mode(False)


IN_AN_ORPHANED_GROUP = """
import fcntl, os, termios, time
from beskid.ir.oracle.real_host import RealHost

os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
ours, theirs = os.pipe()
middle = os.fork()
if middle == 0:
    if os.fork() == 0:
        os.setpgid(0, 0)
        parent = os.getppid()
        os.write(theirs, b"started ")
        while os.getppid() == parent:
            time.sleep(0.005)
        try:
            RealHost().set_key_mode(True)
            os.write(theirs, b"no exception")
        finally:
            os._exit(0)
    os.close(theirs)
    os.read(ours, 8)
    os._exit(0)
os.close(theirs)
os.waitpid(middle, 0)
while data := os.read(ours, 100):
    os.write(1, data)
"""


def test_an_orphan_in_the_background_leaves_the_terminal_alone() -> None:
    """The kernel does not stop it, and its calls fail."""
    with open_terminal() as terminal:
        command = [sys.executable, "-c", IN_AN_ORPHANED_GROUP]
        done = limits.run(command, stdin=terminal.theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True)
    assert (done.stdout, done.stderr) == (b"no exception", b"")


def test_sizes_agree_with_widths() -> None:
    for type, width in INTEGER_WIDTH.items():
        assert SIZE_OF[type] == max(1, width // 8), type
    assert {type: SIZE_OF[type] for type in IRType if type not in INTEGER_WIDTH} == {
        IRType.F32: 4,
        IRType.F64: 8,
        IRType.REF: 8,
        IRType.PTR: 8,
    }


@pytest.mark.parametrize("type", [IRType.F64, IRType.REF, IRType.PTR])
def test_an_integer_constant_of_another_type_is_refused(type: IRType) -> None:
    module = start("  return i64 0")
    function = module.functions["start"]
    target = function.new_register(type)
    function.blocks[0].instructions.insert(0, Move(function.location, target, IntConstant(type, 1)))
    assert any("integer constant" in problem for problem in verify(module))


@pytest.mark.parametrize(
    "descriptor",
    [
        Descriptor("bad", -8, 8, (), "bad"),
        Descriptor("bad", 8, 3, (), "bad"),
        Descriptor("bad", 24, 8, (12,), "bad"),
        Descriptor("bad", 24, 8, (16, 8), "bad"),
        Descriptor("bad", 24, 8, (24,), "bad"),
    ],
)
def test_an_impossible_descriptor_is_refused(descriptor: Descriptor) -> None:
    module = start("  return i64 0")
    module.descriptors["bad"] = descriptor
    assert any(problem.startswith("descriptor bad: ") for problem in verify(module))


def test_a_block_may_have_the_name_of_a_keyword() -> None:
    text = (
        'module "m"\nfunction @f(%0 i64) -> (i64) at "f" "m.bd" 1:1 {\nregisters:\n  jump other\nother:\n'
        "  return %0\n}\n"
    )
    module = read_module(text)
    assert [block.label for block in module.functions["f"].blocks] == ["registers", "other"]
    assert print_module(read_module(print_module(module))) == print_module(module)


def test_methods_are_called_through_a_table_of_a_table() -> None:
    more = (
        '\ntable "outer" functions [@double] tables ["inner"] display "outer"\n'
        'table "inner" functions [@negate, @double] tables [] display "inner"\n\n'
        'function @double(%0 i64) -> (i64) at "double" "m.bd" 1:1 {\n  registers %1 i64\nentry:\n'
        "  %1 = iadd %0, %0\n  return %1\n}\n\n"
        'function @negate(%0 i64) -> (i64) at "negate" "m.bd" 1:1 {\n  registers %1 i64\nentry:\n'
        "  %1 = isub i64 0, %0\n  return %1\n}\n"
    )
    body = (
        '  %2 = load_table table "outer" + 0\n  %1 = call_indirect %2(i64 20) : (i64) -> (i64)\n'
        '  %3 = load_table table "outer" + 1\n  %2 = load_table %3 + 0\n'
        "  %1 = call_indirect %2(%1) : (i64) -> (i64)\n  %1 = isub %1, i64 2\n  %1 = isub i64 0, %1\n  return %1"
    )
    assert run(start(body, "%1 i64, %2 ptr, %3 ptr", more)) == (42, "", "")


def test_what_lives_through_one_collection_can_die_in_the_next() -> None:
    stack = ShadowStack()
    kept = HeapObject(Descriptor("node", 16, 8, (8,), "Node"))
    stack.track(kept)
    stack.store(0, kept)
    stack.collect(1)
    assert type(kept) is HeapObject
    stack.collect(0)
    assert type(kept) is FreedObject


def test_the_depth_of_the_caller_does_not_count() -> None:
    more = (
        '\nfunction @count(%0 i64) -> (i64) at "count" "m.bd" 1:1 {\n  registers %1 i64, %2 i1\nentry:\n'
        "  %2 = compare sle %0, i64 0\n  branch %2, done, deeper\ndone:\n  return %0\ndeeper:\n"
        "  %1 = isub %0, i64 1\n  %1 = call @count(%1)\n  return %1\n}\n"
    )
    module = start("  %1 = call @count(i64 60)\n  return %1", more=more)
    options = RunOptions(depth_limit=100)

    def deep(levels: int) -> tuple[int, str, str]:
        return deep(levels - 1) if levels else run(module, options)

    assert deep(0) == deep(200) == (0, "", "")
