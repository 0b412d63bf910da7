"""Copy propagation, a part of other passes: a register that is only a copy goes, and what it copies stands for it.

Both must be assigned once (or be a parameter that is never assigned, or a constant): such a copy holds the same value
wherever it may be read.
"""

from __future__ import annotations

from beskid.ir.copy import Copier
from beskid.ir.model import Function, Move, Operand, Register
from beskid.ir.operands import READS, WRITES


class Replacement(Copier):
    """Operands by others, everything else as it is."""

    __slots__ = ("operands_of",)

    def __init__(self, operands_of: dict[Operand, Operand]) -> None:
        self.operands_of = operands_of

    def operand(self, operand: Operand) -> Operand:
        return self.operands_of.get(operand, operand) if type(operand) is Register else operand


def propagate_copies(function: Function) -> bool:
    """Remove the copies of a function; whether there were any."""
    times = dict.fromkeys(function.parameters, 1)
    moves: dict[Register, Operand] = {}
    for block in function.blocks:
        for instruction in block.instructions:
            for register in WRITES[type(instruction)](instruction):
                times[register] = times.get(register, 0) + 1
            if type(instruction) is Move:
                moves[instruction.dest] = instruction.source
    replaced: dict[Operand, Operand] = {}
    for dest, source in moves.items():
        if times[dest] == 1 and (type(source) is not Register or times[source] == 1):
            replaced[dest] = source
    if not replaced:
        return False
    for copy, first in replaced.items():
        copied: Operand = first
        while copied in replaced:
            copied = replaced[copied]
        replaced[copy] = copied
    copier = Replacement(replaced)
    for block in function.blocks:
        block.instructions = [
            copier.instruction(step) if any(operand in replaced for operand in READS[type(step)](step)) else step
            for step in block.instructions
            if type(step) is not Move or step.dest not in replaced
        ]
        end = block.terminator
        if end is not None and any(operand in replaced for operand in READS[type(end)](end)):
            block.terminator = copier.terminator(end)
    return True
