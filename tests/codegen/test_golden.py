"""The LLVM text of small modules is what it was: `pytest --bless` rewrites the files in `golden/`; review the diff.

Behavior is tested elsewhere. This shows what a change of code generation changes, and that nothing else changed.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.boundary.programs import RUNNABLE
from tests.boundary.toolbox import TRIPLE, artifact

from beskid import __version__
from beskid.codegen.emit import EmitOptions, emit_llvm
from beskid.codegen.llvm.metadata import DebugLevel

GOLDEN = Path(__file__).parent / "golden"

FACES = """
module "faces"
entry @_B4main
descriptor "Point" size 24 align 8 references [8] display "Point"
descriptor "bound" size 24 align 8 references [16] display "bound" bound_method
table "methods" functions [@_B5shown, @callback_one] tables ["other"] display "Point as Shown"
table "other" functions [] tables [] display "Point as Other"
extern "ldexp" library "m" (f64, i32) -> (f64)
extern "apply" library "m" (ptr, ptr) -> (i64)
extern "use_all" library "m" (i1, ptr, ptr, ptr, i64, ptr, i64, i64, ptr) -> (i1)
function @_B5shown(%0 ref) -> (i64) at "shown" "main.bd" 1:1 {
  registers %1 i64
entry:
  %1 = load_field %0 + 16
  return %1
}
function @is_small(%0 i32, %1 i1) -> (i1) exported at "is_small" "main.bd" 5:1 {
  registers %2 i1
entry:
  %2 = compare slt %0, i32 10
  return %2
}
function @nothing(%0 f64) -> () exported at "nothing" "main.bd" 7:1 {
entry:
  return
}
function @callback_one(%0 i64) -> (i64) callback at "callback" "main.bd" 9:1 {
  registers %1 i64
entry:
  %1 = iadd %0, i64 1
  return %1
}
function @plain(%0 ref) -> (i64, ref) inline_never at "plain" "main.bd" 12:1 {
entry:
  return i64 3, %0
}
function @_B4main(%0 ref) -> (i64) at "main" "main.bd" 20:1 {
  registers %1 ref, %2 ptr, %3 i64, %4 ref, %5 f64, %6 ref, %7 ptr, %8 i32, %9 i64, %10 i1, %11 i64
entry:
  %1 = allocate_object "Point" ! 21:1
  store_field %1 + 16, i64 5
  %7 = move table "methods"
  %2 = load_table %7 + 0
  %3 = call_indirect %2(%1) : (ref) -> (i64) ! 22:4
  store_field %1 + 8, closure @_B5shown initializing
  %11 = call_extern "apply"(address @callback_one, address @_B5shown) ! 23:1
  %3, %6 = call @plain(%1) ! 23:2
  %5 = call_extern "ldexp"(f64 1.5, i32 2) ! 24:2
  %10 = call_extern "use_all"(i1 1, %1, %1, %1, %1, %1) passing [value, cell, data, buffer, array, object] ! 24:9
  %8 = shl i32 1, i32 33
  %8 = lshr %8, i32 31
  %8 = udiv %8, i32 3 ! 25:2
  %9 = call_runtime stdout_write(string "\\x7f \\x22 \\x5c") ! 26:2
  return %3
}
"""
PROGRAMS = {**{name.replace(" ", "_"): program.text for name, program in RUNNABLE.items()}, "faces": FACES}


@pytest.mark.parametrize("name", sorted(PROGRAMS))
def test_the_text_is_unchanged(name: str, bless: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    # The rows of the contract are the same in every object, and packed.
    monkeypatch.setattr("beskid.codegen.llvm.module.rows_content", lambda pool: b"rows")
    made = artifact(PROGRAMS[name])
    text = "".join(
        f"; -O{level}\n{emit_llvm(made, EmitOptions(TRIPLE, opt_level=level, debug=debug))}"
        for level, debug in ((0, DebugLevel.NONE), (2, DebugLevel.LINES))
    ).replace(f"beskid {__version__}", "beskid VERSION")
    path = GOLDEN / f"{name}.ll"
    if bless:
        path.write_text(text, encoding="utf-8")
    assert path.exists(), "run pytest --bless"
    assert text == path.read_text(encoding="utf-8")


def test_no_file_is_left_over() -> None:
    assert sorted(path.stem for path in GOLDEN.iterdir()) == sorted(PROGRAMS)
