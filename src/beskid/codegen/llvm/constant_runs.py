"""Elements of arrays that are initialized by constants, written as one copy of static data.

LLVM's instruction selection takes time that grows with the square of the stores in a block, so an array literal of
20,000 numbers would take minutes. A run is a sequence of unchecked stores of numbers, or of static strings, to
consecutive elements of one array; it is the same memory as its stores would make. A static string needs no write
barrier, because it is not on the heap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from beskid.ir.model import FloatConstant, Instruction, IntConstant, Register, StoreElement, StringConstant, type_of
from beskid.ir.values import MIN_CONSTANT_RUN, SIZE_OF

_STATIC = (IntConstant, FloatConstant, StringConstant)


def parts_of(instructions: Sequence[Instruction]) -> Iterable[Instruction | list[StoreElement]]:
    """Divide the instructions of a block into constant runs, as lists, and the other instructions."""
    if len([each for each in instructions if type(each) is StoreElement]) < MIN_CONSTANT_RUN:
        return instructions
    return _runs_and_others(instructions)


def _runs_and_others(instructions: Sequence[Instruction]) -> Iterator[Instruction | list[StoreElement]]:
    position = 0
    while position < len(instructions):
        end = _end_of_run(instructions, position)
        if end - position < MIN_CONSTANT_RUN:
            end = max(end, position + 1)
            yield from instructions[position:end]
        else:
            yield [held for held in instructions[position:end] if isinstance(held, StoreElement)]
        position = end


def _end_of_run(instructions: Sequence[Instruction], start: int) -> int:
    """The position after the run that begins at `start`; `start` when none does."""
    first = instructions[start]
    if not isinstance(first, StoreElement) or not isinstance(first.array, Register) or first.offset:
        return start
    if not isinstance(first.index, IntConstant) or not isinstance(first.value, _STATIC):
        return start
    kind, number, end = type_of(first.value), first.index.value, start
    if SIZE_OF[kind] != first.stride:
        return start
    while end < len(instructions):
        held = instructions[end]
        if not isinstance(held, StoreElement) or not held.unchecked or held.array != first.array or held.offset:
            break
        if not isinstance(held.index, IntConstant) or held.index.value != number or held.stride != first.stride:
            break
        if not isinstance(held.value, _STATIC) or type_of(held.value) is not kind:
            break
        number += 1
        end += 1
    return end
