"""JIT and AOT run the same bytes and behave the same, at both levels, also when every allocation collects."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.boundary.programs import ENDLESS, RUNNABLE, Program
from tests.boundary.toolbox import Outcome, compile_text, run_aot, run_jit


def expected(program: Program) -> Outcome:
    return Outcome(program.stdout, program.stderr, program.status)


@pytest.mark.parametrize("level", [0, 2])
@pytest.mark.parametrize("name", sorted(RUNNABLE))
def test_both_back_ends_do_what_the_program_says(name: str, level: int, tmp_path: Path) -> None:
    program = RUNNABLE[name]
    image = compile_text(program.text, level)
    assert run_jit(image, tmp_path, program.arguments) == expected(program)
    assert run_aot(image, tmp_path, program.arguments) == expected(program)


@pytest.mark.parametrize("level", [0, 2])
@pytest.mark.parametrize("name", ["trees", "arrays", "closures", "switch"])
def test_nothing_is_lost_when_every_allocation_collects(name: str, level: int, tmp_path: Path) -> None:
    program = RUNNABLE[name]
    image = compile_text(program.text, level)
    assert run_aot(image, tmp_path, stress=True) == expected(program)
    assert run_jit(image, tmp_path, stress=True) == expected(program)


def without_roots(program: Program) -> bytes:
    """The object of a program whose root stores were left out: only the passes can lose them."""
    from tests.boundary.toolbox import TRIPLE, passed

    from beskid.codegen.artifact import make_artifact
    from beskid.codegen.emit import EmitOptions, emit_object
    from beskid.ir.model import IRType, NullConstant, StoreRoot

    sound = make_artifact(passed(program.text))
    for function in sound.functions:
        for block in function.blocks:
            block.instructions = [
                StoreRoot(held.location, held.slot, NullConstant(IRType.REF)) if isinstance(held, StoreRoot) else held
                for held in block.instructions
            ]
    return emit_object(sound, EmitOptions(TRIPLE))


def test_stress_notices_a_lost_root(tmp_path: Path) -> None:
    program = RUNNABLE["trees"]
    image = without_roots(program)
    assert run_aot(image, tmp_path, stress=True) != expected(program)


@pytest.mark.parametrize("level", [0, 2])
def test_endless_recursion_is_a_panic_everywhere(level: int, tmp_path: Path) -> None:
    image = compile_text(ENDLESS.text, level)
    for outcome in (run_aot(image, tmp_path), run_jit(image, tmp_path)):
        assert outcome.stderr.splitlines()[0] == ENDLESS.stderr
        assert outcome.status == ENDLESS.status
