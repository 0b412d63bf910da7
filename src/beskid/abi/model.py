"""The vocabulary of the runtime contract: kinds, rows and layouts, as plain immutable values.

It takes nothing and imports nothing of the project; the generated tables are made of these types. It must not hold
any fact about a particular function, layout or number: those are written in `runtime/abi.toml` only.
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
    """Machine kind of a result; NEVER marks a function that does not return."""

    VOID = "Void"
    PTR = "Ptr"
    I64 = "I64"
    I32 = "I32"
    F64 = "F64"
    NEVER = "Never"


class ValueForm(Enum):
    """What a parameter or result stands for, beyond its machine kind."""

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
        """Whether the collector must see the value while a call that may collect is running."""
        return self in (ValueForm.STRING, ValueForm.ARRAY, ValueForm.OBJECT)

    @property
    def is_count(self) -> bool:
        """Whether a `Ptr` is a pointer-wide number, which machine code passes as a 64-bit integer."""
        return self is ValueForm.SIZE


@value
class AbiParameter:
    """One parameter of a runtime function; references are borrowed from the caller."""

    name: str
    kind: AbiParamKind
    form: ValueForm
    nullable: bool


@value
class BuiltinFnSpec:
    """One runtime function: its name, its machine signature and what generated code must know about a call.

    `fresh` says that the result is always a new cell.
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
        """The machine kinds of the parameters."""
        return tuple(parameter.kind for parameter in self.parameters)

    @property
    def takes_address(self) -> bool:
        """Whether a parameter is a plain address, so that source code cannot call the function."""
        return any(
            parameter.kind is AbiParamKind.PTR and not (parameter.form.is_reference or parameter.form.is_count)
            for parameter in self.parameters
        )


@value
class SourceBuiltin:
    """A runtime function as source can call it.

    Types are written as in the language; `any` accepts every value, `any[]` every array.
    """

    name: str
    symbol: str
    params: tuple[str, ...]
    returns: str


@value
class FieldLayout:
    """One field of a C structure."""

    name: str
    c_type: str
    offset: int
    size: int
    draft: bool
    meaning: str


@value
class StructLayout:
    """A C structure both sides know; a draft one may change without a new version."""

    name: str
    size: int
    draft: bool
    meaning: str
    fields: tuple[FieldLayout, ...]

    def offset(self, field: str) -> int:
        """The byte offset of a field; KeyError for an unknown one."""
        for candidate in self.fields:
            if candidate.name == field:
                return candidate.offset
        raise KeyError(f"{self.name} has no field {field}")


@value
class AbiConstant:
    """A number both sides know."""

    name: str
    value: int
    draft: bool
    meaning: str


@value
class InteropTag:
    """What a runtime answers to an envelope with this number, through the dispatch function of the tag's group."""

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
        """The dispatch function of the group."""
        return f"interop_dispatch_{self.group}"


@value
class RelyOn:
    """A behaviour that compiled code relies on, and the file whose tests show it."""

    name: str
    meaning: str
    test: str


@value
class Contract:
    """The whole contract as read from `runtime/abi.toml`."""

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
