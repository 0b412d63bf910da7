"""How arguments of foreign calls cross to C: from IR operands to machine words.

A reference never becomes an address that IR can hold; it crosses as a mode of the call, which is a safepoint that keeps
its operands alive. It takes modes and returns the words that the C function receives. It must not know source types.
"""

from __future__ import annotations

from collections.abc import Sequence

from beskid.ir.model import CallExtern, IRType, Operand, Passing, type_of

MACHINE_WORDS: dict[Passing, tuple[IRType, ...]] = {
    Passing.CELL: (IRType.PTR,),
    Passing.DATA: (IRType.PTR,),
    Passing.BUFFER: (IRType.PTR, IRType.I64),
    Passing.ARRAY: (IRType.PTR, IRType.I64, IRType.I64),
    Passing.OBJECT: (IRType.PTR,),
}
"""The words that a reference becomes."""

NARROW = frozenset({IRType.I1, IRType.I8, IRType.I16})
"""Types that C extends to a whole word."""


def passing_of(operation: CallExtern) -> tuple[Passing, ...]:
    """Return the mode of every argument."""
    return operation.passing or (Passing.VALUE,) * len(operation.arguments)


def words_of(operand: Operand, passing: Passing) -> tuple[IRType, ...]:
    """Return the machine words that an argument becomes."""
    return (type_of(operand),) if passing is Passing.VALUE else MACHINE_WORDS[passing]


def machine_words(arguments: Sequence[Operand], passing: Sequence[Passing]) -> tuple[IRType, ...]:
    """Return the machine words of all arguments."""
    return tuple([word for operand, mode in zip(arguments, passing, strict=True) for word in words_of(operand, mode)])


def as_register_class(types: Sequence[IRType]) -> tuple[IRType, ...]:
    """Return the types with `PTR` replaced by `I64`: both are passed in the same registers."""
    return tuple([IRType.I64 if type is IRType.PTR else type for type in types])
