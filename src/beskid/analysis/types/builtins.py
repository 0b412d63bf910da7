"""Signatures of the `__` functions: runtime functions that source code may call, and intrinsics.

Reads the type texts in the tables of `beskid.abi` and `intrinsics.py`; returns signatures by name. `any` accepts a
value
of any type, `any[]` any array. Names that only the core library may use are unknown elsewhere.
"""

from __future__ import annotations

from functools import cache

from beskid.abi import SOURCE_BUILTINS
from beskid.analysis.model.symbols import TypeParameterSymbol
from beskid.analysis.model.types import NEVER, PRIMITIVES, ArrayType, PrimitiveType, Type, TypeParameterType
from beskid.analysis.types.intrinsics import INTRINSICS_BY_NAME
from beskid.base.node import node
from beskid.source.text import NO_SPAN, SourceText

ANY = PrimitiveType("any")
"""In the parameters of a builtin only: accepts every value.

As an element type of the result (`any[]`), it adapts to the expected array.
"""

_NO_SOURCE = SourceText("", "")


@node
class BuiltinSignature:
    """A runtime function that source code may call, under its source name."""

    name: str
    parameters: tuple[Type, ...]
    result: Type


@node
class IntrinsicSignature:
    """A function that the compiler expands inline, generic over `type_parameters`."""

    name: str
    type_parameters: tuple[TypeParameterSymbol, ...]
    parameters: tuple[Type, ...]
    result: Type


def parse_type_text(text: str, type_parameters: dict[str, TypeParameterSymbol]) -> Type:
    """Return the type of a table entry such as `i64`, `T[]`, `any[]`. Raises `KeyError` for an unknown name."""
    if text.endswith("[]"):
        return ArrayType(parse_type_text(text[:-2], type_parameters))
    parameter = type_parameters.get(text)
    if parameter is not None:
        return TypeParameterType(parameter)
    if text == "any":
        return ANY
    if text == "never":
        return NEVER
    return PRIMITIVES[text]


@cache
def _builtin_rows() -> dict[str, tuple[tuple[str, ...], str]]:
    return {row.name: (row.params, row.returns) for row in SOURCE_BUILTINS}


@cache
def _signature(name: str) -> BuiltinSignature | IntrinsicSignature | None:
    intrinsic = INTRINSICS_BY_NAME.get(name)
    if intrinsic is not None:
        parameters = tuple(
            [
                TypeParameterSymbol(parameter, None, _NO_SOURCE, NO_SPAN, index)
                for index, parameter in enumerate(intrinsic.type_parameters)
            ]
        )
        scope = {parameter.name: parameter for parameter in parameters}
        return IntrinsicSignature(
            name,
            parameters,
            tuple([parse_type_text(text, scope) for text in intrinsic.parameters]),
            parse_type_text(intrinsic.result, scope),
        )
    row = _builtin_rows().get(name)
    if row is None:
        return None
    return BuiltinSignature(name, tuple([parse_type_text(text, {}) for text in row[0]]), parse_type_text(row[1], {}))


def builtin_signature(name: str, in_core_library: bool = False) -> BuiltinSignature | IntrinsicSignature | None:
    """Return the signature of a `__` function, or None. An intrinsic takes precedence over a runtime function."""
    intrinsic = INTRINSICS_BY_NAME.get(name)
    if intrinsic is not None and intrinsic.library_only and not in_core_library:
        return None
    return _signature(name)
