"""The data types of the runtime contract: kinds, rows and layouts, as immutable values.

It imports nothing of the project; the generated tables consist of these types. It must not contain any fact about a
particular function, layout or number: those are in `runtime/abi.toml` only.
"""

from __future__ import annotations

from enum import Enum

from beskid.base.node import value

__all__ = [
    "AbiConstant",
    "AbiParamKind",
    "AbiParameter",
    "AbiReturnKind",
    "BuiltinFnSpec",
    "Contract",
    "FieldLayout",
    "InteropTag",
    "Level",
    "RelyOn",
    "SourceBuiltin",
    "StructLayout",
    "ValueForm",
]


class AbiParamKind(Enum):
    """Machine kind of a parameter."""

    PTR = "Ptr"
    I64 = "I64"
    F64 = "F64"


class AbiReturnKind(Enum):
    """Machine kind of a result. `NEVER` marks a function that does not return."""

    VOID = "Void"
    PTR = "Ptr"
    I64 = "I64"
    I32 = "I32"
    F64 = "F64"
    NEVER = "Never"


class ValueForm(Enum):
    """What a parameter or result is, beyond its machine kind."""

    STRING = "string"
    ARRAY = "array"
    OBJECT = "object"
    DESCRIPTOR = "descriptor"
    BYTES = "bytes"
    SLOT = "slot"
    ADDRESS = "address"
    PROGRAM = "program"
    ARGV = "argv"
    TEXT = "text"
    STACK = "stack"
    SIZE = "size"
    I64 = "I64"
    I32 = "I32"
    F64 = "F64"
    VOID = "Void"
    NEVER = "Never"

    @property
    def is_reference(self) -> bool:
        """Return whether the collector must see the value during a call that may collect."""
        return self in (ValueForm.STRING, ValueForm.ARRAY, ValueForm.OBJECT)

    @property
    def parameter_kind(self) -> AbiParamKind:
        """Return the machine kind that a parameter of this form has."""
        return _PARAMETER_KINDS.get(self, AbiParamKind.PTR)

    @property
    def return_kind(self) -> AbiReturnKind:
        """Return the machine kind that a result of this form has."""
        return _RETURN_KINDS.get(self, AbiReturnKind.PTR)

    @property
    def is_count(self) -> bool:
        """Return whether a `Ptr` is a pointer-wide number, which machine code passes as a 64-bit integer."""
        return self is ValueForm.SIZE


_PARAMETER_KINDS = {ValueForm.I64: AbiParamKind.I64, ValueForm.F64: AbiParamKind.F64}

_RETURN_KINDS = {
    ValueForm.VOID: AbiReturnKind.VOID,
    ValueForm.NEVER: AbiReturnKind.NEVER,
    ValueForm.I64: AbiReturnKind.I64,
    ValueForm.I32: AbiReturnKind.I32,
    ValueForm.F64: AbiReturnKind.F64,
}


@value
class AbiParameter:
    """One parameter of a runtime function; references are borrowed from the caller."""

    name: str
    kind: AbiParamKind
    form: ValueForm
    nullable: bool


@value
class BuiltinFnSpec:
    """A runtime function: its name, its machine signature and the effects of a call.

    The result of a `fresh` function is always a new cell.
    """

    symbol: str
    parameters: tuple[AbiParameter, ...]
    returns: AbiReturnKind
    return_form: ValueForm
    return_nullable: bool
    collects: bool
    panics: bool
    since: int
    attributes: tuple[str, ...]
    fresh: bool
    meaning: str

    @property
    def params(self) -> tuple[AbiParamKind, ...]:
        """Return the machine kinds of the parameters."""
        return tuple(parameter.kind for parameter in self.parameters)

    @property
    def takes_address(self) -> bool:
        """Return whether a parameter is a plain address, so that source code cannot call the function."""
        return any(
            parameter.kind is AbiParamKind.PTR and not (parameter.form.is_reference or parameter.form.is_count)
            for parameter in self.parameters
        )


@value
class SourceBuiltin:
    """A runtime function that source code may call.

    Types are written as in the language; `any` accepts every value, `any[]` every array.
    """

    name: str
    symbol: str
    params: tuple[str, ...]
    returns: str


@value
class FieldLayout:
    name: str
    c_type: str
    offset: int
    size: int
    draft: bool
    meaning: str


@value
class StructLayout:
    """A C structure of the contract. A draft structure may change without a new version."""

    name: str
    size: int
    draft: bool
    meaning: str
    fields: tuple[FieldLayout, ...]
    since: int = 0

    def offset(self, field: str) -> int:
        """Return the byte offset of a field. Raises `KeyError` for an unknown one."""
        for candidate in self.fields:
            if candidate.name == field:
                return candidate.offset
        raise KeyError(f"{self.name} has no field {field}")


@value
class AbiConstant:
    """A number of the contract."""

    name: str
    value: int
    draft: bool
    meaning: str
    since: int = 0


@value
class InteropTag:
    """A request that an envelope with this number makes to the runtime, through the dispatch function of its group."""

    group: str
    name: str
    number: int
    payload: ValueForm
    payload_nullable: bool
    collects: bool
    since: int
    meaning: str

    @property
    def function(self) -> str:
        """Return the dispatch function of the group."""
        return f"interop_dispatch_{self.group}"


@value
class RelyOn:
    """A behaviour that compiled code relies on, and the file whose tests show it."""

    name: str
    meaning: str
    test: str
    since: int = 0


@value
class Level:
    """What a level added and why. The date is empty until it is released."""

    number: int
    date: str
    adds: str
    why: str


@value
class Contract:
    """The complete contract, as read from `runtime/abi.toml`."""

    version: int
    level: int
    draft_hash: int
    functions: tuple[BuiltinFnSpec, ...]
    sources: tuple[SourceBuiltin, ...]
    structs: tuple[StructLayout, ...]
    constants: tuple[AbiConstant, ...]
    interop_tags: tuple[InteropTag, ...]
    size_classes: tuple[int, ...]
    support: tuple[str, ...]
    semantics: tuple[RelyOn, ...]
    history: tuple[Level, ...]

    @property
    def is_released(self) -> bool:
        """Return whether the level is a released one, so that additions need the next."""
        return bool(self.history[-1].date)
