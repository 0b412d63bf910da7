"""What compiled code tells the collector of a stored reference."""

from __future__ import annotations

import re

import pytest
from tests.boundary.toolbox import TRIPLE, artifact

from beskid.codegen.emit import EmitOptions, emit_llvm, optimized_llvm
from beskid.codegen.llvm.long_blocks import LARGE_INSTRUCTIONS

PROGRAM = """module "m"
entry @start
descriptor "node" size 24 align 8 references [8] display "node"
descriptor "refs" size 8 align 8 references [0] display "node"

function @start(%0 ref) -> (i64) at "Main" "m.bd" 1:1 {{
  registers %1 ref, %2 ref, %3 ref, %4 i64
entry:
  %1 = allocate_object "node"
  %2 = allocate_object "node"
  %3 = allocate_array "refs", i64 4
  %4 = length %0
  {store}
  return i64 0
}}
"""


@pytest.mark.parametrize(
    ("store", "count"),
    [
        ("store_field %0 + 8, %2", 1),
        ("store_element %3[i64 0] stride 8 + 0, %1", 1),
        ("store_field %2 + 8, %1 initializing", 0),
        ('store_field %1 + 8, string "constant"', 0),
        ("store_field %1 + 8, null ref", 0),
        ("store_field %1 + 16, %4", 0),
        ('clear_element %3[i64 0] "refs"', 0),
    ],
)
def test_stores_of_references_have_a_barrier(store: str, count: int) -> None:
    made = artifact(PROGRAM.format(store=store))
    text = emit_llvm(made, EmitOptions(TRIPLE, opt_level=0))
    assert text.count("@gc_write_barrier(ptr null, ptr ") == count
    assert text.count("store i8 1, ptr ") == count
    assert ("gc_write_barrier" in made.builtin_imports) is (count > 0)


def test_clearing_an_element_stores_null_and_no_more() -> None:
    made = artifact(PROGRAM.format(store='clear_element %3[i64 0] "refs"'))
    assert emit_llvm(made, EmitOptions(TRIPLE, opt_level=0)).count("store ptr null, ptr ") == 1


def test_values_stay_in_registers_over_a_barrier() -> None:
    made = artifact(PROGRAM.format(store="store_field %0 + 8, %2"))
    text = optimized_llvm(made, EmitOptions(TRIPLE, opt_level=2))
    call = re.search(r"call void @gc_write_barrier\(ptr null, [^)]*\) (#\d+)", text)
    assert call is not None
    effects = re.search(rf"^attributes {call[1]} = {{([^}}]*)}}", text, re.MULTILINE)
    assert effects is not None
    assert "memory(read, inaccessiblemem: readwrite)" in effects[1]


def test_a_store_in_a_long_block_has_a_card() -> None:
    """Without a branch: it is looked at again before the collector stops marking."""
    stores = ["store_field %0 + 8, %2"] * (LARGE_INSTRUCTIONS + 1)
    made = artifact(PROGRAM.format(store="\n  ".join(stores)))
    text = emit_llvm(made, EmitOptions(TRIPLE, opt_level=0))
    assert text.count("store i8 1, ptr ") == len(stores)
    assert "@gc_write_barrier(ptr null, ptr " not in text


def test_an_address_outside_the_heap_has_the_last_card() -> None:
    """Its offset is replaced by the size of the heap, whatever it is."""
    made = artifact(PROGRAM.format(store="store_field %0 + 8, %2"))
    text = emit_llvm(made, EmitOptions(TRIPLE, opt_level=0))
    chosen = re.search(r"select i1 (\S+), i64 (\S+), i64 ([^\s,]+)", text)
    assert chosen is not None
    inside, offset, size = chosen.groups()
    assert f"{inside} = icmp ult i64 {offset}, {size}" in text
    assert offset != size
