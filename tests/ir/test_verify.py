"""The verifier: it accepts a sound module and refuses each kind of defect with a message that names it."""

from __future__ import annotations

import re

import pytest

from beskid.ir.model import Block, Call, CallIndirect, Jump, Module, Return, StoreRoot, StoreSite
from beskid.ir.read import read_module
from beskid.ir.verify import verify
from beskid.lower.passes.roots import ROOTS
from beskid.lower.passes.sites import SITES

FRAME = """module "m"
entry @start
descriptor "Point" size 24 align 8 references [8] display "Point"
descriptor "words" size 8 align 8 references [] display "i64"
table "one" functions [@two] tables ["none"] display "one"
table "none" functions [] tables [] display "none"
extern "cos" library "m" (f64) -> (f64)

function @start(%0 ref) -> (i64) at "start" "m.bd" 1:1 {{
  registers %1 i64, %2 i1, %3 ref, %4 f64, %5 ptr, %6 i8, %7 ref
entry:
  {body}
}}

function @two(%0 i64) -> (i64, ref) at "two" "m.bd" 1:1 {{
entry:
  return %0, null ref
}}
"""


def problems(body: str, after_roots: bool = False) -> str:
    return "\n".join(verify(read_module(FRAME.format(body=body.replace("; ", "\n  "))), after_roots))


