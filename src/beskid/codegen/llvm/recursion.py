"""How many levels of a recursive function are inlined into itself.

LLVM does not inline a function into itself. For a small one with several recursive calls, such as a tree traversal, a
few levels save most of the calls. It takes a function and returns a number of levels; the module then contains that
many copies, each called by the one before, the last calling the function again. Call sites and shadow slots are those
of the source at every level, so traces do not change.
"""

from __future__ import annotations

from beskid.ir.model import AllocateArray, AllocateObject, Call, CallClosure, CallExtern, CallIndirect, Function, Poll

MAX_LEVELS = 4
MAX_INSTRUCTIONS = 360
"""The largest total size of the function and its copies, in instructions."""

SELF_CALLS = range(2, 5)
"""The counts of recursive calls that pay off: one is a loop or cheap, with many the copies grow too fast."""

_CALLS = (Call, CallClosure, CallIndirect, CallExtern, AllocateArray, AllocateObject)


def inline_levels(function: Function) -> int:
    """Return the number of levels to inline the function into itself, 0 for most functions."""
    if function.inline_never or function.exported or function.is_callback:
        return 0
    size = 0
    self_calls = 0
    for block in function.blocks:
        size += len(block.instructions) + 1
        for instruction in block.instructions:
            if isinstance(instruction, Poll):
                # Only the function itself has it: what a host may interrupt has as many levels as another program.
                size -= 1
            if not isinstance(instruction, _CALLS):
                continue
            if not isinstance(instruction, Call) or instruction.callee != function.name:
                return 0
            self_calls += 1
    if self_calls not in SELF_CALLS:
        return 0
    levels = 0
    total = size
    copies = 1
    while levels < MAX_LEVELS:
        copies *= self_calls
        total += copies * size
        if total > MAX_INSTRUCTIONS:
            break
        levels += 1
    return levels
