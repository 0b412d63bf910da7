"""What each pass does, on small functions in text."""

from __future__ import annotations

from pathlib import Path

from beskid.abi import FRAME_SLOTS_MAXIMUM
from beskid.ir.builder import Builder, integer
from beskid.ir.debug import Variable
from beskid.ir.effects import summarize
from beskid.ir.model import Function, IRType, Location, Module, Operand
from beskid.ir.read import read_module
from beskid.ir.text import print_module
from beskid.ir.verify import verify
from beskid.lower.passes.bounds import BOUNDS
from beskid.lower.passes.division import DIVISION
from beskid.lower.passes.remove_unreachable import REMOVE_UNREACHABLE
from beskid.lower.passes.roots import ROOTS
from beskid.lower.passes.sites import SITES
from beskid.lower.passes.step import Pass
from beskid.lower.pipeline import PASSES, render_page, run_passes

HEADER = """module "m"
descriptor "Point" size 24 align 8 references [8] display "Point"

function @f(%0 ref, %1 i64) -> (i64) at "f" "m.bd" 1:1 {
  registers %2 i64, %3 ref, %4 i1, %5 ref, %6 ref
"""

HELPERS = """
function @leaf(%0 i64) -> (i64) at "leaf" "m.bd" 50:1 {
  registers %1 i64
entry:
  %1 = imul %0, i64 3
  return %1
}

function @checked(%0 ref) -> (i64) at "checked" "m.bd" 60:1 {
  registers %1 i64
entry:
  %1 = load_element %0[i64 0] stride 8 + 0 ! 61:1
  return %1
}

function @making(%0 ref) -> (ref) at "making" "m.bd" 70:1 {
  registers %1 ref
entry:
  %1 = allocate_object "Point" ! 71:1
  return %1
}
"""


def body_after(body: str, *passes: Pass) -> str:
    """The lines of `f` after the passes, registers and frame left out."""
    module = read_module(HEADER + body.strip("\n") + "\n}\n" + HELPERS)
    assert verify(module) == [] or passes[0] is REMOVE_UNREACHABLE
    for step in passes:
        step.run(module)
    assert verify(module, after_roots=ROOTS in passes) == []
    text = print_module(module)
    start = text.index("entry:\n")
    return text[start : text.index("\n}", start)]


