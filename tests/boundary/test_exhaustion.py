"""Memory that ends, by the limit or by the system: panic form and status 101, and a host process lives on.

The system's limit is on address space (`ulimit -v`), which also makes the reservations of the heap and of the native
stack smaller than usual.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests import limits
from tests.boundary.toolbox import compile_source, environment, link, runtime_folder

MEBIBYTE = 1 << 20
LIST = """
type Link { i64 value, Option<Link> next }

unit main() {
    PrintLine("before");
    Option<Link> mut list = Option::None;
    for i in range(0, 1000000000) { list = Option::Some(Link { value: i, next: list }); }
    PrintLine("${list.IsSome()}");
}
"""
ARRAYS = """
use Collections.Array;
use Collections.List;

unit main() {
    PrintLine("before");
    let kept = List.New<i64[]>();
    for i in range(0_i64, 1000000) { kept.Push(Array.Filled(100000, i)); }
    PrintLine("${kept.Count()}");
}
"""
STRINGS = """
unit main() {
    PrintLine("before");
    string mut text = "doubled";
    for i in range(0, 60) { text = "${text}${text}"; }
    PrintLine("${text.Len()}");
}
"""
GROWTH = """
use Collections.Map;

unit main() {
    PrintLine("before");
    let map = Map.New<i64, string>();
    for i in range(0, 1000000000) { map.Insert(i, "entry ${i} of many, too long to be small"); }
    PrintLine("${map.Count()}");
}
"""
PROGRAMS = {"list": LIST, "arrays": ARRAYS, "strings": STRINGS, "growth": GROWTH}
FINE = """
use Collections.List;

i64 main() {
    let kept = List.New<string>();
    for i in range(0, 20000) { kept.Push("number ${i}"); }
    i64 mut length = 0;
    for text in kept { length += text.Len(); }
    PrintLine("fine ${length}");
    return 42;
}
"""
HOST = """
import os, sys
from beskid.engine.runtime_library import load_runtime
from beskid.engine.session import run_program
runtime = load_runtime(sys.argv[1])
images = [open(path, "rb").read() for path in sys.argv[2:]]
for turn in range(2):
    for image in images:
        status = run_program(image, runtime, [])
        print(status, runtime.last_panic(), flush=True)
"""


def limited(command: list[str], address_space: int | None, **variables: str) -> subprocess.CompletedProcess[str]:
    return limits.run(
        command,
        capture_output=True,
        text=True,
        env={**environment(stress=False), **variables},
        preexec_fn=None if address_space is None else limit_to(address_space),
        timeout=240,
        check=False,
    )


def limit_to(address_space: int) -> Callable[[], None]:
    """Sets the limit in a child, before it becomes the program."""
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))


def assert_out_of_memory(done: subprocess.CompletedProcess[str]) -> None:
    assert (done.stdout, done.returncode) == ("before\n", 101), done.stderr
    assert done.stderr.splitlines()[0] == "panic: out of memory"
    assert done.stderr.splitlines()[-1].endswith("in main")


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_executable_at_the_limit_of_its_settings(name: str, tmp_path: Path) -> None:
    program = link(compile_source(PROGRAMS[name], tmp_path), tmp_path)
    assert_out_of_memory(limited([str(program)], None, BESKID_GC_LIMIT="24m", BESKID_GC_VERIFY="1"))


@pytest.mark.parametrize("megabytes", [160, 700])
@pytest.mark.parametrize("name", PROGRAMS)
def test_an_executable_at_the_limit_of_the_system(name: str, megabytes: int, tmp_path: Path) -> None:
    program = link(compile_source(PROGRAMS[name], tmp_path), tmp_path)
    assert_out_of_memory(limited([str(program)], megabytes * MEBIBYTE))


def host(tmp_path: Path, *sources: str) -> list[str]:
    """A Python process that runs the programs in turn, twice."""
    command = [sys.executable, "-c", HOST, str(runtime_folder() / "libbeskid_runtime.so")]
    for number, source in enumerate(sources):
        image = tmp_path / f"program-{number}.o"
        image.write_bytes(compile_source(source, tmp_path))
        command.append(str(image))
    return command


TURN = "before\n101 out of memory\n" * 4 + "fine 228890\n42 None\n"


def test_a_host_process_lives_on_at_the_limit_of_the_settings(tmp_path: Path) -> None:
    done = limited(host(tmp_path, *PROGRAMS.values(), FINE), None, BESKID_GC_LIMIT="24m", BESKID_GC_VERIFY="1")
    assert (done.stdout, done.returncode) == (TURN * 2, 0), done.stderr
    assert done.stderr.count("panic: out of memory\n") == 8


def test_a_host_process_lives_on_at_the_limit_of_the_system(tmp_path: Path) -> None:
    command = host(tmp_path, *PROGRAMS.values(), FINE)
    done = limited(command, 1200 * MEBIBYTE, BESKID_GC_VERIFY="1")
    assert (done.stdout, done.returncode) == (TURN * 2, 0), done.stderr
    assert done.stderr.count("panic: out of memory\n") == 8


STACK = """
i64 down(i64 n) { return down(n + 1) + 1; }

i64 main() { return down(0); }
"""


def test_the_stack_may_overflow_with_little_address_space(tmp_path: Path) -> None:
    program = link(compile_source(STACK, tmp_path), tmp_path)
    done = limited([str(program)], 160 * MEBIBYTE)
    assert (done.stderr.splitlines()[0], done.returncode) == ("panic: stack overflow", 101)
    done = limited(host(tmp_path, STACK, FINE), 1200 * MEBIBYTE, BESKID_GC_VERIFY="1")
    assert done.stdout == "101 stack overflow\nfine 228890\n42 None\n" * 2, done.stderr


def test_too_little_address_space_to_begin_with_is_named(tmp_path: Path) -> None:
    program = link(compile_source(FINE, tmp_path), tmp_path)
    done = limited([str(program)], 24 * MEBIBYTE)
    assert (done.stdout, done.stderr, done.returncode) == ("", "panic: out of memory\n", 101)
