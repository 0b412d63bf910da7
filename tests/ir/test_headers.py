"""The headers pass: what it loads before which loop, and that an array stays alive as long as its header is used."""

from __future__ import annotations

import re

import pytest

from beskid.ir.model import LoadHeader, Module, StoreRoot
from beskid.ir.operands import READS
from beskid.ir.oracle.host import MemoryHost
from beskid.ir.oracle.machine import run_module
from beskid.ir.read import read_module
from beskid.ir.text import print_module
from beskid.ir.verify import verify
from beskid.lower.passes.bounds import BOUNDS
from beskid.lower.passes.headers import HEADERS
from beskid.lower.passes.roots import ROOTS
from beskid.lower.passes.sites import SITES

START = """module "m"
entry @start
descriptor "words" size 8 align 8 references [] display "i64"

function @start(%0 ref) -> (i64) at "Main" "m.bd" 1:1 {
  registers %1 i64, %2 ref, %3 i1, %4 i64, %5 ref, %6 ref
entry:
"""
MAKE = '  %2 = allocate_array "words", i64 4 ! 2:1\n'
FROM_ZERO = "  %1 = move i64 0\n  jump loop\nloop:\n  %3 = compare slt %1, i64 4\n  branch %3, body, done\nbody:\n"
NEXT = "  %1 = iadd %1, i64 1\n  jump loop\ndone:\n  return %1\n}\n"


def hoisted(body: str) -> Module:
    module = read_module(START + body)
    assert verify(module) == []
    BOUNDS.run(module)
    HEADERS.run(module)
    assert verify(module) == []
    return module


def headers(module: Module) -> list[str]:
    """The headers that are loaded, each with its block."""
    found = []
    for block in module.functions["start"].blocks:
        for step in block.instructions:
            if isinstance(step, LoadHeader):
                found.append(f"{block.label}: {step.array!r}{' present' if step.present else ''}")
    return found


def test_a_header_is_loaded_before_the_loop_and_used_in_it() -> None:
    module = hoisted(MAKE + FROM_ZERO + "  store_element %2[%1] stride 8 + 0, %1 ! 3:1\n" + NEXT)
    assert headers(module) == ["entry: %2 present"]
    text = print_module(module)
    assert "check_index %7[%1]" in text
    assert "store_element %7[%1]" in text


def test_an_array_that_may_be_null_is_not_known_to_be_present() -> None:
    body = "  %5 = move null ref\n" + FROM_ZERO
    body += "  branch i1 0, used, next\nused:\n  %4 = load_element %5[%1] stride 8 + 0 ! 3:1\n  jump next\nnext:\n"
    module = hoisted(body + NEXT)
    assert headers(module) == ["entry: %5"]
    assert run_module(module, MemoryHost(), []) == 4


def test_what_was_accessed_before_the_loop_or_first_in_it_is_present() -> None:
    access = "  %4 = load_element %0[%1] stride 8 + 0 ! 3:1\n"
    assert headers(hoisted("  %4 = length %0\n" + FROM_ZERO + access + NEXT)) == ["entry: %0 present"]
    first = (
        "  %1 = move i64 0\n  jump loop\nloop:\n  %4 = length %0\n  %3 = compare slt %1, %4\n  branch %3, body, done\n"
    )
    assert headers(hoisted(first + "body:\n" + access + NEXT)) == ["entry: %0 present"]
    assert headers(hoisted(FROM_ZERO + access + NEXT)) == ["entry: %0"]
    # What is assigned after the access is another array.
    again = "  %5 = move %0\n  %4 = length %5\n  %5 = move %0\n" + FROM_ZERO + access.replace("%0[", "%5[") + NEXT
    assert headers(hoisted(again)) == ["entry: %5"]


def test_an_array_that_the_loop_assigns_keeps_its_loads() -> None:
    body = MAKE + FROM_ZERO + "  store_element %2[%1] stride 8 + 0, %1 ! 3:1\n"
    body += '  %2 = allocate_array "words", i64 4 ! 4:1\n'
    assert headers(hoisted(body + NEXT)) == []


