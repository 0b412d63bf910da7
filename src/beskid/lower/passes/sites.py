"""The pass that keeps the current call site in shadow slot 0, from which a panic's trace is read (decision R2).

A `StoreSite` is inserted before every instruction during which a panic or a collection may happen, unless the same site
is already in the slot on every path: only this activation writes slot 0, callees write above it. Checks and polls
need none; they store their site on their cold path.
"""

from __future__ import annotations

from beskid.ir.effects import BEHAVIOURS, CALLING, Behaviour, Effects, summarize
from beskid.ir.graph import predecessors, reverse_postorder
from beskid.ir.model import Block, Function, Instruction, Location, Module, StoreSite
from beskid.lower.passes.step import Pass


def store_sites(module: Module) -> None:
    """Insert the `StoreSite` operations of every function and count slot 0 where it is used."""
    effects = summarize(module)
    for function in module.functions.values():
        _store_sites(function, effects)


def _store_sites(function: Function, effects: Effects) -> None:
    needed: dict[Block, list[int]] = {}
    checked = False
    for block in function.blocks:
        positions: list[int] = []
        for position, instruction in enumerate(block.instructions):
            kind = type(instruction)
            if kind in CALLING:
                if effects.needs_site(instruction):
                    positions.append(position)
            elif BEHAVIOURS[kind] is Behaviour.CHECK:
                checked = True
        if positions:
            needed[block] = positions
    if not needed:
        function.slots = 1 if checked else 0
        return
    function.slots = 1
    entering = _sites_at_entry(function, needed)
    for block, positions in needed.items():
        block.instructions = _with_sites(function, block.instructions, positions, entering[block])


def _site(function: Function, instruction: Instruction) -> Location:
    return instruction.location if instruction.location is not None else function.location


def _with_sites(
    function: Function, instructions: list[Instruction], positions: list[int], current: Location | None
) -> list[Instruction]:
    result: list[Instruction] = []
    done = 0
    for position in positions:
        result.extend(instructions[done:position])
        done = position
        site = _site(function, instructions[position])
        if site != current:
            result.append(StoreSite(site))
            current = site
    result.extend(instructions[done:])
    return result


def _sites_at_entry(function: Function, needed: dict[Block, list[int]]) -> dict[Block, Location | None]:
    """Return the site in slot 0 at the start of each block on every path; None if the paths differ."""
    last = {block: _site(function, block.instructions[positions[-1]]) for block, positions in needed.items()}
    entry = function.blocks[0]
    if len(function.blocks) == 1:
        return {entry: None}
    order = reverse_postorder(function)
    before = predecessors(order)
    entering: dict[Block, Location | None] = {entry: None}
    changed = True
    while changed:
        changed = False
        for block in order:
            if block is entry:
                continue
            # A block not yet in `entering` has not been reached in this iteration and agrees with anything.
            sites = {
                last[origin] if origin in last else entering[origin]
                for origin in before[block]
                if origin in last or origin in entering
            }
            if not sites:
                continue
            site = sites.pop() if len(sites) == 1 else None
            if block not in entering or entering[block] != site:
                entering[block] = site
                changed = True
    return entering


SITES = Pass(
    "sites",
    "Keeps the current call site in shadow slot 0 for every operation that may panic, collect or recurse.",
    store_sites,
)
