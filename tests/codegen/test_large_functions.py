"""Functions with many loops, callers of many functions, and long blocks are written for LLVM in linear time."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
from tests import limits
from tests.codegen.test_loop_nests import compiled
from tests.complexity.inputs import LARGE

from beskid.codegen.emit import EmitOptions, emit_llvm, optimized_llvm
from beskid.codegen.llvm.function import LIGHT_ATTRIBUTE, SP_COPY
from beskid.codegen.llvm.large_callers import MAX_LOOPS, MAX_SIZE, TINY_SIZE, kept_calls
from beskid.codegen.llvm.long_blocks import MIN_FAR_REGISTERS, PARTS_OF_LONG_BLOCKS
from beskid.codegen.llvm.metadata import DebugLevel
from beskid.codegen.llvm.shapes import Shape

RELOAD = f"load volatile ptr, ptr {SP_COPY}"
MANY = 1_000
TEXTS = [f"text {i}" for i in range(MANY)]
ENGINES = [("-O0",), ("-O2",), ("--engine", "aot"), ("--engine", "oracle")]


def shape(size: int = 1, loops: int = 0, calls: tuple[str, ...] = ()) -> Shape:
    return Shape(min(loops, 1), loops, size, [(callee, 0) for callee in calls])


@pytest.mark.parametrize("name", ["loops", "loops_that_stay"])
def test_a_function_of_many_loops_has_light_passes(tmp_path: Path, name: str) -> None:
    for count, is_light in ((MAX_LOOPS, False), (MAX_LOOPS + 1, True)):
        text = emit_llvm(compiled(tmp_path, LARGE[name](count)), EmitOptions())
        assert (LIGHT_ATTRIBUTE in text) == is_light
        assert (" = freeze " in text) == is_light
    optimized = optimized_llvm(compiled(tmp_path, LARGE[name](MAX_LOOPS + 1)), EmitOptions())
    assert "optnone" not in optimized
    assert " alloca i64" not in optimized


def test_a_caller_stops_taking_loops_in() -> None:
    leaves = {f"f{i}": shape(loops=10) for i in range(20)}
    shapes = {"main": shape(calls=tuple(leaves)), **leaves}
    assert kept_calls(shapes, ()) == {("main", f"f{i}") for i in range(MAX_LOOPS // 10, 20)}
    # Another caller of a small function has its own copies.
    shapes["other"] = shape(calls=("f19",))
    assert ("other", "f19") not in kept_calls(shapes, ())


def test_a_caller_stops_growing() -> None:
    leaves = {f"f{i}": shape(size=1_000) for i in range(20)}
    small = {"tiny": shape(size=TINY_SIZE)}
    shapes = {"main": shape(calls=(*leaves, "tiny")), **leaves, **small}
    kept = kept_calls(shapes, ())
    assert len(kept) == 20 - MAX_SIZE // 1_000 + 1
    assert ("main", "tiny") not in kept
    # What is not inlined anyway takes no room.
    assert kept_calls(shapes, leaves) == set()
    twice = {name: shape(size=1_000) for name in leaves}
    assert kept_calls({"main": shape(calls=tuple(leaves)), "again": shape(calls=tuple(leaves)), **twice}, ()) == set()


def test_recursive_functions_are_not_counted() -> None:
    shapes = {"main": shape(calls=("a",)), "a": shape(5_000, calls=("b", "a")), "b": shape(5_000, calls=("a",))}
    assert kept_calls(shapes, ()) == set()


@pytest.mark.parametrize("name", ["functions_with_a_loop", "functions_with_many_calls"])
def test_the_largest_function_is_bounded(tmp_path: Path, name: str) -> None:
    sizes = []
    for count in (150, 300):
        text = optimized_llvm(compiled(tmp_path, LARGE[name](count)), EmitOptions(debug=DebugLevel.NONE))
        sizes.append(max(body.count("\n") for body in re.findall(r"^define .*?^}", text, re.MULTILINE | re.DOTALL)))
    assert sizes[1] <= 1.2 * sizes[0], sizes


@pytest.mark.parametrize("name", ["array_of_calls", "array_of_arrays", "fields_of_calls", "strings_that_stay_alive"])
def test_a_long_block_derives_little_from_one_copy_of_the_frame(tmp_path: Path, name: str) -> None:
    text = emit_llvm(compiled(tmp_path, LARGE[name](600)), EmitOptions())
    long = max(re.split(r"^b\d+:", text, flags=re.MULTILINE), key=len)
    parts = long.split(RELOAD)
    assert len(parts) > 600 * 2 // PARTS_OF_LONG_BLOCKS
    assert max(len(part) for part in parts) < 3 * len(long) / len(parts)
    assert "llvm.assume(i1 %" not in text


def test_many_values_that_are_used_far_away_are_kept_in_memory(tmp_path: Path) -> None:
    for count, is_kept in ((300, False), (MANY, True)):
        text = emit_llvm(compiled(tmp_path, LARGE["captured_strings"](count)), EmitOptions())
        stores = set(re.findall(r"store volatile ptr \S+ ptr (%v\d+)", text))
        loads = set(re.findall(r"load volatile ptr, ptr (%v\d+)", text))
        assert stores == loads
        assert (len(stores) > MIN_FAR_REGISTERS) == is_kept, len(stores)


def test_a_large_literal_is_made_before_its_values(tmp_path: Path) -> None:
    for name in ("array_of_calls", "array_of_arrays", "fields_of_calls"):
        artifact = compiled(tmp_path, LARGE[name](300))
        assert max(function.slots for function in artifact.functions) < 20, name


@pytest.mark.parametrize("engine", ENGINES, ids=str)
@pytest.mark.parametrize(
    ("name", "count", "printed"),
    [
        ("loops", MAX_LOOPS + 20, str(3 * (MAX_LOOPS + 20))),
        ("loops_that_stay", MAX_LOOPS + 20, str(6 * sum(range(MAX_LOOPS + 20)))),
        ("functions_with_a_loop", MAX_LOOPS + 20, str(6 * sum(range(MAX_LOOPS + 20)))),
        ("array_of_calls", 600, "text 0"),
        ("array_of_arrays", 600, "0"),
        ("array_of_a_variable", 600, "1"),
        ("fields_of_calls", 600, "text 0"),
    ],
)
def test_large_programs_do_the_same(
    tmp_path: Path, name: str, count: int, printed: str, engine: tuple[str, ...]
) -> None:
    (tmp_path / "m.bd").write_text(LARGE[name](count), encoding="utf-8")
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), "BESKID_GC_STRESS": "1"}
    command = [sys.executable, "-m", "beskid", "run", "-q", *engine, str(tmp_path / "m.bd")]
    done = limits.run(command, capture_output=True, text=True, env=environment)
    assert (done.stdout, done.stderr, done.returncode) == (printed + "\n", "", 0)


@pytest.mark.parametrize("level", ["-O0", "-O2"])
def test_values_in_memory_survive_every_collection(tmp_path: Path, level: str) -> None:
    test_large_programs_do_the_same(tmp_path, "captured_strings", MANY, "\n".join(2 * TEXTS), (level,))
