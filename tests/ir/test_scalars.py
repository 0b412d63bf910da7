"""Which objects become registers, and that programs do the same with and without."""

from __future__ import annotations

import pytest

from beskid.ir.debug import Variable
from beskid.ir.model import AllocateObject, Location, Module, Move
from beskid.ir.oracle.host import MemoryHost
from beskid.ir.oracle.machine import RunOptions, run_module
from beskid.ir.read import read_module
from beskid.ir.verify import verify
from beskid.lower.passes.copies import propagate_copies
from beskid.lower.passes.scalars import SCALARS

HEAD = """module "m"
entry @main
descriptor "Pair" size 24 align 8 references [] display "Pair"
descriptor "Other" size 24 align 8 references [] display "Other"
descriptor "Shape.0" size 16 align 8 references [] display "Shape" family "Shape"
descriptor "Shape.1" size 24 align 8 references [] display "Shape" family "Shape"
descriptor "Shape.2" size 24 align 8 references [16] display "Shape" family "Shape"
descriptor "Holder" size 24 align 8 references [8] display "Holder"

function @keep(%0 ref) -> () at "keep" "m.bd" 20:1 {
entry:
  return
}

function @main(%0 ref) -> (i64) at "main" "m.bd" 1:1 {
  registers %1 ref, %2 i64, %3 i64, %4 ref, %5 i1, %6 ref, %7 i64, %8 i32, %9 ref
entry:
"""


def module_of(body: str) -> Module:
    lines = "\n".join([line if line.strip().endswith(":") else f"  {line}" for line in body.strip().split("\n")])
    module = read_module(f"{HEAD}{lines}\n}}\n")
    assert verify(module) == []
    return module


def objects_left(module: Module) -> int:
    blocks = module.functions["main"].blocks
    return sum([isinstance(step, AllocateObject) for block in blocks for step in block.instructions])


def status(module: Module) -> int:
    return run_module(module, MemoryHost(), (), RunOptions())


ONE = """
%1 = allocate_object "Pair"
store_field %1 + 8, i64 5 initializing
store_field %1 + 16, i64 2
%2 = load_field %1 + 8
%3 = load_field %1 + 16
%2 = imul %2, %3
return %2
"""

UNSET_IN_A_LOOP = """
%2 = move i64 0
jump head
head:
%1 = allocate_object "Pair"
%3 = load_field %1 + 8
store_field %1 + 8, i64 100
%3 = iadd %3, i64 1
%2 = iadd %2, %3
%5 = compare slt %2, i64 9
branch %5, head, done
done:
return %2
"""

VARIANTS = """
%2 = move i64 5
branch i1 1, number, other
number:
%1 = allocate_object "Shape.1"
store_field %1 + 8, i32 1 initializing
store_field %1 + 16, %2 initializing
%6 = move %1
jump match
other:
branch i1 0, empty, text
empty:
%6 = move variant "Shape.0" 0
jump match
text:
%4 = allocate_object "Shape.2"
store_field %4 + 8, i32 2 initializing
store_field %4 + 16, string "text" initializing
%6 = move %4
jump match
match:
%8 = load_field %6 + 8
%5 = compare eq %8, i32 1
branch %5, first, second
first:
%3 = load_field %6 + 16
return %3
second:
%9 = load_field %6 + 16
%7 = call_runtime str_len(%9)
return %7
"""

CAPTURED = """
%1 = allocate_object "Pair"
%4 = allocate_object "Holder"
store_field %4 + 8, %1 initializing
%6 = load_field %4 + 8
store_field %6 + 8, i64 7
%2 = load_field %1 + 8
return %2
"""

A_NEW_ONE_EACH_ROUND = """
%1 = allocate_object "Pair"
store_field %1 + 8, i64 1 initializing
%6 = move %1
jump head
head:
%3 = load_field %6 + 8
%4 = allocate_object "Pair"
%3 = imul %3, i64 2
store_field %4 + 8, %3 initializing
%6 = move %4
%5 = compare slt %3, i64 50
branch %5, head, done
done:
%2 = load_field %6 + 8
return %2
"""

