"""The pass that removes unreachable blocks. Later passes and the verifier rely on it."""

from __future__ import annotations

from beskid.ir.graph import reachable_blocks
from beskid.ir.model import Module
from beskid.lower.passes.step import Pass


def remove_unreachable(module: Module) -> None:
    """Keep only the blocks that are reachable from the first one, in their order."""
    for function in module.functions.values():
        if len(function.blocks) == 1:
            continue
        reachable = reachable_blocks(function)
        if len(reachable) != len(function.blocks):
            function.blocks = [block for block in function.blocks if block in reachable]


REMOVE_UNREACHABLE = Pass("remove_unreachable", "Removes unreachable blocks.", remove_unreachable)
