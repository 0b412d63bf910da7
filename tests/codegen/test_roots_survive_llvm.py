"""What LLVM may do with stores that keep references visible: three tests that run again for every new LLVM.

LLVM 22.1 takes the result of `llvm.ptrmask` for the pointer that it masks, and deletes root stores. Code generation
masks with `and` instead; these tests show that this stays sound, and the last one that they notice when it is not.
"""

from __future__ import annotations

import re

import pytest
from tests.boundary.programs import RUNNABLE
from tests.boundary.toolbox import TRIPLE, artifact

from beskid.abi import SHADOW_REGION_SIZE
from beskid.codegen.emit import EmitOptions, emit_llvm, optimize_text, optimized_llvm
from beskid.codegen.llvm.metadata import DebugLevel
from beskid.codegen.llvm.pool import Names
from beskid.codegen.llvm.unit_text import write_unit
from beskid.codegen.units import divide

OPTIONS = EmitOptions(TRIPLE, opt_level=2)


def context(pointer: str, name: str) -> str:
    """The context of a shadow-stack pointer, as code generation writes it."""
    return (
        f"  %{name}.a = ptrtoint ptr {pointer} to i64\n"
        f"  %{name}.b = and i64 %{name}.a, {-SHADOW_REGION_SIZE}\n"
        f"  %{name} = inttoptr i64 %{name}.b to ptr\n"
    )


def masked(pointer: str, name: str) -> str:
    """The same with the intrinsic."""
    return f"  %{name} = call ptr @llvm.ptrmask.p0.i64(ptr {pointer}, i64 {-SHADOW_REGION_SIZE})\n"


DECLARATIONS = "declare ptr @alloc() nounwind\ndeclare ptr @llvm.ptrmask.p0.i64(ptr, i64)\n"


def kept_root(offset: int, computed: str) -> str:
    return optimize_text(
        f"""{DECLARATIONS}
define ptr @f(ptr nonnull noundef align 8 %sp, ptr %x) nounwind {{
  %s = getelementptr inbounds i8, ptr %sp, i64 8
{computed}  %slot = getelementptr i8, ptr %s, i64 {offset}
  store ptr %x, ptr %slot
  %t = getelementptr inbounds i8, ptr %s, i64 16
  %top = getelementptr i8, ptr %c, i64 {offset}
  store ptr %t, ptr %top
  %r = call ptr @alloc()
  ret ptr %r
}}
""",
        OPTIONS,
    )


@pytest.mark.parametrize("offset", [0, 8, -8])
def test_a_root_store_survives_the_store_of_the_top(offset: int) -> None:
    assert "store ptr %x" in kept_root(offset, context("%s", "c"))


def test_a_load_from_the_context_is_not_replaced_by_a_stored_root() -> None:
    text = optimize_text(
        f"""{DECLARATIONS}
define ptr @f(ptr nonnull noundef align 8 %sp, ptr %x) nounwind {{
{context("%sp", "c")}  %slot = getelementptr inbounds i8, ptr %sp, i64 32
  store ptr %x, ptr %slot
  %cursor = getelementptr inbounds i8, ptr %c, i64 32
  %r = load ptr, ptr %cursor
  ret ptr %r
}}
""",
        OPTIONS,
    )
    assert re.search(r"ret ptr %(?!x\b)", text)
    assert "load ptr" in text


def test_two_contexts_of_one_region_may_be_the_same() -> None:
    text = optimize_text(
        f"""{DECLARATIONS}
define ptr @f(ptr nonnull noundef align 8 %sp, ptr %x) nounwind {{
{context("%sp", "c")}  %s = getelementptr inbounds i8, ptr %sp, i64 8
{context("%s", "d")}  %one = getelementptr inbounds i8, ptr %c, i64 32
  %two = getelementptr inbounds i8, ptr %d, i64 32
  %o = load ptr, ptr %one
  store ptr %x, ptr %two
  %r = load ptr, ptr %one
  %same = icmp eq ptr %r, %o
  %v = select i1 %same, ptr null, ptr %r
  ret ptr %v
}}
""",
        OPTIONS,
    )
    assert text.count("load ptr") == 2
    assert "ret ptr null" not in text


def test_the_intrinsic_is_never_used_in_generated_code() -> None:
    for program in RUNNABLE.values():
        made = artifact(program.text)
        assert "ptrmask" not in emit_llvm(made, OPTIONS)
        assert "ptrmask" not in optimized_llvm(made, OPTIONS)


def root_stores(text: str, function: str) -> int:
    """Stores of references to shadow slots in the optimised text of a function."""
    found = re.search(rf"define [^\n]*@{function}\(.*?\n}}\n", text, re.DOTALL)
    assert found is not None
    return len(re.findall(r"store ptr %[\w.]+, ptr %[\w.]+", found[0]))


def test_root_stores_of_a_program_survive() -> None:
    made = artifact(RUNNABLE["trees"].text)
    assert root_stores(optimized_llvm(made, EmitOptions(TRIPLE, opt_level=2, debug=DebugLevel.NONE)), "_B4make") >= 3


def test_root_stores_of_a_unit_survive() -> None:
    made = artifact(RUNNABLE["trees"].text)
    (unit,) = [unit for unit in divide(made, True, 1) if unit.name == "_B4make"]
    text = write_unit(unit, made, Names(made), TRIPLE, "", DebugLevel.NONE, True).text({"_B4make"})
    assert root_stores(optimize_text(text, OPTIONS), "_B4make") >= 3
