"""The slices pass: a slice of a string whose bytes are only read is made in the frame instead of the heap.

That is so where the function, and every function that it passes the slice to, keeps no reference to it
(`ir/lending.py`). Such a slice needs no allocation and is never collected; its string stays alive in its place. There
is one in a frame for each instruction that makes one: when it is made again, the register with the former is assigned.
"""

from __future__ import annotations

from beskid.ir.lending import Lending
from beskid.ir.model import CallRuntime, Function, Module, Register, SliceString
from beskid.ir.operands import WRITES
from beskid.lower.passes.copies import propagate_copies
from beskid.lower.passes.step import Pass

_SLICING = "str_slice"


def make_slices_in_frames(module: Module) -> None:
    """Replace the calls that slice strings in every function."""
    lending = Lending(module)
    for function in module.functions.values():
        if any(_is_slice(step) for block in function.blocks for step in block.instructions):
            propagate_copies(function, module)
            lent = lending.lent(function, _assigned_once(function))
            if lent:
                _replace(function, set(lent))


def _is_slice(step: object) -> bool:
    return isinstance(step, CallRuntime) and step.function == _SLICING and step.dest is not None


def _assigned_once(function: Function) -> list[Register]:
    """Return the registers that are assigned by making a slice and nowhere else."""
    times: dict[Register, int] = {}
    made: list[Register] = []
    for block in function.blocks:
        for step in block.instructions:
            for register in WRITES[type(step)](step):
                times[register] = times.get(register, 0) + 1
            if _is_slice(step):
                made += WRITES[type(step)](step)
    return [register for register in made if times[register] == 1]


def _replace(function: Function, lent: set[Register]) -> None:
    for block in function.blocks:
        for position, step in enumerate(block.instructions):
            if isinstance(step, CallRuntime) and step.dest in lent:
                text, start, count = step.arguments
                block.instructions[position] = SliceString(step.location, step.dest, text, start, count)


SLICES = Pass(
    "slices",
    "Makes the slices of strings whose bytes are only read in frames.",
    make_slices_in_frames,
    only_optimizes=True,
)
