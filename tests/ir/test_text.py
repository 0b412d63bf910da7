"""The text form: every operation and constant, and what the reader refuses."""

from __future__ import annotations

import math

import pytest

from beskid.ir.builder import float32, float64
from beskid.ir.model import FloatConstant, IRType, Move
from beskid.ir.operands import READS, WRITES
from beskid.ir.read import ReadError, read_module
from beskid.ir.text import print_module

EVERYTHING = r"""module "every \x22thing\x22"
entry @start
descriptor "Point" size 24 align 8 references [8] display "Point"
descriptor "bytes" size 1 align 1 references [] display "u8"
descriptor "bound" size 24 align 8 references [16] display "function" bound_method
descriptor "none" size 16 align 8 references [] display "Shape" family "shapes"
table "Point Shape" functions [@"odd name", @closed] tables ["Point Named"] display "Point as Shape"
table "Point Named" functions [] tables [] display "Point as Named"
extern "cos" library "m" (f64) -> (f64)
extern "tick" library "c" () -> ()

function @start(%0 ref "arguments", %1 f32, %2 ptr) -> (i64) exported inline_never slots 3 at "Main" "a b.bd" 1:1 {
  registers %3 i64 "n", %4 i1, %5 i8, %6 i16, %7 i32, %8 f64, %9 ref, %10 ref, %11 ptr, %12 f32
entry:
  %3 = move i64 -9223372036854775808 ! 2:3
  %4 = move i1 1
  %5 = move i8 -128
  %8 = move f64 -0.0
  %8 = move f64 1e+300
  %8 = move f64 bits 0x7ff8000000000001
  %12 = move f32 0.10000000149011612
  %12 = move f32 bits 0xff800000
  %9 = move null ref
  %11 = move null ptr
  %9 = move string "a\x22\x5c\x0a\xff"
  %9 = move closure @closed
  %9 = move variant "none" 3
  %11 = move address @"odd name"
  %11 = move table "Point Shape"
  %3 = iadd %3, i64 1 ! "Other.f" "other.bd" 9:8
  %8 = pow %8, f64 2.0
  %4 = compare ule %3, i64 7
  %4 = compare fne %8, %8
  %8 = unary fneg %8
  %3 = unary trailing_zeros %3
  %6 = convert trunc %3
  %7 = convert float_to_unsigned %8
  %3 = load_field %0 + 16
  store_field %0 + 16, %3 initializing
  store_field %0 + 8, %9
  %3 = length %0
  %10 = load_header %0
  %9 = load_header %9 present
  %10 = slice_string %0, %3, i64 2
  %5 = load_element %0[%3] stride 1 + 0 unchecked
  %5 = load_element %0[i64 0] stride 1 + 0
  store_element %0[i64 0] stride 1 + 0, %5 unchecked
  store_element %0[i64 0] stride 1 + 0, i8 7
  clear_element %0[%3] "bytes"
  poll ! 2:3
  poll recursive
  clear_element %0[i64 0] "Point" unchecked
  check_index %0[%3]
  check_divisor %3, i64 0 signed
  check_divisor %3, %3
  store_site ! 3:4
  store_root 1, %9 ! 3:4
  store_root 2, null ref
  count 7 ! 3:4
  %9 = allocate_object "Point" live 2 ! 3:4
  %10 = allocate_array "bytes", %3 live 0
  %10 = allocate_array "bytes", %3 unused
  %9 = concat %9, string "b", %9 live 1
  %9 = concat %9, %9
  %3, %4 = call @"odd name"(%3, %9) live 2
  call @nothing()
  %3 = call_closure %9(i64 1) : (ref, i64) -> (i64) live 2 ! 3:4
  %11 = load_table %11 + 1
  %3, %4 = call_indirect %11(%9, i64 1) : (ref, i64) -> (i64, i1) live 2 ! 3:4
  call_indirect %11(%9) : (ref) -> ()
  %9 = call_runtime str_from_i64(%3) live 2
  call_runtime sleep_millis(i64 0)
  %8 = call_extern "cos"(%8) live 2
  call_extern "tick"()
  branch %4, next, "odd label" likely
next:
  switch %3, 0: entry.2, -5: "odd label", default: last ! 4:5
"odd label":
  branch %4, last, entry.2 unlikely
entry.2:
  branch %4, last, last
last:
  jump done
done:
  return %3
}

function @"odd name"(%0 i64, %1 ref) -> (i64, i1) at "Odd" "a b.bd" 7:1 {
entry:
  return %0, i1 0
}

function @closed(%0 ref, %1 i64) -> (i64) at "Closed" "a b.bd" 8:1 {
entry:
  unreachable
}

function @nothing() -> () at "Nothing" "a b.bd" 9:1 {
entry:
  return
}
"""


def test_every_form_is_read_and_printed_unchanged() -> None:
    assert print_module(read_module(EVERYTHING)) == EVERYTHING


def test_every_operation_is_written_above() -> None:
    module = read_module(EVERYTHING)
    written = {
        type(step)
        for function in module.functions.values()
        for block in function.blocks
        for step in (*block.instructions, block.terminator)
    }
    assert written == set(READS) == set(WRITES)


def moved(text: str) -> object:
    """The constant that is moved in a function of one line."""
    module = read_module(
        f'module "m"\nfunction @f() -> () at "f" "f.bd" 1:1 {{\n  registers %0 f64\nentry:\n  %0 = move {text}\n}}\n'
    )
    (move,) = module.functions["f"].blocks[0].instructions
    assert isinstance(move, Move)
    return move.source


def test_floats_keep_their_bits() -> None:
    for number in (0.1, -0.0, 5e-324, 1.7976931348623157e308, math.pi):
        assert moved(f"f64 {number!r}") == float64(number)
    assert moved("f32 0.10000000149011612") == float32(0.1)
    assert moved("f64 bits 0x7ff0000000000000") == FloatConstant(IRType.F64, 0x7FF0_0000_0000_0000)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("%0 = move i65 1", "expected an operand, found 'i65'"),
        ("%0 = move %7", "undefined register %7"),
        ("%0 = wander %0", "unknown instruction 'wander'"),
        ("%0 = unary wander %0", "unknown op 'wander'"),
        ("move %0", "expected one destination"),
        ("%0 = move i64 1 i64", "unexpected 'i64'"),
        ("jump nowhere", "undefined block nowhere"),
        ("%0 = move i64", "unexpected end of line"),
        ("%0 = store_root 1, null ref", "expected no destination"),
        ("store_site", "a call site needs a location"),
        ("return ! 1:2 3", "unexpected '3' after the location"),
        ("%0 = move `", "cannot read"),
    ],
)
def test_what_does_not_follow_the_form_is_refused(line: str, message: str) -> None:
    text = f'module "m"\nfunction @f() -> () at "f" "f.bd" 1:1 {{\n  registers %0 i64\nentry:\n  {line}\n}}\n'
    with pytest.raises(ReadError, match=message):
        read_module(text)
