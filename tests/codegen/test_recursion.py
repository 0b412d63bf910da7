"""Inlining a recursive function into itself: for which functions, and that nothing observable changes."""

from __future__ import annotations

from pathlib import Path

from tests.boundary.programs import RUNNABLE
from tests.boundary.toolbox import TRIPLE, Outcome, artifact, compile_text, run_aot

from beskid.codegen.emit import EmitOptions, emit_llvm
from beskid.codegen.llvm.recursion import MAX_INSTRUCTIONS, inline_levels
from beskid.ir.read import read_module

FIBONACCI = """
module "fibonacci"
entry @_B4main
function @_B3fib(%0 i64) -> (i64) at "fib" "main.bd" 1:1 {
  registers %1 i1, %2 i64, %3 i64, %4 i64, %5 i64, %6 i64
entry:
  %1 = compare slt %0, i64 2
  branch %1, small, large
small:
  %6 = sdiv i64 100, %0 ! 2:7
  return %6
large:
  %2 = isub %0, i64 1
  %3 = call @_B3fib(%2) ! 4:10
  %4 = isub %0, i64 2
  %5 = call @_B3fib(%4) ! 4:24
  %6 = iadd %3, %5
  return %6
}
function @_B4main(%0 ref) -> (i64) at "main" "main.bd" 7:1 {
  registers %1 i64
entry:
  %1 = call @_B3fib(i64 6) ! 8:3
  return %1
}
"""


def test_a_small_function_that_branches_out_is_inlined_into_itself() -> None:
    made = artifact(FIBONACCI)
    levels = inline_levels(made.functions[0])
    assert levels > 1
    assert emit_llvm(made, EmitOptions(TRIPLE, opt_level=2)).count("alwaysinline") == levels


def test_nothing_is_inlined_without_optimisation() -> None:
    assert "alwaysinline" not in emit_llvm(artifact(FIBONACCI), EmitOptions(TRIPLE, opt_level=0))


def test_allocating_and_large_functions_are_left_alone() -> None:
    functions = read_module(RUNNABLE["trees"].text).functions
    assert inline_levels(functions["_B4make"]) == 0
    function = read_module(FIBONACCI).functions["_B3fib"]
    function.blocks[0].instructions *= MAX_INSTRUCTIONS
    assert inline_levels(function) == 0


def test_the_limit_of_instructions_is_exact() -> None:
    # Two calls of itself: with all of one level the function has three times its instructions.
    for size, levels in ((MAX_INSTRUCTIONS // 3, 1), (MAX_INSTRUCTIONS // 3 + 1, 0)):
        function = read_module(FIBONACCI).functions["_B3fib"]
        missing = size - sum(len(block.instructions) + 1 for block in function.blocks)
        function.blocks[0].instructions += [function.blocks[0].instructions[0]] * missing
        assert inline_levels(function) == levels


def test_the_trace_has_a_line_for_every_level_of_the_source(tmp_path: Path) -> None:
    calls = "".join(["  at main.bd:4:10 in fib\n"] * 4)
    expected = (
        f"panic: division by zero\n  at main.bd:2:7 in fib\n  at main.bd:4:24 in fib\n{calls}  at main.bd:8:3 in main\n"
    )
    for level in (0, 2):
        outcome = run_aot(compile_text(FIBONACCI, level), tmp_path)
        assert outcome == Outcome("", expected, 101)
