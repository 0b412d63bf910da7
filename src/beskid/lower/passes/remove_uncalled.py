"""The pass that drops functions all of whose calls were inlined. Tables and function values keep theirs."""

from __future__ import annotations

from collections.abc import Iterable

from beskid.ir.model import Call, ClosureConstant, Function, FunctionAddress, Module
from beskid.ir.operands import READS
from beskid.lower.passes.step import Pass


def remove_uncalled(module: Module) -> None:
    """Keep only what is still named, beginning with the functions that nobody inlined."""
    candidates = {
        name
        for name in module.inlined
        if name != module.entry and not module.functions[name].exported and not module.functions[name].is_callback
    }
    if not candidates:
        return
    pending = [name for name in module.functions if name not in candidates]
    pending += [name for table in module.tables.values() for name in table.functions]
    kept = set(pending)
    while pending:
        for name in _named(module.functions[pending.pop()]):
            if name not in kept:
                kept.add(name)
                pending.append(name)
    for name in [name for name in module.functions if name not in kept]:
        del module.functions[name]


def _named(function: Function) -> Iterable[str]:
    """The functions that a function calls or whose code it names."""
    for block in function.blocks:
        steps = [*block.instructions, block.terminator] if block.terminator is not None else block.instructions
        for step in steps:
            if isinstance(step, Call):
                yield step.callee
            for operand in READS[type(step)](step):
                if isinstance(operand, ClosureConstant | FunctionAddress):
                    yield operand.function


REMOVE_UNCALLED = Pass("remove_uncalled", "Drops the functions all of whose calls were inlined.", remove_uncalled)
