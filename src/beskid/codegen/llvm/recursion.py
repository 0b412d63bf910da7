"""How far a function that calls itself is inlined into itself.

LLVM does not inline a function into itself. For a small one that branches out, such as a walk over a tree, a few
levels save most of the calls. It takes a function and gives a number of levels; the module then holds that many
copies, each called by the one before, the last calling the function again. Call sites and shadow slots are those of
the source at every level, so traces do not change.
"""

from __future__ import annotations

from beskid.ir.model import AllocateArray, AllocateObject, Call, CallClosure, CallExtern, CallIndirect, Function

LEVELS_MAXIMUM = 4
INSTRUCTIONS_MAXIMUM = 360
"""Most instructions of the function with all its levels."""

SELF_CALLS = range(2, 5)
"""A function with one call of itself is a loop or hardly a cost; with many it grows too fast."""

_CALLS = (Call, CallClosure, CallIndirect, CallExtern, AllocateArray, AllocateObject)


def inline_levels(function: Function) -> int:
    """Levels to inline the function into itself; 0 for most functions."""
    if function.inline_never or function.exported or function.is_callback:
        return 0
    size = 0
    self_calls = 0
    for block in function.blocks:
        size += len(block.instructions) + 1
        for instruction in block.instructions:
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
    while levels < LEVELS_MAXIMUM:
        copies *= self_calls
        total += copies * size
        if total > INSTRUCTIONS_MAXIMUM:
            break
        levels += 1
    return levels