CHANGED_BEFORE_IT_IS_HANDED_ON = """
%1 = allocate_object "Pair"
%6 = move %1
%2 = move i64 0
jump head
head:
store_field %6 + 8, i64 3
%4 = allocate_object "Pair"
store_field %4 + 8, i64 4
%6 = move %4
%2 = iadd %2, i64 1
%5 = compare slt %2, i64 3
branch %5, head, done
done:
store_field %6 + 16, i64 6
%2 = load_field %6 + 8
%3 = load_field %6 + 16
%2 = imul %2, %3
return %2
"""

COMPARED_WITH_NULL = """
%1 = allocate_object "Pair"
%5 = compare ne %1, null ref
branch %5, one, two
one:
return i64 1
two:
return i64 2
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (ONE, 10),
        (UNSET_IN_A_LOOP, 9),
        (VARIANTS, 5),
        (CAPTURED, 7),
        (A_NEW_ONE_EACH_ROUND, 64),
        (CHANGED_BEFORE_IT_IS_HANDED_ON, 24),
        (COMPARED_WITH_NULL, 1),
    ],
)
def test_an_object_that_stays_becomes_registers(body: str, expected: int) -> None:
    module = module_of(body)
    assert status(module) == expected
    SCALARS.run(module)
    assert verify(module) == []
    assert objects_left(module) == 0
    assert status(module) == expected


TWO_NAMES = """
%1 = allocate_object "Pair"
%4 = allocate_object "Pair"
%6 = move %1
branch i1 1, one, two
one:
%6 = move %4
jump two
two:
store_field %6 + 8, i64 3
%2 = load_field %4 + 8
return %2
"""

USED_AFTER_THE_COPY = """
%1 = allocate_object "Pair"
%6 = move %1
branch i1 1, one, two
one:
%6 = allocate_object "Pair"
jump two
two:
store_field %6 + 8, i64 3
%2 = load_field %1 + 8
%2 = iadd %2, i64 1
return %2
"""

PASSED = """
%1 = allocate_object "Pair"
store_field %1 + 8, i64 3
call @keep(%1)
%2 = load_field %1 + 8
return %2
"""

STORED = """
%1 = allocate_object "Pair"
%4 = allocate_object "Holder"
store_field %4 + 8, %1
call @keep(%4)
return i64 3
"""

COMPARED = """
%1 = allocate_object "Pair"
%4 = allocate_object "Pair"
%5 = compare eq %1, %4
branch %5, one, two
one:
return i64 1
two:
return i64 2
"""

MIXED = """
%1 = allocate_object "Pair"
store_field %1 + 8, i64 3 initializing
%6 = move %1
branch i1 0, one, two
one:
%6 = allocate_object "Other"
jump two
two:
%2 = load_field %6 + 8
return %2
"""

PERHAPS_NOTHING = """
%6 = move null ref
branch i1 1, one, two
one:
%6 = allocate_object "Pair"
jump two
two:
%5 = compare eq %6, null ref
branch %5, three, four
three:
return i64 1
four:
return i64 2
"""


@pytest.mark.parametrize(
    ("body", "left", "expected"),
    [
        (TWO_NAMES, 2, 3),
        (USED_AFTER_THE_COPY, 2, 1),
        (PASSED, 1, 3),
        (STORED, 2, 3),
        (COMPARED, 2, 2),
        (MIXED, 2, 3),
        (PERHAPS_NOTHING, 1, 2),
    ],
)
def test_an_object_whose_identity_matters_stays(body: str, left: int, expected: int) -> None:
    module = module_of(body)
    assert status(module) == expected
    SCALARS.run(module)
    assert verify(module) == []
    assert objects_left(module) == left
    assert status(module) == expected


def test_a_variable_that_was_a_copy_is_the_original() -> None:
    module = module_of(f"{ONE.strip().removesuffix('return %2')}%7 = move %3\nreturn %7")
    function = module.functions["main"]
    place = Location("main", "m.bd", 1, 1)
    (move,) = [step for step in function.blocks[0].instructions if isinstance(step, Move)]
    function.variables.append(Variable("n", "i64", (move.dest,), ((0, 8),), place, False, (1, 1), (9, 1)))
    propagate_copies(function, module)
    assert [variable.parts for variable in function.variables] == [(move.source,)]
