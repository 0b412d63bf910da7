"""Which functions a function refers to: those that it calls, and those whose code it uses as a value."""

from __future__ import annotations

from collections.abc import Iterator

from beskid.ir.model import Call, ClosureConstant, Function, FunctionAddress, Module, TableAddress
from beskid.ir.operands import READS


def named_functions(function: Function, module: Module) -> Iterator[str]:
    """Yield the names in the order of the instructions, possibly repeated; a method table names all its functions."""
    for block in function.blocks:
        steps = [*block.instructions, block.terminator] if block.terminator is not None else block.instructions
        for step in steps:
            if isinstance(step, Call):
                yield step.callee
            for operand in READS[type(step)](step):
                if isinstance(operand, ClosureConstant | FunctionAddress):
                    yield operand.function
                elif isinstance(operand, TableAddress):
                    yield from module.tables[operand.table].functions
