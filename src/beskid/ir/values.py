"""Machine types, source locations, signatures and operands: what instructions are made of.

Must not know instructions, functions or modules.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import TypeAlias

from beskid.base.node import value


class IRType(Enum):
    """Machine types. `REF` is a reference the collector knows; `PTR` any other address."""

    I1 = "i1"
    I8 = "i8"
    I16 = "i16"
    I32 = "i32"
    I64 = "i64"
    F32 = "f32"
    F64 = "f64"
    REF = "ref"
    PTR = "ptr"


MIN_CONSTANT_RUN = 16
"""Array literals of at least so many scalar constants are kept together for a back end to copy them as a whole."""

SIZE_OF: dict[IRType, int] = {
    IRType.I1: 1,
    IRType.I8: 1,
    IRType.I16: 2,
    IRType.I32: 4,
    IRType.I64: 8,
    IRType.F32: 4,
    IRType.F64: 8,
    IRType.REF: 8,
    IRType.PTR: 8,
}
"""Bytes in memory, which is also the alignment. An `I1` is stored as one byte, 0 or 1."""


@value
class Location:
    """A source location for call sites and line tables.

    `function` is the qualified source name (decision R2); if it is empty, the location is not in a source function, and
    traces omit it. `caller` is the location of the call into which the function was inlined; a trace shows both.
    """

    function: str
    file: str
    line: int
    column: int
    caller: Location | None = None

    def places(self) -> Iterator[Location]:
        """Yield this location, then those of the calls into which it was inlined, innermost first."""
        place: Location | None = self
        while place is not None:
            yield place
            place = place.caller


@value
class Signature:
    """Parameter and result types of a Beskid function, without the shadow stack pointer."""

    parameters: tuple[IRType, ...]
    results: tuple[IRType, ...]


class Register:
    """A typed variable of one function; `name` is only for readers."""

    __slots__ = ("index", "name", "type")

    def __init__(self, index: int, type: IRType, name: str = "") -> None:
        self.index = index
        self.type = type
        self.name = name

    def __repr__(self) -> str:
        return f"%{self.index}"


@value
class IntConstant:
    """An integer of type I1 … I64, stored as the value read as signed (I1: 0 or 1)."""

    type: IRType
    value: int


@value
class FloatConstant:
    """A float of type F32 or F64; `bits` is its IEEE-754 image, so that NaN and -0.0 stay exact."""

    type: IRType
    bits: int


@value
class NullConstant:
    """The null of type REF (an absent `Option` payload, an unused reference word) or PTR."""

    type: IRType


@value
class StringConstant:
    """A static string; type REF; never moves, never traced. `data` is UTF-8."""

    data: bytes


@value
class ClosureConstant:
    """The static closure object of a function whose first IR parameter is its (ignored) closure; type REF."""

    function: str


@value
class VariantConstant:
    """The static object of an enum's variant that has no payload (decision L10): its descriptor and tag; type REF."""

    descriptor: str
    tag: int


@value
class FunctionAddress:
    """The code address of a function; type PTR."""

    function: str


@value
class TableAddress:
    """The address of a method table of this module; type PTR."""

    table: str


Operand: TypeAlias = (
    Register
    | IntConstant
    | FloatConstant
    | NullConstant
    | StringConstant
    | ClosureConstant
    | VariantConstant
    | FunctionAddress
    | TableAddress
)


def type_of(operand: Operand) -> IRType:
    """Return the machine type of an operand."""
    if isinstance(operand, StringConstant | ClosureConstant | VariantConstant):
        return IRType.REF
    if isinstance(operand, FunctionAddress | TableAddress):
        return IRType.PTR
    return operand.type