def test_the_innermost_loop_counts() -> None:
    inner = "  %4 = move i64 0\n  jump inner\ninner:\n  %3 = compare slt %4, i64 4\n  branch %3, deep, next\ndeep:\n"
    inner += "  store_element %2[%4] stride 8 + 0, %1 ! 3:1\n  %4 = iadd %4, i64 1\n  jump inner\nnext:\n"
    new = '  %2 = allocate_array "words", i64 4 ! 4:1\n'
    assert headers(hoisted(FROM_ZERO + new + inner + NEXT)) == ["body: %2 present"]


def test_a_loop_with_several_ways_in_gets_a_block_before_it() -> None:
    body = MAKE + "  %1 = move i64 0\n  branch i1 1, loop, other\nother:\n  jump loop\nloop:\n"
    body += "  store_element %2[%1] stride 8 + 0, %1 ! 3:1\n  %1 = iadd %1, i64 1\n"
    body += "  %3 = compare slt %1, i64 4\n  branch %3, loop, done\ndone:\n  return %1\n}\n"
    module = hoisted(body)
    assert headers(module) == ["loop.before1: %2 present"]
    assert run_module(module, MemoryHost(), []) == 4


COLLECTING = "  %4 = load_element %2[%1] stride 8 + 0 ! 3:1\n  %6 = call_runtime str_from_i64(%4) ! 4:1\n"


def rooted() -> Module:
    module = hoisted(MAKE + FROM_ZERO + COLLECTING + NEXT)
    SITES.run(module)
    ROOTS.run(module)
    assert verify(module, after_roots=True) == []
    return module


def test_an_array_stays_in_a_slot_while_its_header_is_used() -> None:
    function = rooted().functions["start"]
    (held,) = [step.dest for block in function.blocks for step in block.instructions if isinstance(step, LoadHeader)]
    stores = [(block, step) for block in function.blocks for step in block.instructions if isinstance(step, StoreRoot)]
    assert [READS[StoreRoot](step) for _, step in stores] == [(held,)]
    for block, store in stores:
        block.instructions.remove(store)
    module = rooted()
    module.functions["start"] = function
    assert any(f"the live reference {held!r} is in no passed slot" in found for found in verify(module, True))


@pytest.mark.parametrize("second", ["%5 = load_header %2", "%5 = move %2"])
def test_a_register_with_a_header_is_assigned_once(second: str) -> None:
    module = read_module(START + MAKE + f"  %5 = load_header %2\n  {second}\n  return i64 0\n}}\n")
    assert any(re.search("%5 has a header and is assigned more than once", problem) for problem in verify(module))


def test_a_parameter_has_no_header() -> None:
    module = read_module(START + "  %0 = load_header %0\n  return i64 0\n}\n")
    assert any(re.search("%0 has a header and is assigned more than once", problem) for problem in verify(module))


@pytest.mark.parametrize(
    ("headers", "access", "problem"),
    [
        ("%5 = load_header %2", "%4 = load_element %5[%1] stride 16 + 0", "stride 16"),
        ("%5 = load_header %2", "%6 = load_element %5[%1] stride 8 + 0", "disagrees with the references"),
        ("%5 = load_header %2\n  %6 = load_header %5", "%4 = load_element %6[%1] stride 16 + 0", "stride 16"),
    ],
)
def test_accesses_through_a_header_are_those_of_the_array(headers: str, access: str, problem: str) -> None:
    body = MAKE + f"  {headers} ! 2:1\n" + FROM_ZERO
    right = read_module(START + body + "  %4 = load_element %5[%1] stride 8 + 0 ! 3:1\n" + NEXT)
    assert verify(right) == []
    wrong = read_module(START + body + f"  {access} ! 3:1\n" + NEXT)
    assert any(problem in found for found in verify(wrong)), verify(wrong)
