"""The pass that makes element accesses safe: a `CheckIndex` before each one that is not marked `unchecked`.

A check, even one from lowering, is omitted if the same index of the same array was checked on every path to it and
neither register was assigned since: an array never changes its length.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from beskid.ir.forms import INSTRUCTIONS
from beskid.ir.graph import reverse_postorder, solve_forward
from beskid.ir.model import (
    Block,
    CheckIndex,
    Function,
    Instruction,
    Module,
    Operand,
    Register,
)
from beskid.ir.operands import WRITES
from beskid.lower.passes.step import Pass

_Fact: TypeAlias = tuple[Operand, Operand]

ELEMENT_ACCESSES = frozenset(
    kind for kind, form in INSTRUCTIONS.items() if any(field.name == "unchecked" for field in form.fields)
)
"""The instructions with an array, an index, and the flag that the index needs no check."""


def insert_index_checks(module: Module) -> None:
    """Insert the checks of every function and drop redundant ones."""
    for function in module.functions.values():
        accesses = {
            block: facts for block in function.blocks if (facts := [_checked(step) for step in block.instructions])
        }
        if any(fact is not None for facts in accesses.values() for fact in facts):
            _Bounds(function, accesses).run()


def _checked(instruction: Instruction) -> _Fact | None:
    """Return the array and index of an instruction that needs a check or is one."""
    access: Any = instruction
    kind = type(instruction)
    if kind is CheckIndex or (kind in ELEMENT_ACCESSES and not access.unchecked):
        return (access.array, access.index)
    return None


class _Bounds:
    """The work on one function: facts are numbered, sets of them are bit sets."""

    __slots__ = ("accesses", "function", "mentions", "numbers")

    def __init__(self, function: Function, accesses: dict[Block, list[_Fact | None]]) -> None:
        self.function = function
        self.accesses = accesses
        self.numbers: dict[_Fact, int] = {}
        self.mentions: dict[Register, int] = {}
        for facts in accesses.values():
            for fact in facts:
                if fact is not None and fact not in self.numbers:
                    bit = 1 << len(self.numbers)
                    self.numbers[fact] = bit
                    for operand in fact:
                        if isinstance(operand, Register):
                            self.mentions[operand] = self.mentions.get(operand, 0) | bit

    def run(self) -> None:
        order = reverse_postorder(self.function)
        if len(order) == 1:
            self._rewrite(order[0], 0)
            return
        gained: dict[Block, int] = {}
        lost: dict[Block, int] = {}
        for block in order:
            gained[block], lost[block] = self._summary(block)
        entering = solve_forward(order, gained, lost)
        for block in order:
            if block in self.accesses:
                self._rewrite(block, entering[block])

    def _summary(self, block: Block) -> tuple[int, int]:
        gained = lost = 0
        for instruction, fact in zip(block.instructions, self.accesses.get(block, ()), strict=False):
            if fact is not None:
                gained |= self.numbers[fact]
            for register in WRITES[type(instruction)](instruction):
                mentioned = self.mentions.get(register, 0)
                gained &= ~mentioned
                lost |= mentioned
        return gained, lost

    def _rewrite(self, block: Block, known: int) -> None:
        result: list[Instruction] = []
        for instruction, fact in zip(block.instructions, self.accesses[block], strict=True):
            if fact is not None:
                bit = self.numbers[fact]
                if not known & bit:
                    result.append(CheckIndex(instruction.location, fact[0], fact[1]))
                known |= bit
            if type(instruction) is not CheckIndex:
                result.append(instruction)
            for register in WRITES[type(instruction)](instruction):
                known &= ~self.mentions.get(register, 0)
        block.instructions = result


BOUNDS = Pass(
    "bounds",
    "Puts an index check before each element access that needs one, and drops checks already made on every path.",
    insert_index_checks,
)
