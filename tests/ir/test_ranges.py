"""The ranges pass: which loops are copied, and that a program does the same whichever of the two runs."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.example_counts import examples

from beskid.ir.model import CheckIndex, Module
from beskid.ir.oracle.host import MemoryHost
from beskid.ir.oracle.machine import RunOptions, run_module
from beskid.ir.oracle.translate import Explicit
from beskid.ir.read import read_module
from beskid.ir.text import print_module
from beskid.ir.verify import verify
from beskid.lower.passes.bounds import BOUNDS
from beskid.lower.passes.headers import HEADERS
from beskid.lower.passes.ranges import MAX_FUNCTION_SIZE, MAX_LOOP_SIZE, MIN_DISTANCE, check_ranges
from beskid.lower.pipeline import PassOptions, run_passes

START = """module "m"
entry @start
descriptor "words" size 8 align 8 references [] display "i64"

function @start(%0 ref) -> (i64) at "Main" "m.bd" 1:1 {
  registers %1 i64 "counter", %2 ref "array", %3 i1, %4 i64 "sum", %5 i64, %6 i64, %7 i64, %8 i64, %9 i64
  registers %10 i64 "fuel", %11 i64, %12 i1, %13 ref, %14 i8, %15 i64, %16 i64, %17 i64, %18 i64, %19 i64
entry:
"""
COUNTER, ARRAY = "%1", "%2"
KNOWN = ("%6", "%7", "%8")
COMPUTED = ("%15", "%16", "%17", "%18", "%19")


def program(
    index: str,
    length: int = 10,
    start: int = 0,
    bound: str = "i64 10",
    step: str = "i64 1",
    order: str = "slt",
    known: tuple[int, int, int] = (0, 0, 0),
    operand: str = COUNTER,
    after: str = "",
) -> Module:
    """A loop that adds up elements, each of which has its index and what it was stored before, and prints the sum.

    `index` are the operations before the access, whose index is `operand`, and `after` those after the step.
    """
    text = f'{START}  {ARRAY} = allocate_array "words", i64 {length} ! 2:1\n'
    for register, number in zip(KNOWN, known, strict=True):
        text += f"  {register} = move i64 {number}\n"
    text += f"""  {COUNTER} = move i64 {start}
  %4 = move i64 0
  %10 = move i64 20
  jump loop
loop:
  %3 = compare {order} {COUNTER}, {bound}
  branch %3, body, done
body:
{index}  %5 = load_element {ARRAY}[{operand}] stride 8 + 0 ! 3:1
  %9 = iadd %5, {COUNTER}
  store_element {ARRAY}[{operand}] stride 8 + 0, %9 ! 4:1
  %4 = iadd %4, %9
  %10 = isub %10, i64 1
  %12 = compare slt %10, i64 0
  branch %12, done, next
next:
  %11 = iadd {COUNTER}, {step}
  {COUNTER} = move %11
{after}  jump loop
done:
  %13 = call_runtime str_from_i64(%4)
  call_runtime stdout_write(%13)
  return i64 0
}}
"""
    module = read_module(text)
    assert verify(module) == []
    return module


def behaviour(module: Module, checked: bool) -> tuple[int, bytes, bytes]:
    """Status, output and errors of a run; with `checked`, an access that nothing checked is an error of the test."""
    host = MemoryHost()
    explicit = Explicit.EVERYTHING if checked else Explicit.NOTHING
    status = run_module(module, host, [], RunOptions(explicit, False, 100_000))
    return status, bytes(host.stdout), bytes(host.stderr)


def divided(module: Module, min_distance: int = 0, leaves_checks: bool = False) -> list[str]:
    """The loops that have a copy, after which the rest of the passes run too and the program does what it did."""
    before = behaviour(module, checked=False)
    BOUNDS.run(module)
    HEADERS.run(module)
    check_ranges(module, min_distance)
    assert verify(module) == []
    checks = {block.label for block in loops_with_checks(module)}
    copies = [block.label for block in module.functions["start"].blocks if ".checked" in block.label]
    run_passes(module, PassOptions(verify_each=True, start_after="ranges"))
    assert behaviour(module, checked=True) == before
    assert not copies or leaves_checks is not (checks <= set(copies))
    return copies


def loops_with_checks(module: Module) -> list:  # type: ignore[type-arg]
    blocks = module.functions["start"].blocks
    return [block for block in blocks if any(isinstance(step, CheckIndex) for step in block.instructions)]


INDICES = {
    "the counter": ("", COUNTER),
    "plus a constant": (f"  %15 = iadd {COUNTER}, i64 1\n", "%15"),
    "minus what does not change": (f"  %15 = isub {COUNTER}, %6\n", "%15"),
    "a product that does not change": (f"  %15 = imul %6, %7\n  %16 = iadd %15, {COUNTER}\n", "%16"),
    "a byte": (f"  %14 = convert trunc {COUNTER}\n  %15 = convert zext %14\n", "%15"),
    "a mask": (f"  %15 = and {COUNTER}, i64 3\n", "%15"),
    "a remainder": (f"  %15 = srem {COUNTER}, i64 4\n", "%15"),
    "a remainder by what does not change": (f"  %15 = iadd {COUNTER}, %6\n  %16 = srem %15, %7\n", "%16"),
    "an unsigned remainder": (f"  %15 = urem {COUNTER}, i64 4\n", "%15"),
    "the counter and a mask": (f"  %15 = and {COUNTER}, i64 3\n  %16 = iadd %15, {COUNTER}\n", "%16"),
    "a mask and a remainder": (
        f"  %15 = and {COUNTER}, i64 7\n  %16 = srem {COUNTER}, %7\n  %17 = iadd %15, %16\n",
        "%17",
    ),
}


@pytest.mark.parametrize("name", INDICES)
def test_indices_known_before_the_loop_are_checked_there(name: str) -> None:
    index, operand = INDICES[name]
    for length in (3, 4, 10, 11, 12, 300):
        for start in (0, -2):
            for known in ((1, 4, 0), (1, -4, 0), (1, 0, 0)):
                assert divided(program(index, length, start, operand=operand, known=known)), (length, start, known)


@pytest.mark.parametrize(
    ("index", "operand"),
    [
        ("  %15 = imul %1, i64 2\n", "%15"),
        ("  %15 = iadd %1, %1\n", "%15"),
        ("  %1 = iadd %1, i64 1\n", "%1"),
        ("  %15 = isub i64 3, %1\n", "%15"),
        ("  %15 = iadd %1, %4\n", "%15"),
        ("  %15 = load_element %2[%1] stride 8 + 0 unchecked\n", "%15"),
        ("  %15 = and %1, i64 -2\n", "%15"),
    ],
)
def test_other_indices_are_checked_in_the_loop(index: str, operand: str) -> None:
    assert not divided(program(index, operand=operand))


@pytest.mark.parametrize(
    ("start", "bound", "step", "order"),
    [
        (0, "i64 10", "i64 1", "slt"),
        (0, "i64 9", "i64 1", "sle"),
        (9, "i64 -1", "i64 -1", "sgt"),
        (9, "i64 0", "i64 -1", "sge"),
        (0, "i64 10", "i64 3", "slt"),
        (0, "%7", "%8", "sle"),
    ],
)
def test_loops_that_count(start: int, bound: str, step: str, order: str) -> None:
    for length in (9, 10, 11):
        assert divided(program("", length, start, bound, step, order, known=(0, 9, 2))), length


@pytest.mark.parametrize(
    ("step", "order"), [("i64 1", "ult"), ("i64 1", "ne"), ("i64 -1", "slt"), ("i64 0", "slt"), ("%4", "slt")]
)
def test_loops_that_do_not_count_to_a_bound(step: str, order: str) -> None:
    assert not divided(program("", 30, step=step, order=order))


@pytest.mark.parametrize("order", ["slt", "sle"])
@pytest.mark.parametrize("step", [1, 2, 2**61])
def test_a_counter_that_wraps_is_checked_in_the_loop(step: int, order: str) -> None:
    start, bound = 2**63 - 4, 2**63 - 1
    index = f"  %15 = iadd {COUNTER}, %6\n"
    for length in (2, 4, 6):
        for written in ("%8", f"i64 {step}"):
            assert divided(program(index, length, start, "%7", written, order, (-start, bound, step), "%15"))


def test_a_loop_up_to_the_length_is_left_to_llvm() -> None:
    module = program("", bound="%7")
    entry = module.functions["start"].blocks[0]
    text = print_module(module).replace("%7 = move i64 0", "%7 = length %2")
    assert len(entry.instructions) == 7
    assert not divided(read_module(text))


@pytest.mark.parametrize("bound", [MIN_DISTANCE, MIN_DISTANCE + 1, MIN_DISTANCE + 2])
def test_a_loop_of_few_iterations_has_its_checks(bound: int) -> None:
    """A test before the loop finds out, unless constants say so: then there is nothing to gain."""
    assert bool(divided(program("", 30, bound=f"i64 {bound}"), MIN_DISTANCE)) is (bound > MIN_DISTANCE)
    module = program("", 30, bound="%7", known=(0, bound, 0))
    before = behaviour(module, checked=False)
    BOUNDS.run(module)
    HEADERS.run(module)
    check_ranges(module)
    # The copy is at the end, so what changes is the loop without checks.
    changed = read_module(print_module(module).replace("%4 = iadd %4, %9", "%4 = iadd %4, i64 1000", 1))
    assert (behaviour(changed, checked=False) == before) is (bound <= MIN_DISTANCE)


def test_nothing_after_the_step_is_known() -> None:
    after = f"  %15 = load_element {ARRAY}[{COUNTER}] stride 8 + 0 ! 5:1\n"
    module = program("", after=after)
    assert behaviour(module, checked=False)[0] == 101
    assert divided(module, leaves_checks=True)


def test_the_first_block_may_see_the_bound() -> None:
    module = program(f"  %16 = iadd {COUNTER}, i64 0\n", bound="%7", known=(0, 10, 0), operand="%16")
    text = print_module(module).replace("loop:\n", "loop:\n  %15 = load_element %2[%1] stride 8 + 0 ! 5:1\n")
    module = read_module(text)
    assert behaviour(module, checked=False)[0] == 101
    assert divided(module, leaves_checks=True)


def test_growth_is_limited() -> None:
    assert divided(program("  %15 = iadd %1, %6\n" * 1))
    assert not divided(program("  %14 = convert trunc %4\n" * MAX_LOOP_SIZE))
    module = program("")
    entry = module.functions["start"].blocks[0]
    entry.instructions[1:1] = [entry.instructions[1]] * MAX_FUNCTION_SIZE
    assert not divided(module)


# Random loops -----------------------------------------------------------------------------------------------------

NUMBERS = (0, 0, 1, 1, 2, 3, 4, 5, 7, -1, -2, 2**31, 2**62, 2**63 - 1, 2**63 - 3, -(2**63), -(2**63) + 2)


def random_program(random: Random) -> Module:
    """A loop that counts in any way, with an index computed in any way, near and far from what may be accessed."""

    def operand(computed: tuple[str, ...]) -> str:
        if random.random() < 0.4:
            return f"i64 {random.choice(NUMBERS)}"
        return random.choice((COUNTER, COUNTER, *KNOWN, *computed))

    index = ""
    made: tuple[str, ...] = ()
    for register in COMPUTED[: random.randint(0, 5)]:
        match random.randint(0, 7):
            case 0:
                index += f"  %14 = convert trunc {random.choice((COUNTER, *KNOWN, *made))}\n"
                index += f"  {register} = convert zext %14\n"
            case 1:
                index += f"  {register} = and {operand(made)}, i64 {random.choice((1, 3, 7, -1))}\n"
            case 2:
                index += f"  {register} = {random.choice(('srem', 'urem'))} {operand(made)}, "
                index += f"{random.choice(('i64 4', 'i64 5', '%6', '%7'))}\n"
            case 3:
                index += f"  {register} = imul {operand(made)}, {operand(made)}\n"
            case 4 | 5:
                index += f"  {register} = isub {operand(made)}, {operand(made)}\n"
            case _:
                index += f"  {register} = iadd {operand(made)}, {operand(made)}\n"
        made = (*made, register)
    return program(
        index,
        random.randint(0, 14),
        random.choice(NUMBERS),
        random.choice((f"i64 {random.choice(NUMBERS)}", "i64 10", "i64 12", "%7", "%8")),
        random.choice(("i64 1", "i64 1", "i64 2", "i64 -1", "i64 -2", "%6", f"i64 {random.choice(NUMBERS)}")),
        random.choice(("slt", "slt", "sle", "sgt", "sge")),
        (random.choice(NUMBERS), random.choice(NUMBERS), random.choice(NUMBERS)),
        made[-1] if made and random.random() < 0.8 else COUNTER,
    )


@given(st.integers(0, 2**40))
@settings(deadline=None, max_examples=examples(300), suppress_health_check=[HealthCheck.too_slow])
def test_random_loops_do_the_same(seed: int) -> None:
    divided(random_program(Random(seed)))


def test_random_loops_are_worth_their_name() -> None:
    """Enough loops have a copy, and both of them run."""
    copied = returned = panicked = 0
    for seed in range(300):
        module = random_program(Random(seed))
        status = behaviour(module, checked=False)[0]
        if divided(module):
            copied += 1
            returned += status == 0
            panicked += status == 101
    assert copied > 60
    assert returned > 20
    assert panicked > 20
