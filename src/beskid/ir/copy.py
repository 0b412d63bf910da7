"""Copies of instructions with other operands, registers, blocks and locations, derived from their forms.

A pass that moves code between functions, or replaces operands, overrides methods of `Copier` to say what
becomes of each part. A copy has no `live`: passes that copy run before the roots pass.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from beskid.ir.forms import INSTRUCTIONS, TERMINATORS, InstructionForm, Role, derive
from beskid.ir.model import Block, Instruction, Location, Operand, Register, Terminator


class Copier:
    """What becomes of the parts of an instruction; by default each stays the same."""

    __slots__ = ()

    def operand(self, operand: Operand) -> Operand:
        return operand

    def operands(self, operands: tuple[Operand, ...]) -> tuple[Operand, ...]:
        return tuple([self.operand(operand) for operand in operands])

    def dest(self, register: Register) -> Register:
        return register

    def optional_dest(self, register: Register | None) -> Register | None:
        return None if register is None else self.dest(register)

    def dests(self, registers: tuple[Register, ...]) -> tuple[Register, ...]:
        return tuple([self.dest(register) for register in registers])

    def block(self, block: Block) -> Block:
        return block

    def cases(self, cases: tuple[tuple[int, Block], ...]) -> tuple[tuple[int, Block], ...]:
        return tuple([(number, self.block(target)) for number, target in cases])

    def location(self, location: Location | None) -> Location | None:
        return location

    def instruction(self, operation: Instruction) -> Instruction:
        """Copy an instruction."""
        copied: Instruction = COPIES[type(operation)](self, operation)
        return copied

    def terminator(self, operation: Terminator) -> Terminator:
        """Copy the end of a block."""
        copied: Terminator = COPIES[type(operation)](self, operation)
        return copied


_METHODS: dict[Role, str] = {
    Role.LOCATION: "location",
    Role.SITE: "location",
    Role.READ: "operand",
    Role.READ_LIST: "operands",
    Role.WRITE: "dest",
    Role.OPTIONAL_WRITE: "optional_dest",
    Role.WRITE_LIST: "dests",
    Role.TARGET: "block",
    Role.CASES: "cases",
}
"""The method of a copier that decides about a field; other fields are copied unchanged."""


def _copy_of(form: InstructionForm) -> str:
    arguments: list[str] = []
    for field in form.fields:
        method = _METHODS.get(field.role)
        if field.role is Role.LIVE:
            arguments.append("-1")
        elif method is None:
            arguments.append(f"o.{field.name}")
        else:
            arguments.append(f"c.{method}(o.{field.name})")
    return f"{form.kind.__name__}({', '.join(arguments)})"


COPIES: dict[type[Any], Callable[[Copier, Any], Any]] = derive(
    [*INSTRUCTIONS.values(), *TERMINATORS.values()], "c, o", _copy_of, {}
)
"""How each instruction is copied."""


def _with_live(form: InstructionForm) -> str:
    arguments = ["live" if field.role is Role.LIVE else f"o.{field.name}" for field in form.fields]
    return f"{form.kind.__name__}({', '.join(arguments)})"


WITH_LIVE: dict[type[Any], Callable[[Any, int], Any]] = derive(
    [form for form in INSTRUCTIONS.values() if form.having(frozenset({Role.LIVE}))], "o, live", _with_live, {}
)
"""How an instruction that runs other code is copied with its number of passed shadow slots."""
