"""The pass that loads the headers of arrays and strings before loops: the address of their elements and their length.

LLVM moves a load out of a loop only where it knows that the first iteration would make it, and that is not known after
the first check that may panic. For each register that is an array or string in a loop, and that the loop does not
assign, a `LoadHeader` is put before the innermost loop around its uses, and they get its result. The result is the
array itself, so it is rooted as long as an access follows.
"""

from __future__ import annotations

from beskid.ir.graph import predecessors, reverse_postorder, solve_forward
from beskid.ir.loops import Loop, innermost_loops, latches_of, loops_of
from beskid.ir.model import (
    AllocateArray,
    Block,
    CheckIndex,
    ConcatStrings,
    Function,
    Instruction,
    IRType,
    Jump,
    Length,
    LoadHeader,
    Module,
    Operand,
    Register,
)
from beskid.ir.operands import WRITES
from beskid.lower.passes.blocks import Labels, location_of_end, redirect
from beskid.lower.passes.bounds import ELEMENT_ACCESSES
from beskid.lower.passes.copies import Replacement
from beskid.lower.passes.step import Pass

_ELEMENTS = ELEMENT_ACCESSES | {CheckIndex}
_ACCESSES = _ELEMENTS | {Length}
_MAKING = frozenset({AllocateArray, ConcatStrings})


def hoist_headers(module: Module) -> None:
    """Load headers before the loops of every function."""
    for function in module.functions.values():
        order = reverse_postorder(function)
        latches = latches_of(order)
        if latches and any(type(step) in _ELEMENTS for block in order for step in block.instructions):
            _hoist(function, order, latches)


def _hoist(function: Function, order: list[Block], latches: dict[Block, list[Block]]) -> None:
    before = predecessors(order)
    loops = loops_of(latches, before)
    innermost = innermost_loops(loops)
    own: dict[Loop, list[Block]] = {}
    for block in order:
        loop = innermost.get(block)
        if loop is not None:
            own.setdefault(loop, []).append(block)
    chosen = {
        loop: arrays
        for loop, blocks in own.items()
        if loop.is_entered_at_head(before, order[0]) and (arrays := _invariant_arrays(loop, blocks))
    }
    if not chosen:
        return
    hoisted = dict.fromkeys(array for arrays in chosen.values() for array in arrays)
    bits = {array: 1 << number for number, array in enumerate(hoisted)}
    present = _present_at_end(order, bits)
    labels = Labels(function)
    made: dict[Block, Block] = {}
    for loop, arrays in chosen.items():
        origins = [origin for origin in before[loop.head] if origin not in loop.blocks]
        at_once = _arrays_at_once(loop.head)
        location = location_of_end(origins[0])
        place = origins[0]
        if len(origins) > 1 or not isinstance(place.terminator, Jump):
            place = made[loop.head] = labels.new_block(f"{loop.head.label}.before")
            place.terminator = Jump(location, loop.head)
            redirect(origins, loop.head, place)
        replaced: dict[Operand, Operand] = {}
        for array in arrays:
            is_present = array in at_once or all(present[origin] & bits[array] for origin in origins)
            held = function.new_register(IRType.REF, array.name)
            place.instructions.append(LoadHeader(location, held, array, is_present))
            replaced[array] = held
        copier = Replacement(replaced)
        for block in own[loop]:
            block.instructions = [
                copier.instruction(step) if type(step) in _ACCESSES and step.array in replaced else step  # type: ignore[union-attr]
                for step in block.instructions
            ]
    if made:
        function.blocks = [
            placed for block in function.blocks for placed in ((made[block], block) if block in made else (block,))
        ]


def _array_of(step: Instruction) -> Register | None:
    """Return the register that an instruction accesses as an array or string."""
    if type(step) not in _ACCESSES:
        return None
    array: Operand = step.array  # type: ignore[union-attr]
    return array if isinstance(array, Register) else None


def _invariant_arrays(loop: Loop, blocks: list[Block]) -> list[Register]:
    """Return the registers whose elements the blocks access and that the loop does not assign."""
    found: dict[Register, None] = {}
    for block in blocks:
        for step in block.instructions:
            if type(step) in _ELEMENTS and (array := _array_of(step)) is not None:
                found[array] = None
    if found:
        for block in loop.blocks:
            for step in block.instructions:
                for register in WRITES[type(step)](step):
                    found.pop(register, None)
    return list(found)


def _present_at_end(order: list[Block], bits: dict[Register, int]) -> dict[Block, int]:
    """Return the bits of the registers that are known to be arrays or strings at the end of each block.

    They were made or accessed on every path, and not assigned since.
    """
    gained: dict[Block, int] = {}
    lost: dict[Block, int] = {}
    for block in order:
        gained[block] = lost[block] = 0
        for step in block.instructions:
            accessed = _array_of(step)
            if accessed in bits:
                gained[block] |= bits[accessed]
            for register in WRITES[type(step)](step):
                if register in bits:
                    lost[block] |= bits[register]
                    gained[block] &= ~bits[register]
                    if type(step) in _MAKING:
                        gained[block] |= bits[register]
    entering = solve_forward(order, gained, lost)
    return {block: (entering[block] & ~lost[block]) | gained[block] for block in order}


def _arrays_at_once(head: Block) -> set[Register]:
    """Return the registers that the first block of a loop accesses before it could do anything else."""
    found: set[Register] = set()
    for step in head.instructions:
        if (accessed := _array_of(step)) is not None:
            found.add(accessed)
        if type(step) is not Length:
            break
    return found


HEADERS = Pass(
    "headers",
    "Loads the data addresses and lengths of arrays and strings before the loops that access them.",
    hoist_headers,
    only_optimizes=True,
)
