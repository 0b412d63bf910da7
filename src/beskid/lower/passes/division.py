"""The pass that guards integer divisions: a zero divisor and `MIN / -1` panic (decision L4).

A constant divisor needs no check unless it is 0 or, in a signed division, -1.
"""

from __future__ import annotations

from beskid.ir.model import Binary, BinaryOp, CheckDivisor, Instruction, IntConstant, Module
from beskid.lower.passes.step import Pass

_SIGNED = frozenset({BinaryOp.SDIV, BinaryOp.SREM})
_UNSIGNED = frozenset({BinaryOp.UDIV, BinaryOp.UREM})
GUARDED = _SIGNED | _UNSIGNED
"""The operations that need a valid divisor."""


def insert_divisor_checks(module: Module) -> None:
    """Insert a `CheckDivisor` before every division that may fail."""
    for function in module.functions.values():
        for block in function.blocks:
            if any(type(step) is Binary and step.op in GUARDED for step in block.instructions):
                block.instructions = _guarded(block.instructions)


def _guarded(instructions: list[Instruction]) -> list[Instruction]:
    result: list[Instruction] = []
    for instruction in instructions:
        if isinstance(instruction, Binary) and instruction.op in GUARDED:
            signed = instruction.op in _SIGNED
            if _may_fail(instruction, signed):
                result.append(CheckDivisor(instruction.location, instruction.left, instruction.right, signed))
        result.append(instruction)
    return result


def _may_fail(division: Binary, signed: bool) -> bool:
    divisor = division.right
    if not isinstance(divisor, IntConstant):
        return True
    return divisor.value == 0 or (signed and divisor.value == -1)


DIVISION = Pass("division", "Puts a divisor check before each integer division that may panic.", insert_divisor_checks)
