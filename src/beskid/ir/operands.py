"""What an instruction reads and writes, derived from its form.

`READS` and `WRITES` have a function for each class. This module must not know what an instruction means.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from beskid.ir.forms import INSTRUCTIONS, READING_ROLES, TERMINATORS, WRITING_ROLES, InstructionForm, Role, derive
from beskid.ir.model import Instruction, Operand, Register, Terminator

Reader: TypeAlias = Callable[[Any], tuple[Operand, ...]]
Writer: TypeAlias = Callable[[Any], tuple[Register, ...]]


def _tuple_of(form: InstructionForm, roles: frozenset[Role]) -> str:
    """Return the expression of a tuple of the fields with one of the roles, in their order."""
    fields = form.having(roles)
    if len(fields) == 1:
        name = f"o.{fields[0].name}"
        match fields[0].role:
            case Role.READ_LIST | Role.WRITE_LIST:
                return name
            case Role.OPTIONAL_WRITE:
                return f"() if {name} is None else ({name},)"
    parts = [f"*o.{field.name}" if field.role is Role.READ_LIST else f"o.{field.name}" for field in fields]
    return f"({''.join([f'{part}, ' for part in parts])})"


_FORMS = [*INSTRUCTIONS.values(), *TERMINATORS.values()]

READS: dict[type[Any], Reader] = derive(_FORMS, "o", lambda form: _tuple_of(form, READING_ROLES), {})
"""The operands of each instruction, in the order of evaluation and of the text form."""

WRITES: dict[type[Any], Writer] = derive(_FORMS, "o", lambda form: _tuple_of(form, WRITING_ROLES), {})
"""The registers each instruction assigns."""


def reads(operation: Instruction | Terminator) -> tuple[Operand, ...]:
    """Return the operands of an instruction."""
    return READS[type(operation)](operation)


def writes(operation: Instruction | Terminator) -> tuple[Register, ...]:
    """Return the registers an instruction assigns."""
    return WRITES[type(operation)](operation)
