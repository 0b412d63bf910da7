"""The control-flow graph of a function: successors, predecessors, orders, and the liveness equations.

Traversals are linear in the size of the graph. It must not change IR.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from beskid.ir.forms import TARGET_ROLES, TERMINATORS, InstructionForm, Role, derive
from beskid.ir.model import Block, Function, Terminator


def _targets(form: InstructionForm) -> str:
    """Return the expression of the list of the blocks that a terminator names, each once."""
    fields = form.having(TARGET_ROLES)
    names = [f"o.{field.name}" for field in fields]
    if any(field.role is Role.CASES for field in fields):
        listed = [
            f"*[target for _, target in {name}]" if field.role is Role.CASES else name
            for field, name in zip(fields, names, strict=True)
        ]
        return f"list(dict.fromkeys([{', '.join(listed)}]))"
    match names:
        case [] | [_]:
            return f"[{', '.join(names)}]"
        case [first, second]:
            return f"[{first}] if {first} is {second} else [{first}, {second}]"
        case _:
            return f"list(dict.fromkeys([{', '.join(names)}]))"


_SUCCESSORS: dict[type[Any], Callable[[Any], list[Block]]] = derive(TERMINATORS.values(), "o", _targets, {})


def successors(terminator: Terminator) -> list[Block]:
    """Return the blocks a terminator may jump to, without duplicates, in the order of its fields."""
    return _SUCCESSORS[type(terminator)](terminator)


def reachable_blocks(function: Function) -> set[Block]:
    """Return the blocks that are reachable from the first one."""
    reachable = {function.blocks[0]}
    pending = [function.blocks[0]]
    while pending:
        terminator = pending.pop().terminator
        if terminator is None:
            continue
        for target in successors(terminator):
            if target not in reachable:
                reachable.add(target)
                pending.append(target)
    return reachable


def reverse_postorder(function: Function) -> list[Block]:
    """Return the reachable blocks in an order in which, apart from loops, a block follows its predecessors."""
    entry = function.blocks[0]
    visited = {entry}
    postorder: list[Block] = []
    stack: list[tuple[Block, list[Block]]] = [(entry, _pending(entry))]
    while stack:
        block, pending = stack[-1]
        if not pending:
            postorder.append(block)
            stack.pop()
            continue
        target = pending.pop()
        if target not in visited:
            visited.add(target)
            stack.append((target, _pending(target)))
    postorder.reverse()
    return postorder


def _pending(block: Block) -> list[Block]:
    if block.terminator is None:
        return []
    return successors(block.terminator)


def predecessors(blocks: list[Block]) -> dict[Block, list[Block]]:
    """Return, for each of the blocks, those of them that may jump to it."""
    result: dict[Block, list[Block]] = {block: [] for block in blocks}
    for block in blocks:
        if block.terminator is None:
            continue
        for target in successors(block.terminator):
            if target in result:
                result[target].append(block)
    return result


def solve_liveness(order: list[Block], upward: dict[Block, int], killed: dict[Block, int]) -> dict[Block, int]:
    """Return what is live at the end of each block, as bit sets; `order` is a reverse postorder.

    `upward` is what a block reads before it assigns it, `killed` what it assigns.
    """
    at_start = dict(upward)
    at_end = dict.fromkeys(order, 0)
    targets = {block: successors(block.terminator) if block.terminator is not None else [] for block in order}
    backward = order[::-1]
    changed = True
    while changed:
        changed = False
        for block in backward:
            live = 0
            for target in targets[block]:
                live |= at_start[target]
            at_end[block] = live
            start = upward[block] | (live & ~killed[block])
            if start != at_start[block]:
                at_start[block] = start
                changed = True
    return at_end


def solve_forward(order: list[Block], gained: dict[Block, int], lost: dict[Block, int]) -> dict[Block, int]:
    """Return what holds at the start of each block on every path, as bit sets; nothing holds at the start of the first.

    At the end of a block holds what it gains, and what held before unless it loses it.
    """
    before = predecessors(order)
    leaving = dict.fromkeys(order, -1)
    entering: dict[Block, int] = {}
    first = order[0]
    changed = True
    while changed:
        changed = False
        for block in order:
            held = 0 if block is first else -1
            for origin in before[block]:
                held &= leaving[origin]
            entering[block] = held
            after = (held & ~lost[block]) | gained[block]
            if after != leaving[block]:
                leaving[block] = after
                changed = True
    return entering
