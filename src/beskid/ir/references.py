"""What a function refers to: other functions, method tables, descriptors and foreign functions."""

from __future__ import annotations

from collections.abc import Iterator

from beskid.base.node import value
from beskid.ir.instructions import AllocateArray, AllocateObject, CallExtern, ClearElement
from beskid.ir.model import (
    Block,
    Call,
    ClosureConstant,
    Function,
    FunctionAddress,
    Instruction,
    Module,
    TableAddress,
    Terminator,
    VariantConstant,
)
from beskid.ir.operands import READS


@value
class References:
    """The names that a function mentions itself, each once, in the order of its instructions."""

    functions: tuple[str, ...]
    tables: tuple[str, ...]
    descriptors: tuple[str, ...]
    externs: tuple[str, ...]


def named_functions(function: Function, module: Module) -> Iterator[str]:
    """Yield the names in the order of the instructions, possibly repeated; a method table names all its functions."""
    for block in function.blocks:
        for step in _steps(block):
            if isinstance(step, Call):
                yield step.callee
            for operand in READS[type(step)](step):
                if isinstance(operand, ClosureConstant | FunctionAddress):
                    yield operand.function
                elif isinstance(operand, TableAddress):
                    yield from module.tables[operand.table].functions


def references_of(function: Function) -> References:
    """Return everything that a function mentions by name, except functions of the runtime."""
    functions: dict[str, None] = {}
    tables: dict[str, None] = {}
    descriptors: dict[str, None] = {}
    externs: dict[str, None] = {}
    for block in function.blocks:
        for step in _steps(block):
            if isinstance(step, Call):
                functions[step.callee] = None
            elif isinstance(step, AllocateObject | AllocateArray | ClearElement):
                descriptors[step.descriptor] = None
            elif isinstance(step, CallExtern):
                externs[step.symbol] = None
            for operand in READS[type(step)](step):
                if isinstance(operand, ClosureConstant | FunctionAddress):
                    functions[operand.function] = None
                elif isinstance(operand, TableAddress):
                    tables[operand.table] = None
                elif isinstance(operand, VariantConstant):
                    descriptors[operand.descriptor] = None
    return References(tuple(functions), tuple(tables), tuple(descriptors), tuple(externs))


def _steps(block: Block) -> list[Instruction | Terminator]:
    return [*block.instructions, block.terminator] if block.terminator is not None else [*block.instructions]