def operations(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n")]


def test_unreachable_blocks_go() -> None:
    after = body_after("entry:\n  return %1\nlost:\n  jump lost2\nlost2:\n  jump lost", REMOVE_UNREACHABLE)
    assert operations(after) == ["entry:", "return %1"]


def test_accesses_get_one_check_on_each_path() -> None:
    after = body_after(
        """
entry:
  %2 = load_element %0[%1] stride 8 + 0 ! 2:1
  store_element %0[%1] stride 8 + 0, %2 ! 3:1
  %2 = load_element %0[i64 0] stride 8 + 0 unchecked ! 4:1
  %4 = compare eq %2, i64 0
  branch %4, same, other
same:
  %2 = load_element %0[%1] stride 8 + 0 ! 5:1
  jump both
other:
  %1 = iadd %1, i64 1
  %2 = load_element %0[%1] stride 8 + 0 ! 6:1
  jump both
both:
  %2 = load_element %0[%1] stride 8 + 0 ! 7:1
  return %2
""",
        BOUNDS,
    )
    checks = [line for line in operations(after) if line.startswith("check_index")]
    assert checks == ["check_index %0[%1] ! 2:1", "check_index %0[%1] ! 6:1"]


def test_a_check_is_made_again_when_the_array_changes_in_a_loop() -> None:
    after = body_after(
        """
entry:
  %3 = move %0
  jump head
head:
  %2 = load_element %3[%1] stride 8 + 0 ! 2:1
  %4 = compare eq %2, i64 0
  branch %4, done, again
again:
  %3 = load_field %3 + 8
  jump head
done:
  %2 = load_element %3[%1] stride 8 + 0 ! 3:1
  return %2
""",
        BOUNDS,
    )
    checks = [line for line in operations(after) if line.startswith("check_index")]
    assert checks == ["check_index %3[%1] ! 2:1"]


def test_a_check_of_lowering_is_dropped_when_it_is_redundant() -> None:
    after = body_after("entry:\n  check_index %0[%1]\n  check_index %0[%1]\n  %2 = length %0\n  return %2\n", BOUNDS)
    assert operations(after).count("check_index %0[%1]") == 1


def test_divisions_are_guarded_unless_the_divisor_is_a_safe_constant() -> None:
    after = body_after(
        """
entry:
  %2 = sdiv %1, i64 7
  %2 = sdiv %1, i64 -1 ! 2:1
  %2 = udiv %1, i64 -1
  %2 = urem %1, i64 0 ! 3:1
  %2 = srem %1, %2 ! 4:1
  return %2
""",
        DIVISION,
    )
    checks = [line for line in operations(after) if line.startswith("check")]
    assert checks == [
        "check_divisor %1, i64 -1 signed ! 2:1",
        "check_divisor %1, i64 0 ! 3:1",
        "check_divisor %1, %2 signed ! 4:1",
    ]


def test_call_sites_are_stored_once_and_only_where_a_trace_can_show_them() -> None:
    after = body_after(
        """
entry:
  %3 = allocate_object "Point" ! 2:1
  %5 = allocate_object "Point" ! 2:1
  %2 = call @leaf(%1) ! 3:1
  %2 = call_runtime str_eq(%0, %0) ! 4:1
  %4 = compare eq %2, i64 0
  branch %4, left, right
left:
  %3 = allocate_object "Point" ! 2:1
  jump both
right:
  %2 = call @checked(%0) ! 5:1
  jump both
both:
  %3 = allocate_object "Point" ! 2:1
  return %2
""",
        BOUNDS,
        SITES,
    )
    assert [line for line in operations(after) if line.startswith(("store_site", "%2 = call @checked"))] == [
        "store_site ! 2:1",
        "store_site ! 5:1",
        "%2 = call @checked(%0) ! 5:1",
        "store_site ! 2:1",
    ]


def test_live_references_are_stored_once_and_dead_ones_never() -> None:
    after = body_after(
        """
entry:
  %3 = allocate_object "Point"
  %5 = allocate_object "Point"
  %6 = call @making(%5)
  %6 = call @making(%6)
  %2 = load_field %3 + 16
  return %2
""",
        SITES,
        ROOTS,
    )
    assert operations(after) == [
        "entry:",
        "store_site ! 1:1",
        '%3 = allocate_object "Point" live 0',
        "store_root 1, %3",
        '%5 = allocate_object "Point" live 1',
        "%6 = call @making(%5) live 1",
        "%6 = call @making(%6) live 1",
        "%2 = load_field %3 + 16",
        "return %2",
    ]


def test_a_hole_gets_null() -> None:
    after = body_after(
        """
entry:
  %3 = allocate_object "Point"
  %5 = allocate_object "Point"
  %6 = allocate_object "Point"
  %2 = load_field %3 + 16
  %6 = allocate_object "Point"
  %2 = load_field %5 + 16
  return %2
""",
        SITES,
        ROOTS,
    )
    lines = operations(after)
    first_use = lines.index("%2 = load_field %3 + 16")
    assert lines[first_use + 1 : first_use + 3] == ["store_root 1, null ref", '%6 = allocate_object "Point" live 2']


def test_a_call_that_cannot_collect_keeps_what_the_slots_hold() -> None:
    after = body_after(
        """
entry:
  %3 = allocate_object "Point"
  %5 = allocate_object "Point"
  %2 = call @checked(%0)
  %6 = allocate_object "Point"
  %2 = load_field %3 + 16
  return %2
""",
        BOUNDS,
        SITES,
        ROOTS,
    )
    lines = operations(after)
    assert sum(line == "store_root 1, %3" for line in lines) + sum(line == "store_root 2, %3" for line in lines) == 1
    assert any(line.startswith("%2 = call @checked(%0) live") and not line.endswith("live 0") for line in lines)


def test_a_function_that_runs_nothing_has_no_frame() -> None:
    module = read_module(HEADER + "entry:\n  return %1\n}\n" + HELPERS)
    run_passes(module)
    assert [function.slots for function in module.functions.values()] == [0, 0, 1, 1]


def test_effects_close_over_calls_and_cycles() -> None:
    text = HEADER + "entry:\n  %2 = call @g(%1)\n  return %2\n}\n" + HELPERS
    text += 'function @g(%0 i64) -> (i64) at "g" "m.bd" 1:1 {\nentry:\n  %0 = call @h(%0)\n  return %0\n}\n'
    text += 'function @h(%0 i64) -> (i64) at "h" "m.bd" 1:1 {\nentry:\n  %0 = call @g(%0)\n  return %0\n}\n'
    effects = summarize(read_module(text))
    assert effects.collecting == {"making"}
    assert effects.tracing == {"making", "g", "h", "f"}


PANICKING = """
function @require(%0 i64) -> () at "require" "m.bd" 80:1 {
  registers %1 i1, %2 ref
entry:
  %1 = compare eq %0, i64 0
  branch %1, bad, good
bad:
  %2 = call @message(%0) ! 81:1
  call_runtime panic_str(%2) ! 82:1
  unreachable
good:
  return
}

function @message(%0 i64) -> (ref) at "message" "m.bd" 90:1 {
  registers %1 ref
entry:
  %1 = concat string "bad: ", %0 ! 91:1
  return %1
}
"""


def test_a_collection_on_the_way_to_a_panic_does_not_count_for_callers() -> None:
    body = "entry:\n  call @require(%1) ! 2:1\n  %2 = load_field %0 + 16\n  return %2\n"
    module = read_module(HEADER + body + "}\n" + HELPERS + PANICKING)
    effects = summarize(module)
    assert effects.collecting == {"making", "message"}
    assert effects.ever_collecting == {"making", "message", "require", "f"}
    assert {"require", "f"} <= effects.tracing
    SITES.run(module)
    ROOTS.run(module)
    assert verify(module, after_roots=True) == []
    assert "store_root" not in print_module(module).split("function @leaf")[0]


def test_a_debugger_sees_references_until_the_panic() -> None:
    body = "entry:\n  call @require(%1) ! 2:1\n  %2 = load_field %0 + 16\n  return %2\n"
    module = read_module(HEADER + body + "}\n" + HELPERS + PANICKING)
    function = module.functions["f"]
    parts = (function.parameters[0],)
    held = Variable("held", "Point", parts, ((0, 8),), function.location, True, (1, 1), (9, 1), is_kept=True)
    function.variables.append(held)
    SITES.run(module)
    ROOTS.run(module)
    assert verify(module, after_roots=True) == []
    assert "store_root 1, %0" in print_module(module).split("function @leaf")[0]


def many_references(count: int) -> Module:
    module = Module("many")
    function = Function("f", Location("Many.f", "m.bd", 1, 1), (IRType.REF,))
    builder = Builder(function)
    texts: list[Operand] = [
        builder.call_runtime_value("str_from_i64", (integer(IRType.I64, number),)) for number in range(count)
    ]
    builder.ret((builder.concat(tuple(texts)),))
    module.functions["f"] = builder.seal()
    return module


def test_a_frame_may_be_large_but_not_too_large() -> None:
    module = many_references(300)
    assert run_passes(module) == []
    assert module.functions["f"].slots == 301
    assert verify(module, after_roots=True) == []
    (exceeded,) = run_passes(many_references(FRAME_SLOTS_MAXIMUM))
    assert exceeded.message == f"`Many.f` keeps more than {FRAME_SLOTS_MAXIMUM - 1} references alive at one call"
    assert exceeded.location == Location("Many.f", "m.bd", 1, 1)


def test_the_page_lists_every_pass_and_is_current() -> None:
    page = Path(__file__).parents[2] / "docs" / "internals" / "passes.md"
    assert page.read_text(encoding="utf-8") == render_page()
    for step in PASSES:
        assert f"| `{step.name}` | {step.sentence} |" in render_page()
        assert step.sentence.endswith(".") and step.sentence.count(".") == 1
