"""Registers that are kept in memory, because they are live across much of a long block.

LLVM's register allocator divides the range of such a value at its uses, and looks at every other range on the way: a
block in which 2,000 values are made and then used takes it seconds, and four times as long for twice as many. It would
spill them in the end. Written to a stack slot where they are made and loaded where they are used, by accesses that
LLVM does not remove, all ranges are short.
"""

from __future__ import annotations

from collections.abc import Iterable

from beskid.ir.model import Block, Function, Register
from beskid.ir.operands import READS, WRITES, reads

LARGE_INSTRUCTIONS = 400
"""A larger function is never inlined, and calls the runtime where smaller ones have an inline fast path, because LLVM's
time grows faster than the number of branches. A block of so many instructions is long."""

PARTS_OF_LONG_BLOCKS = 64
"""After so many instructions of a long block, the address of the frame is loaded again. Otherwise LLVM computes what is
derived from it once, more values than there are registers, and dividing their long ranges takes quadratic time."""

FAR = 2_000
"""A use is far from the assignment of its register after so many instructions."""

MIN_FAR_REGISTERS = 100
"""With fewer registers that are used far away, LLVM's choice of those that it spills is fast, and better."""


def long_blocks(function: Function) -> set[Block]:
    return {block for block in function.blocks if len(block.instructions) > LARGE_INSTRUCTIONS}


def far_registers(function: Function, blocks: Iterable[Block]) -> frozenset[int]:
    """Return the indexes of the registers that long blocks use far from where they are assigned; none if they are few.

    A register of another block comes from the start of the block, and one that another block uses is used at the end.
    """
    far: set[int] = set()
    ends: dict[int, Block] = {}
    for block in blocks:
        assigned: dict[int, int] = {}
        for position, instruction in enumerate(block.instructions):
            for operand in READS[type(instruction)](instruction):
                if isinstance(operand, Register) and position - assigned.get(operand.index, 0) > FAR:
                    far.add(operand.index)
            for register in WRITES[type(instruction)](instruction):
                assigned[register.index] = position
        last = len(block.instructions) - FAR
        ends.update({index: block for index, position in assigned.items() if position < last})
    for block in function.blocks if ends else ():
        read = [operand for each in block.instructions for operand in READS[type(each)](each)]
        read += () if block.terminator is None else reads(block.terminator)
        far.update(
            [each.index for each in read if isinstance(each, Register) and ends.get(each.index, block) is not block]
        )
    return frozenset(far) if len(far) > MIN_FAR_REGISTERS else frozenset()
