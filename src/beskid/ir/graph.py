"""The control-flow graph of a function: successors, predecessors, orders.

It takes functions and gives blocks. Every function here is linear in the size of the graph. It must not change IR.
"""

from __future__ import annotations

from beskid.ir.model import Block, Branch, Function, Jump, Switch, Terminator


def successors(terminator: Terminator) -> list[Block]:
    """The blocks a terminator may go to, each once, in the order of writing."""
    match terminator:
        case Jump(target=target):
            return [target]
        case Branch(then=then, otherwise=otherwise):
            return [then] if then is otherwise else [then, otherwise]
        case Switch(cases=cases, default=default):
            return list(dict.fromkeys([target for _, target in cases] + [default]))
        case _:
            return []


def reachable_blocks(function: Function) -> set[Block]:
    """The blocks that control can reach from the first one."""
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
    """Reachable blocks so that, loops aside, a block stands after all its predecessors."""
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
    """For each of the blocks, those of them that may go to it."""
    result: dict[Block, list[Block]] = {block: [] for block in blocks}
    for block in blocks:
        if block.terminator is None:
            continue
        for target in successors(block.terminator):
            if target in result:
                result[target].append(block)
    return result