def test_a_sound_body_is_accepted() -> None:
    body = (
        '%1 = length %0; %3 = allocate_object "Point"; store_field %3 + 8, %0; store_field %3 + 16, %1; '
        "%2 = compare slt %1, i64 3; %1, %7 = call @two(%1); return %1"
    )
    assert problems(body) == ""


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("%1 = iadd %1, i64 1; return %1", "%1 is read before it is assigned"),
        ("%1 = move i1 0; return %1", "the source is i1 and must be i64"),
        ("%1 = fadd i64 1, i64 2; return %1", "the result is i64 and must be one of f32, f64"),
        ("%4 = iadd f64 1.0, f64 2.0; return i64 0", "the result is f64 and must be one of"),
        ("%2 = compare slt %0, %0; return i64 0", "the left operand is ref and must be one of"),
        ("%1 = compare eq i64 0, i64 0; return %1", "the result is i64 and must be i1"),
        ("%6 = move i8 128; return i64 0", "the constant 128 does not fit i8"),
        ("%1 = convert trunc i8 1; return %1", "trunc does not convert i8 to i64"),
        ("%5 = move %0; return i64 0", "the source is ref and must be ptr"),
        ('%5 = move table "two"; return i64 0', "there is no method table two"),
        ('%5 = load_table table "one" + 2; return i64 0', "one has no entry 2"),
        ("%5 = load_table null ptr + -1; return i64 0", "a table has no entry -1"),
        ("%5 = load_table %0 + 0; return i64 0", "the table is ref and must be ptr"),
        ('%1 = load_table table "one" + 0; return %1', "the result is i64 and must be ptr"),
        ("call_indirect %0() : () -> (); return i64 0", "the code is ref and must be ptr"),
        ("call_indirect null ptr(%0) : (i64) -> (); return i64 0", r"the arguments are \(ref\) and must be \(i64\)"),
        ("%2 = call_indirect null ptr() : () -> (i64); return i64 0", r"the results are \(i1\) and must be \(i64\)"),
        ("%1 = convert address_to_word %0; return %1", "address_to_word does not convert ref to i64"),
        ("%5 = convert word_to_address i32 1; return i64 0", "word_to_address does not convert i32 to ptr"),
        ("%1 = load_field %0 + 0; return %1", "cannot lie at the field offset 0"),
        ("%1 = load_field %0 + 12; return %1", "cannot lie at the field offset 12"),
        ("%1 = load_element %0[i64 0] stride 8 + 8; return %1", "cannot lie at offset 8 of an element of 8 bytes"),
        ('%3 = allocate_object "Point"; store_field %3 + 16, %0; return i64 0', "disagrees with the references"),
        ('%3 = allocate_object "Point"; %1 = load_field %3 + 8; return %1', "disagrees with the references"),
        ('%3 = allocate_object "Point"; %1 = load_field %3 + 24; return %1', "lies outside Point"),
        ("%1 = length %0; %3 = load_header %1; return i64 0", "the array is i64 and must be ref"),
        ("%1 = load_header %0; return %1", "the result is i64 and must be ref"),
        ("%1 = slice_string %0, i64 0, i64 1; return %1", "the result is i64 and must be ref"),
        ("%3 = slice_string %1, i64 0, i64 1; return i64 0", "the text is i64 and must be ref"),
        ("%3 = slice_string %0, i8 0, i64 1; return i64 0", "the start is i8 and must be i64"),
        ("%3 = slice_string %0, i64 0, %0; return i64 0", "the count is ref and must be i64"),
        ('clear_element %0[i64 0] "Nothing"; return i64 0', "there is no descriptor Nothing"),
        ('%1 = length %0; clear_element %1[%1] "words"; return i64 0', "the array is i64 and must be ref"),
        ('clear_element %0[%0] "words"; return i64 0', "the index is ref and must be i64"),
        (
            '%3 = allocate_array "words", i64 1; clear_element %3[i64 0] "Point"; return i64 0',
            "the array has elements of words, not Point",
        ),
        ('%3 = allocate_array "words", i64 1; %6 = load_element %3[i64 0] stride 1 + 0; return i64 0', "stride 1"),
        ('%3 = allocate_object "Nope"; return i64 0', "there is no descriptor Nope"),
        ('%3 = move variant "Nope" 1; return i64 0', "there is no descriptor Nope"),
        ('%3 = move variant "Point" -1; return i64 0', "the tag -1 is negative"),
        ("%1 = call @two(i64 1); return %1", "the results of @two are .i64. and must be .i64, ref."),
        ("%1, %3 = call @two(); return %1", "the arguments of @two are .. and must be .i64."),
        ("%1, %3 = call @gone(i64 1); return %1", "there is no function @gone"),
        ("%3 = call_runtime str_from_f64(i64 1); return i64 0", "the arguments of str_from_f64"),
        ("%1 = call_runtime nothing(); return %1", "there is no runtime function nothing"),
        ("%1 = call_runtime str_hash(); return %1", "the arguments of str_hash"),
        ("call_runtime panic_str(%0); return i64 0", "never returns and must be followed by `unreachable`"),
        ('%4 = call_extern "sin"(f64 1.0); return i64 0', "there is no extern sin"),
        ('%4 = call_extern "cos"(i64 1); return i64 0', "the arguments of cos"),
        ("%3 = move closure @two; return i64 0", "@two has no closure parameter"),
        ("%3 = concat %0; return i64 0", "fewer than two parts"),
        ("branch i64 1, next, next; next:; return i64 0", "the condition is i64 and must be i1"),
        ("switch i64 1, 1: next, 1: next, default: next; next:; return i64 0", "duplicate case"),
        ("return i1 0", "the returned values are .i1. and must be .i64."),
        ("store_root 1, %0; return i64 0", "a root store before the roots pass"),
        ('%3 = allocate_object "Point" live 0; return i64 0', "`live` is set before the roots pass"),
        ("return i64 0; lost:; unreachable", "lost: is unreachable"),
        ("jump entry", "goes to the first block"),
        ("%1 = move i64 0", "has no terminator"),
        (
            "branch i1 1, left, right; left:; %1 = move i64 1; jump both; right:; jump both; both:; return %1",
            "%1 is read before it is assigned on a path",
        ),
    ],
)
def test_a_defect_is_named(body: str, message: str) -> None:
    assert re.search(message, problems(body)), problems(body)


def test_shape_defects_that_the_text_form_cannot_show() -> None:
    module = read_module(FRAME.format(body="return i64 0"))
    function = module.functions["start"]
    function.blocks[0].terminator = Jump(None, Block("elsewhere"))
    assert any("not a block of this function" in problem for problem in verify(module))
    function.blocks[0].terminator = Return(None, (module.functions["two"].registers[0],))
    assert any("belongs to another function" in problem for problem in verify(module))
    function.blocks = []
    assert any("has no block" in problem for problem in verify(module))
    module.functions["other"] = function
    assert any("under another name" in problem for problem in verify(module))
    module.entry = "two"
    assert any("must be (ref) -> (i64)" in problem for problem in verify(module))


