"""Which types can be passed to C, and how: extern contracts, callbacks and exported functions (decision X4).

Takes resolved types; returns how a value is passed, or what to use instead of a type that cannot be passed. Reports
nothing.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from beskid.analysis.model.symbols import ParameterSymbol, StructSymbol
from beskid.analysis.model.types import (
    CHAR,
    I8,
    I64,
    NEVER,
    STRING,
    U8,
    UNIT,
    ArrayType,
    ContractType,
    EnumType,
    FunctionType,
    PrimitiveType,
    StructType,
    Type,
    is_value,
)

OPAQUE_ATTRIBUTE: Final = "Opaque"
USERDATA: Final = "Userdata"


class Crossing(Enum):
    """How a parameter is passed: as a machine word, as an address, or as the words of a view."""

    SCALAR = "scalar"
    HANDLE = "handle"
    REFERENCE = "reference"
    TEXT_VIEW = "text view"
    BUFFER_VIEW = "buffer view"
    ARRAY_VIEW = "array view"
    CALLBACK = "callback"
    USERDATA = "userdata"


_VIEWS: Final = {
    ("CStringView", 2): Crossing.TEXT_VIEW,
    ("CBuffer", 2): Crossing.BUFFER_VIEW,
    ("CArrayView", 3): Crossing.ARRAY_VIEW,
}


def is_opaque(symbol: StructSymbol) -> bool:
    """Return whether values of the type are addresses of C objects."""
    return any(attribute.name.text == OPAQUE_ATTRIBUTE for attribute in symbol.tree.attributes)


def is_scalar(type: Type) -> bool:
    """Return whether the type is a number or `bool`."""
    return isinstance(type, PrimitiveType) and type not in (STRING, CHAR, UNIT, NEVER)


def is_plain_value(type: Type) -> bool:
    """Return whether the type is a value type of numbers and `bool` alone, so that C has a struct of its layout."""
    if not is_value(type) or type.arguments or not type.symbol.fields:
        return False
    return all(is_scalar(field.type) for field in type.symbol.fields.values())


def is_handle(type: Type) -> bool:
    return isinstance(type, StructType) and is_opaque(type.symbol)


def view_of(type: Type) -> Crossing | None:
    """Return the view that a type is by its name and its two or three 64-bit integer fields."""
    if not isinstance(type, StructType):
        return None
    fields = type.symbol.fields.values()
    view = _VIEWS.get((type.symbol.name, len(fields)))
    return view if all(field.type is I64 for field in fields) else None


def crossing_of(parameter: ParameterSymbol) -> Crossing | None:
    """Return how a parameter is passed, or None when it cannot be."""
    type = parameter.type
    if parameter.modifier:
        return Crossing.REFERENCE if is_scalar(type) or is_handle(type) else None
    if is_scalar(type):
        return Crossing.SCALAR
    if isinstance(type, StructType) and is_opaque(type.symbol):
        return Crossing.USERDATA if type.symbol.name == USERDATA else Crossing.HANDLE
    if isinstance(type, FunctionType):
        return Crossing.CALLBACK if is_callback(type) else None
    return view_of(type)


def is_callback(type: FunctionType) -> bool:
    """Return whether C can call a function of the type."""
    return is_result(type.result) and all(is_scalar(part) or is_handle(part) for part in type.parameters)


def is_result(type: Type) -> bool:
    """Return whether a C function can return a value of the type."""
    return type is UNIT or is_scalar(type) or is_handle(type)


def takes_text(type: Type) -> bool:
    """Return whether `ref` to the type corresponds to a C string."""
    return type is U8 or type is I8


def parameter_help(type: Type) -> str:
    """Return the help text for a parameter type that cannot be passed."""
    if type is STRING:
        return "use `ref u8` for a NUL-terminated copy, or `CStringView` for address and length"
    if isinstance(type, ArrayType):
        if is_scalar(type.element):
            return f"use `ref {type.element!r}` for the address of its elements, or `CBuffer` or `CArrayView`"
        if is_plain_value(type.element):
            return "use `CArrayView`"
        return "only arrays of numbers can be passed; use `ref` of the element type"
    if isinstance(type, FunctionType):
        return "a callback can take and return only numbers, `bool` and opaque handles; pass data as `Userdata`"
    if is_value(type):
        return "pass its fields separately, or an array of such values as `CArrayView`"
    if isinstance(type, StructType):
        return "declare the type `[Opaque]` if only C uses its contents, or pass its fields separately"
    if isinstance(type, EnumType | ContractType):
        return "pass a number instead"
    if type is CHAR:
        return "pass its code as `u32`"
    return (
        "pass a number, `bool`, a `ref` to one of these, an opaque handle, a view, a callback, or an address as `i64`"
    )


def result_help(type: Type) -> str:
    """Return the help text for a result type that cannot be passed."""
    if type is STRING:
        return "return the address as `i64` and read it with `Interop.TextAt`"
    if isinstance(type, ArrayType):
        return "return the address as `i64` and copy with `Interop.BytesAt`"
    if is_value(type):
        return "return a number, or pass an array of such values as `CArrayView` for the function to fill"
    if isinstance(type, StructType):
        return "declare the type `[Opaque]` if only C uses its contents"
    return "return a number, `bool`, an opaque handle, `unit`, or an address as `i64`"
