"""The table of instructions: what is derived from it is complete, and so is every table that is written by hand."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest
from tests import limits
from tests.ir.test_text import EVERYTHING

from beskid.codegen.artifact import RUNTIME_FUNCTIONS
from beskid.codegen.llvm.module import HANDLERS
from beskid.ir.copy import WITH_LIVE, Copier
from beskid.ir.effects import BEHAVIOURS, CALLING, Behaviour
from beskid.ir.forms import INSTRUCTIONS, TERMINATORS, instruction
from beskid.ir.model import Instruction, StoreElement, StoreField, Terminator
from beskid.ir.oracle.translate import TRANSLATIONS
from beskid.ir.read import read_module
from beskid.ir.text import print_module
from beskid.ir.typing import RULES

ROOT = Path(__file__).parents[2]


def test_the_types_list_what_the_table_has() -> None:
    assert set(get_args(Instruction)) == set(INSTRUCTIONS)
    assert set(get_args(Terminator)) == set(TERMINATORS)


def test_no_two_instructions_begin_with_the_same_word() -> None:
    words = Counter(word for form in (*INSTRUCTIONS.values(), *TERMINATORS.values()) for word in form.mnemonics())
    assert [word for word, count in words.items() if count > 1] == []


def test_every_table_written_by_hand_has_a_row_for_each_instruction() -> None:
    assert set(RULES) == set(INSTRUCTIONS) | set(TERMINATORS)
    assert set(BEHAVIOURS) == set(INSTRUCTIONS)
    assert set(TRANSLATIONS) == set(INSTRUCTIONS)
    assert set(HANDLERS) == set(INSTRUCTIONS)


def test_instructions_that_run_other_code_carry_the_number_of_live_slots() -> None:
    calling = {kind for kind, behaviour in BEHAVIOURS.items() if behaviour not in (Behaviour.SIMPLE, Behaviour.CHECK)}
    assert calling == set(CALLING) == set(WITH_LIVE)


def test_runtime_functions_are_known_of_every_instruction_that_is_not_simple() -> None:
    simple = {kind for kind, behaviour in BEHAVIOURS.items() if behaviour is Behaviour.SIMPLE}
    assert set(RUNTIME_FUNCTIONS) == set(INSTRUCTIONS) - simple | {StoreField, StoreElement}


def test_copies_are_printed_like_their_originals() -> None:
    module = read_module(EVERYTHING.replace(" live 0", "").replace(" live 1", "").replace(" live 2", ""))
    text = print_module(module)
    copier = Copier()
    for function in module.functions.values():
        for block in function.blocks:
            assert block.terminator is not None
            block.instructions = [copier.instruction(step) for step in block.instructions]
            block.terminator = copier.terminator(block.terminator)
    assert print_module(module) == text


def test_a_field_of_unknown_type_is_refused() -> None:
    class Wrong:
        operand: list[str]

    with pytest.raises(TypeError, match=r"Wrong\.operand: an instruction cannot have a field of type list\[str\]"):
        instruction("wrong {operand}")(Wrong)


def test_an_instruction_that_only_the_table_knows_is_refused_by_everything_written_by_hand() -> None:
    command = [sys.executable, "-m", "tests.ir.fake_instruction"]
    done = limits.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.stderr == ""
    consumers = [
        ("verify", "Twist"),
        ("verify of a terminator", "Leap"),
        ("summarize", "Twist"),
        ("run_passes", "Twist"),
        ("oracle", "Twist"),
        ("oracle of a terminator", "Leap"),
        ("runtime_functions_of", "Twist"),
        ("write_module", "Twist"),
        ("write_module of a terminator", "Leap"),
    ]
    lines = done.stdout.splitlines()
    assert lines[:5] == [
        "copied True",
        "printed True",
        "reads (IntConstant(type=<IRType.I64: 'i64'>, value=3),)",
        "writes (%1,)",
        "leap printed True",
    ]
    for line, (consumer, name) in zip(lines[5:], consumers, strict=True):
        assert line.startswith(f"{consumer} refuses:")
        assert name in line