ROOTED = """module "m"
entry @start
descriptor "Point" size 24 align 8 references [8] display "Point"

function @start(%0 ref) -> (i64) at "start" "m.bd" 1:1 {
  registers %1 ref, %2 ref, %3 i64, %4 i1
entry:
  %1 = allocate_object "Point" ! 2:1
  %2 = allocate_object "Point" ! 3:1
  store_field %2 + 8, %1
  jump head
head:
  %3 = call @work(%1) ! 4:1
  %4 = compare eq %3, i64 0
  branch %4, done, again
again:
  %2 = allocate_object "Point" ! 5:1
  store_field %1 + 8, %2
  jump head
done:
  %3 = load_field %2 + 16
  return %3
}

function @work(%0 ref) -> (i64) at "work" "m.bd" 9:1 {
  registers %1 ref, %2 i64
entry:
  %1 = call_runtime str_from_i64(i64 1) ! 10:1
  %2 = load_field %0 + 16
  return %2
}
"""


def place_slots(module: Module) -> None:
    """The passes that the last group of invariants speaks of, without inlining."""
    for step in (SITES, ROOTS):
        step.run(module)


def rooted() -> Module:
    module = read_module(ROOTED)
    place_slots(module)
    assert verify(module, after_roots=True) == []
    return module


def test_every_dropped_root_store_is_noticed() -> None:
    places = [
        (block.label, position)
        for block in rooted().functions["start"].blocks
        for position, step in enumerate(block.instructions)
        if isinstance(step, StoreRoot)
    ]
    assert len(places) == 2
    for label, position in places:
        module = rooted()
        block = next(block for block in module.functions["start"].blocks if block.label == label)
        del block.instructions[position]
        found = "\n".join(verify(module, after_roots=True))
        assert "is in no passed slot" in found or "may hold a stale word" in found


def test_a_dropped_call_site_is_noticed() -> None:
    module = rooted()
    block = module.functions["work"].blocks[0]
    block.instructions = [step for step in block.instructions if not isinstance(step, StoreSite)]
    assert any("does not hold its call site" in problem for problem in verify(module, after_roots=True))


def test_a_wrong_prefix_is_noticed() -> None:
    for live, message in ((0, "is in no passed slot"), (9, "passes 9 slots of a frame of")):
        module = rooted()
        block = module.functions["start"].blocks[1]
        block.instructions = [
            Call(step.location, step.dests, step.callee, step.arguments, live) if isinstance(step, Call) else step
            for step in block.instructions
        ]
        assert any(message in problem for problem in verify(module, after_roots=True))


def test_a_module_before_the_roots_pass_is_not_a_module_after_it() -> None:
    assert any("`live` is not set" in problem for problem in verify(read_module(ROOTED), after_roots=True))


def test_a_table_names_functions_and_tables_of_its_module() -> None:
    text = FRAME.format(body="return i64 0").replace("[@two]", "[@three]").replace('["none"]', '["many"]')
    found = "\n".join(verify(read_module(text)))
    assert "table one: there is no function @three" in found
    assert "table one: there is no table many" in found


def test_a_call_through_a_table_is_a_safepoint() -> None:
    body = (
        '%3 = allocate_object "Point"; %5 = load_table table "one" + 0; '
        "%1, %7 = call_indirect %5(i64 1) : (i64) -> (i64, ref); store_field %3 + 8, %0; return %1"
    )
    module = read_module(FRAME.format(body=body.replace("; ", "\n  ")))
    assert verify(module) == []
    place_slots(module)
    assert verify(module, after_roots=True) == []
    steps = module.functions["start"].blocks[0].instructions
    call = next(step for step in steps if isinstance(step, CallIndirect))
    assert call.live == 2
    roots = [step for step in steps if isinstance(step, StoreRoot)]
    steps.remove(roots[-1])
    assert "is in no passed slot" in "\n".join(verify(module, after_roots=True))
