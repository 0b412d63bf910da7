"""The slices pass: which slices are made in frames, what keeps their strings alive, and what the verifier refuses."""

from __future__ import annotations

import pytest

from beskid.ir.model import Module, SliceString, StoreRoot
from beskid.ir.oracle.host import MemoryHost
from beskid.ir.oracle.machine import run_module
from beskid.ir.read import read_module
from beskid.ir.text import print_module
from beskid.ir.verify import verify
from beskid.lower.passes.bounds import BOUNDS
from beskid.lower.passes.roots import ROOTS
from beskid.lower.passes.sites import SITES
from beskid.lower.passes.slices import SLICES

START = """module "m"
entry @start

function @start(%0 ref) -> (i64) at "Main" "m.bd" 1:1 {
  registers %1 ref, %2 ref, %3 i64, %4 ref
entry:
  %1 = call_runtime str_from_i64(i64 123456) ! 2:1
  %2 = call_runtime str_slice(%1, i64 1, i64 3) ! 3:1
"""

READER = """
function @read(%0 ref) -> (i64) at "Main" "m.bd" 9:1 {
  registers %1 i64, %2 ref, %3 i8
entry:
  %2 = call_runtime str_from_i64(i64 7) ! 9:1
  %1 = call @through(%0) ! 9:2
  return %1
}

function @through(%0 ref) -> (i64) at "Main" "m.bd" 10:1 {
  registers %1 i64, %2 i8, %3 i1
entry:
  %2 = load_element %0[i64 0] stride 1 + 0 ! 10:1
  %3 = compare eq %2, i8 0
  branch %3, again, done
again:
  %1 = call @read(%0) ! 10:2
  return %1
done:
  %1 = convert zext %2
  return %1
}
"""

KEEPER = """
function @keep(%0 ref) -> (ref) at "Main" "m.bd" 9:1 {
  registers %1 ref
entry:
  return %0
}

function @passing(%0 ref) -> (i64) at "Main" "m.bd" 10:1 {
  registers %1 ref
entry:
  %1 = call @keep(%0) ! 10:1
  return i64 0
}
"""


def sliced(body: str, others: str = "") -> Module:
    module = read_module(START + body + "  return %3\n}\n" + others)
    assert verify(module) == []
    SLICES.run(module)
    assert verify(module) == []
    return module


def in_frames(module: Module) -> int:
    return print_module(module).count("slice_string")


@pytest.mark.parametrize(
    ("body", "others"),
    [
        ("  %3 = length %2\n", ""),
        ("  %4 = move %2\n  %3 = length %4\n", ""),
        ('  %3 = call_runtime str_eq(%2, string "234")\n', ""),
        ('  %4 = concat %2, string "a", string "b" ! 4:1\n  %3 = length %4\n', ""),
        ("  %3 = call @read(%2) ! 4:1\n", READER),
    ],
)
def test_a_slice_that_is_only_read_is_made_in_the_frame(body: str, others: str) -> None:
    assert in_frames(sliced(body, others)) == 1


@pytest.mark.parametrize(
    ("body", "others"),
    [
        ("  %3 = length %2\n  %4 = call @keep(%2) ! 4:1\n", KEEPER),
        ("  %3 = call @passing(%2) ! 4:1\n", KEEPER),
        ("  %4 = call_runtime str_lower(%2) ! 4:1\n  %3 = length %4\n", ""),
        ('  %4 = concat %2, string "" ! 4:1\n  %3 = length %4\n', ""),
        ("  %3 = length %2\n  %2 = move %1\n", ""),
        ("  %4 = move %2\n  %4 = move %1\n  %3 = length %4\n", ""),
    ],
)
def test_any_other_slice_is_made_in_the_heap(body: str, others: str) -> None:
    assert in_frames(sliced(body, others)) == 0


def rooted() -> Module:
    module = sliced("  %3 = call @read(%2) ! 4:1\n", READER)
    BOUNDS.run(module)
    SITES.run(module)
    ROOTS.run(module)
    assert verify(module, after_roots=True) == []
    return module


def test_the_string_of_a_slice_is_in_a_slot_while_a_callee_reads_the_slice() -> None:
    module = rooted()
    assert run_module(module, MemoryHost(), []) == ord("2")
    (block,) = module.functions["start"].blocks
    stores = [step for step in block.instructions if isinstance(step, StoreRoot)]
    (made,) = [step for step in block.instructions if isinstance(step, SliceString)]
    assert [step.value for step in stores] == [made.dest]
    block.instructions.remove(stores[0])
    assert any(f"the live reference {made.dest!r} is in no passed slot" in found for found in verify(module, True))


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("  %4 = call @keep(%2) ! 4:1\n", "may be kept"),
        ("  %2 = move %1\n", "assigned more than once"),
        ("  %4 = load_header %2 present\n  %2 = call @keep(%4) ! 4:1\n", "may be kept"),
    ],
)
def test_a_slice_in_a_frame_does_not_leave_it(body: str, problem: str) -> None:
    text = START.replace("call_runtime str_slice(%1, i64 1, i64 3)", "slice_string %1, i64 1, i64 3")
    module = read_module(text + body + "  return i64 0\n}\n" + KEEPER)
    assert any(problem in found for found in verify(module)), verify(module)
