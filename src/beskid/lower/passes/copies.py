"""Copy propagation, a part of other passes: registers that are only copies are replaced by what they copy.

Both must be assigned once (or be a parameter that is never assigned, or a constant): such a copy has the same value
wherever it may be read. A copy of a new object is kept if unreachable code reads it as another type, such as the arm of
another variant.
"""

from __future__ import annotations

from beskid.base.node import replace
from beskid.ir.copy import Copier
from beskid.ir.model import (
    SIZE_OF,
    AllocateArray,
    AllocateObject,
    CheckIndex,
    ClearElement,
    Descriptor,
    Function,
    IRType,
    Length,
    LoadElement,
    LoadField,
    Module,
    Move,
    Operand,
    Register,
    StoreElement,
    StoreField,
    type_of,
)
from beskid.ir.operands import READS, WRITES


class Replacement(Copier):
    """Replaces operands."""

    __slots__ = ("operands_of",)

    def __init__(self, operands_of: dict[Operand, Operand]) -> None:
        self.operands_of = operands_of

    def operand(self, operand: Operand) -> Operand:
        return self.operands_of.get(operand, operand) if type(operand) is Register else operand


def propagate_copies(function: Function, module: Module) -> bool:
    """Remove the copies of a function. Return whether there were any."""
    times = dict.fromkeys(function.parameters, 1)
    moves: dict[Register, Operand] = {}
    made: dict[Operand, Descriptor | None] = {}
    for block in function.blocks:
        for instruction in block.instructions:
            for register in WRITES[type(instruction)](instruction):
                times[register] = times.get(register, 0) + 1
            if type(instruction) is Move:
                moves[instruction.dest] = instruction.source
            elif type(instruction) is AllocateObject:
                made[instruction.dest] = module.descriptors.get(instruction.descriptor)
            elif type(instruction) is AllocateArray:
                made[instruction.dest] = None
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
    for copy in _misread(function, replaced, made):
        replaced.pop(copy, None)
    if not replaced:
        return False
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
    function.variables = [replace(each, parts=copier.operands(each.parts)) for each in function.variables]
    return True


def _misread(
    function: Function, replaced: dict[Operand, Operand], made: dict[Operand, Descriptor | None]
) -> list[Operand]:
    """Return the copies of new objects that are accessed as another type, and all copies of new arrays."""
    found: list[Operand] = []
    for block in function.blocks:
        for step in block.instructions:
            if isinstance(step, LoadField | StoreField):
                source = replaced.get(step.object)
                if source in made:
                    descriptor = made[source]
                    kind = step.dest.type if isinstance(step, LoadField) else type_of(step.value)
                    if descriptor is None or not _fits(descriptor, step.offset, kind):
                        found.append(step.object)
            elif (
                isinstance(step, LoadElement | StoreElement | ClearElement | Length | CheckIndex)
                and replaced.get(step.array) in made
            ):
                found.append(step.array)
    return found


def _fits(descriptor: Descriptor, offset: int, kind: IRType) -> bool:
    is_reference = offset in descriptor.reference_offsets
    return (kind is IRType.REF) is is_reference and offset + SIZE_OF[kind] <= descriptor.size
