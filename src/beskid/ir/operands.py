"""What an operation reads and writes: operands, destinations, and copies with other register operands.

Tables by operation class, for passes and the verifier. They take one operation and give tuples; a test holds them
complete. They must not know what an operation means.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from beskid.ir.model import (
    AllocateArray,
    AllocateObject,
    Binary,
    Branch,
    Call,
    CallClosure,
    CallExtern,
    CallIndirect,
    CallRuntime,
    CheckDivisor,
    CheckIndex,
    Compare,
    ConcatStrings,
    Convert,
    Instruction,
    Jump,
    Length,
    LoadElement,
    LoadField,
    LoadTable,
    Move,
    Operand,
    Register,
    Return,
    StoreElement,
    StoreField,
    StoreRoot,
    StoreSite,
    Switch,
    Terminator,
    Unary,
    Unreachable,
)

Reader: TypeAlias = Callable[[Any], tuple[Operand, ...]]
Writer: TypeAlias = Callable[[Any], tuple[Register, ...]]


def _nothing(operation: Instruction | Terminator) -> tuple[()]:
    return ()


def _dest(operation: Any) -> tuple[Register, ...]:
    return (operation.dest,)


def _optional_dest(operation: CallRuntime | CallExtern) -> tuple[Register, ...]:
    return () if operation.dest is None else (operation.dest,)


READS: dict[type[Any], Reader] = {
    Move: lambda operation: (operation.source,),
    Binary: lambda operation: (operation.left, operation.right),
    Compare: lambda operation: (operation.left, operation.right),
    Unary: lambda operation: (operation.operand,),
    Convert: lambda operation: (operation.operand,),
    LoadField: lambda operation: (operation.object,),
    StoreField: lambda operation: (operation.object, operation.value),
    Length: lambda operation: (operation.array,),
    LoadElement: lambda operation: (operation.array, operation.index),
    StoreElement: lambda operation: (operation.array, operation.index, operation.value),
    CheckIndex: lambda operation: (operation.array, operation.index),
    CheckDivisor: lambda operation: (operation.dividend, operation.divisor),
    AllocateObject: _nothing,
    AllocateArray: lambda operation: (operation.length,),
    ConcatStrings: lambda operation: operation.parts,
    Call: lambda operation: operation.arguments,
    CallClosure: lambda operation: (operation.closure, *operation.arguments),
    LoadTable: lambda operation: (operation.table,),
    CallIndirect: lambda operation: (operation.code, *operation.arguments),
    CallRuntime: lambda operation: operation.arguments,
    CallExtern: lambda operation: operation.arguments,
    StoreSite: _nothing,
    StoreRoot: lambda operation: (operation.value,),
    Jump: _nothing,
    Branch: lambda operation: (operation.condition,),
    Switch: lambda operation: (operation.value,),
    Return: lambda operation: operation.values,
    Unreachable: _nothing,
}
"""The operands of each operation, in the order of evaluation and of the text form."""

WRITES: dict[type[Any], Writer] = {
    Move: _dest,
    Binary: _dest,
    Compare: _dest,
    Unary: _dest,
    Convert: _dest,
    LoadField: _dest,
    StoreField: _nothing,
    Length: _dest,
    LoadElement: _dest,
    StoreElement: _nothing,
    CheckIndex: _nothing,
    CheckDivisor: _nothing,
    AllocateObject: _dest,
    AllocateArray: _dest,
    ConcatStrings: _dest,
    Call: lambda operation: operation.dests,
    CallClosure: lambda operation: operation.dests,
    LoadTable: _dest,
    CallIndirect: lambda operation: operation.dests,
    CallRuntime: _optional_dest,
    CallExtern: _optional_dest,
    StoreSite: _nothing,
    StoreRoot: _nothing,
    Jump: _nothing,
    Branch: _nothing,
    Switch: _nothing,
    Return: _nothing,
    Unreachable: _nothing,
}
"""The registers each operation assigns."""


def reads(operation: Instruction | Terminator) -> tuple[Operand, ...]:
    """The operands of an operation."""
    return READS[type(operation)](operation)


def writes(operation: Instruction | Terminator) -> tuple[Register, ...]:
    """The registers an operation assigns."""
    return WRITES[type(operation)](operation)
