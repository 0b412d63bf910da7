"""The stored form of functions: what is read is what was written."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from bench.mixed_programs import write_mixed_project
from tests.ir.random_ir import random_module
from tests.ir.test_text import EVERYTHING

from beskid.driver.inputs.project import ResolveFailure, resolve_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.ir.image import read_functions, write_functions
from beskid.ir.model import Function, Location, Module
from beskid.ir.read import read_module
from beskid.ir.text import print_module


def hidden(function: Function) -> tuple[object, ...]:
    """What the text form of a function leaves out."""
    return (
        function.exported,
        function.is_callback,
        function.unsigned_result,
        function.inline_never,
        function.slots,
        [register.name for register in function.registers],
        [
            (step.location, list(step.location.places()) if step.location is not None else [])
            for block in function.blocks
            for step in (*block.instructions, block.terminator)
            if step is not None
        ],
    )


def require_same(module: Module) -> None:
    text = print_module(module)
    before = list(module.functions.values())
    after = read_functions(write_functions(before))
    assert [hidden(function) for function in after] == [hidden(function) for function in before]
    assert not {id(block) for f in before for block in f.blocks} & {id(block) for f in after for block in f.blocks}
    module.functions = {function.name: function for function in after}
    assert print_module(module) == text


def test_every_instruction_and_constant() -> None:
    require_same(read_module(EVERYTHING))


def test_what_the_text_leaves_out() -> None:
    module = read_module(EVERYTHING)
    inner = Location("Inner", "inner.bd", 2, 3, Location("Outer", "outer.bd", 4, 5))
    for number, function in enumerate(module.functions.values()):
        function.exported, function.is_callback = number % 2 == 0, number % 3 == 0
        function.unsigned_result, function.inline_never = number % 3 == 1, number % 2 == 1
        function.slots = number
        function.location = inner
    require_same(module)


@pytest.mark.parametrize("seed", range(20))
def test_random_functions(seed: int) -> None:
    require_same(random_module(Random(seed)))


@pytest.mark.parametrize("stage", ["lowering", "roots"])
def test_functions_of_a_program(tmp_path: Path, stage: str) -> None:
    project = write_mixed_project(tmp_path / "mixed", 300)
    resolved = resolve_input(project, None, None, project)
    assert not isinstance(resolved, ResolveFailure)
    module = Session(resolved, CompileOptions(), {"XDG_CACHE_HOME": str(tmp_path / "cache")}).passed(stage)
    assert module is not None
    require_same(module)


def test_equal_functions_have_equal_images() -> None:
    images = {write_functions(list(random_module(Random(7)).functions.values())) for _ in range(3)}
    assert len(images) == 1
