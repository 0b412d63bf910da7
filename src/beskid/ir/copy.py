"""Copies of operations with other operands, registers, blocks and places.

A pass that moves code between functions, or replaces operands, describes what becomes of each part in a `Copier` and
asks for copies. It takes one operation and gives one; a test holds the table complete. It must not change what it
copies, and it leaves out what the sites and roots passes add, since it comes before them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from beskid.ir.model import (
    AllocateArray,
    AllocateObject,
    Binary,
    Block,
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
    Location,
    Move,
    Operand,
    Register,
    Return,
    StoreElement,
    StoreField,
    Switch,
    Terminator,
    Unary,
    Unreachable,
)


class Copier:
    """What becomes of the parts of an operation; by default each stays as it is."""

    __slots__ = ()

    def operand(self, operand: Operand) -> Operand:
        """What stands for an operand."""
        return operand

    def operands(self, operands: tuple[Operand, ...]) -> tuple[Operand, ...]:
        """What stands for several operands."""
        return tuple([self.operand(operand) for operand in operands])

    def dest(self, register: Register) -> Register:
        """What is assigned instead of a register."""
        return register

    def optional_dest(self, register: Register | None) -> Register | None:
        """What is assigned instead of a register that may be missing."""
        return None if register is None else self.dest(register)

    def dests(self, registers: tuple[Register, ...]) -> tuple[Register, ...]:
        """What is assigned instead of several registers."""
        return tuple([self.dest(register) for register in registers])

    def block(self, block: Block) -> Block:
        """Where a jump to a block goes."""
        return block

    def location(self, location: Location | None) -> Location | None:
        """The place of the copy."""
        return location

    def instruction(self, operation: Instruction) -> Instruction:
        """A copy of an operation."""
        copied: Instruction = COPIES[type(operation)](self, operation)
        return copied

    def terminator(self, operation: Terminator) -> Terminator:
        """A copy of an end of a block."""
        copied: Terminator = COPIES[type(operation)](self, operation)
        return copied


COPIES: dict[type[Any], Callable[[Copier, Any], Any]] = {
    Move: lambda c, o: Move(c.location(o.location), c.dest(o.dest), c.operand(o.source)),
    Binary: lambda c, o: Binary(c.location(o.location), c.dest(o.dest), o.op, c.operand(o.left), c.operand(o.right)),
    Compare: lambda c, o: Compare(c.location(o.location), c.dest(o.dest), o.op, c.operand(o.left), c.operand(o.right)),
    Unary: lambda c, o: Unary(c.location(o.location), c.dest(o.dest), o.op, c.operand(o.operand)),
    Convert: lambda c, o: Convert(c.location(o.location), c.dest(o.dest), o.op, c.operand(o.operand)),
    LoadField: lambda c, o: LoadField(c.location(o.location), c.dest(o.dest), c.operand(o.object), o.offset),
    StoreField: lambda c, o: StoreField(
        c.location(o.location), c.operand(o.object), o.offset, c.operand(o.value), o.initializing
    ),
    Length: lambda c, o: Length(c.location(o.location), c.dest(o.dest), c.operand(o.array)),
    LoadElement: lambda c, o: LoadElement(
        c.location(o.location), c.dest(o.dest), c.operand(o.array), c.operand(o.index), o.stride, o.offset, o.unchecked
    ),
    StoreElement: lambda c, o: StoreElement(
        c.location(o.location),
        c.operand(o.array),
        c.operand(o.index),
        o.stride,
        o.offset,
        c.operand(o.value),
        o.unchecked,
    ),
    CheckIndex: lambda c, o: CheckIndex(c.location(o.location), c.operand(o.array), c.operand(o.index)),
    CheckDivisor: lambda c, o: CheckDivisor(
        c.location(o.location), c.operand(o.dividend), c.operand(o.divisor), o.signed
    ),
    AllocateObject: lambda c, o: AllocateObject(c.location(o.location), c.dest(o.dest), o.descriptor),
    AllocateArray: lambda c, o: AllocateArray(
        c.location(o.location), c.dest(o.dest), o.descriptor, c.operand(o.length)
    ),
    ConcatStrings: lambda c, o: ConcatStrings(c.location(o.location), c.dest(o.dest), c.operands(o.parts)),
    Call: lambda c, o: Call(c.location(o.location), c.dests(o.dests), o.callee, c.operands(o.arguments)),
    CallClosure: lambda c, o: CallClosure(
        c.location(o.location), c.dests(o.dests), c.operand(o.closure), c.operands(o.arguments), o.signature
    ),
    LoadTable: lambda c, o: LoadTable(c.location(o.location), c.dest(o.dest), c.operand(o.table), o.entry),
    CallIndirect: lambda c, o: CallIndirect(
        c.location(o.location), c.dests(o.dests), c.operand(o.code), c.operands(o.arguments), o.signature
    ),
    CallRuntime: lambda c, o: CallRuntime(
        c.location(o.location), c.optional_dest(o.dest), o.function, c.operands(o.arguments)
    ),
    CallExtern: lambda c, o: CallExtern(
        c.location(o.location), c.optional_dest(o.dest), o.symbol, c.operands(o.arguments), -1, o.passing
    ),
    Jump: lambda c, o: Jump(c.location(o.location), c.block(o.target)),
    Branch: lambda c, o: Branch(
        c.location(o.location), c.operand(o.condition), c.block(o.then), c.block(o.otherwise), o.likely
    ),
    Switch: lambda c, o: Switch(
        c.location(o.location),
        c.operand(o.value),
        tuple([(number, c.block(target)) for number, target in o.cases]),
        c.block(o.default),
    ),
    Return: lambda c, o: Return(c.location(o.location), c.operands(o.values)),
    Unreachable: lambda c, o: Unreachable(c.location(o.location)),
}
"""How each operation is copied; there is none for `StoreSite` and `StoreRoot`."""
