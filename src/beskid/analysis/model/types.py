"""The kinds of types, as they are after name resolution.

Types are immutable and compared by structure; types declared by a program compare by symbol and arguments. An
`InferenceVariable` exists only while one body is checked and never reaches the typed program. The rules of the
language are elsewhere: `relations.py` and `unify.py` in this package, and `analysis/types`.
"""

from __future__ import annotations

from typing import Final, TypeGuard

from beskid.analysis.model.symbols import (
    ContractType as ContractType,
)
from beskid.analysis.model.symbols import (
    EnumSymbol,
    StructSymbol,
    TypeParameterSymbol,
    mentions_variables,
    show_applied,
    show_part,
    weight_of,
)
from beskid.analysis.model.symbols import (
    Type as Type,
)
from beskid.source.diagnostics import UNKNOWN_TYPE


class PrimitiveType(Type):
    """A type with a built-in name, or one of the internal types `never` and `ERROR`."""

    __slots__ = ("bits", "is_float", "is_integer", "is_signed", "name")

    def __init__(
        self, name: str, bits: int = 0, is_integer: bool = False, is_signed: bool = False, is_float: bool = False
    ) -> None:
        self.has_variables = False
        self.weight = 1
        self.name = name
        self.bits = bits
        self.is_integer = is_integer
        self.is_signed = is_signed
        self.is_float = is_float

    @property
    def is_numeric(self) -> bool:
        return self.is_integer or self.is_float

    def __repr__(self) -> str:
        return self.name


def _integer(name: str, bits: int, is_signed: bool) -> PrimitiveType:
    return PrimitiveType(name, bits, is_integer=True, is_signed=is_signed)


I8, I16, I32, I64 = (
    _integer("i8", 8, True),
    _integer("i16", 16, True),
    _integer("i32", 32, True),
    _integer("i64", 64, True),
)
U8, U16, U32, U64 = (
    _integer("u8", 8, False),
    _integer("u16", 16, False),
    _integer("u32", 32, False),
    _integer("u64", 64, False),
)
F32 = PrimitiveType("f32", 32, is_float=True)
F64 = PrimitiveType("f64", 64, is_float=True)
BOOL = PrimitiveType("bool", 8)
CHAR = PrimitiveType("char", 32)
STRING = PrimitiveType("string")
UNIT = PrimitiveType("unit")
NEVER = PrimitiveType("never")
"""The type of an expression that never returns. Compatible with every type; only the core library can write it."""
ERROR = PrimitiveType(UNKNOWN_TYPE)
"""The type of an expression that was already reported. Compatible with every type; never in a typed program."""

PRIMITIVES: Final[dict[str, PrimitiveType]] = {
    t.name: t for t in (I8, I16, I32, I64, U8, U16, U32, U64, F32, F64, BOOL, CHAR, STRING, UNIT)
}


class ArrayType(Type):
    """`T[]`."""

    __slots__ = ("_hash", "element")

    def __init__(self, element: Type) -> None:
        self.has_variables = element.has_variables
        self.weight = 1 + element.weight
        self.element = element
        self._hash = hash(("array", element))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, ArrayType) and self.element == other.element)

    def __repr__(self) -> str:
        return f"{show_part(self.element)}[]"


class FunctionType(Type):
    """`R(A, B)`; structural."""

    __slots__ = ("_hash", "parameters", "result")

    def __init__(self, parameters: tuple[Type, ...], result: Type) -> None:
        self.has_variables = result.has_variables or mentions_variables(parameters)
        self.weight = weight_of((result, *parameters))
        self.parameters = parameters
        self.result = result
        self._hash = hash(("function", parameters, result))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, FunctionType) and self.parameters == other.parameters and self.result == other.result
        )

    def __repr__(self) -> str:
        return f"{show_part(self.result)}({', '.join([show_part(parameter) for parameter in self.parameters])})"


class StructType(Type):
    """A struct applied to its arguments."""

    __slots__ = ("_hash", "arguments", "symbol")

    def __init__(self, symbol: StructSymbol, arguments: tuple[Type, ...] = ()) -> None:
        self.has_variables = mentions_variables(arguments)
        self.weight = weight_of(arguments)
        self.symbol = symbol
        self.arguments = arguments
        self._hash = hash((id(symbol), arguments))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, StructType) and self.symbol is other.symbol and self.arguments == other.arguments
        )

    def __repr__(self) -> str:
        return show_applied(self.symbol.name, self.arguments)


def is_value(type: Type) -> TypeGuard[StructType]:
    """Return whether values of the type are those of a value type (decision L32)."""
    return isinstance(type, StructType) and type.symbol.is_value


class EnumType(Type):
    """An enum applied to its arguments."""

    __slots__ = ("_hash", "arguments", "symbol")

    def __init__(self, symbol: EnumSymbol, arguments: tuple[Type, ...] = ()) -> None:
        self.has_variables = mentions_variables(arguments)
        self.weight = weight_of(arguments)
        self.symbol = symbol
        self.arguments = arguments
        self._hash = hash((id(symbol), arguments))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, EnumType) and self.symbol is other.symbol and self.arguments == other.arguments
        )

    def __repr__(self) -> str:
        return show_applied(self.symbol.name, self.arguments)


class TypeParameterType(Type):
    """A type parameter, inside the generic declaration that declares it."""

    __slots__ = ("symbol",)

    def __init__(self, symbol: TypeParameterSymbol) -> None:
        self.has_variables = False
        self.weight = 1
        self.symbol = symbol

    def __hash__(self) -> int:
        return id(self.symbol)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TypeParameterType) and self.symbol is other.symbol

    def __repr__(self) -> str:
        return self.symbol.name


class InferenceVariable(Type):
    """A type argument to be inferred in one body; unification sets `solution`. `origin` names the type parameter."""

    __slots__ = ("origin", "solution")

    def __init__(self, origin: str) -> None:
        self.has_variables = True
        self.weight = 1
        self.origin = origin
        self.solution: Type | None = None

    def __repr__(self) -> str:
        return "_" if self.solution is None else repr(self.solution)


Substitution = dict[TypeParameterSymbol, Type]


def substitute(type: Type, mapping: Substitution) -> Type:
    """Replace type parameters by the types they map to. Returns `type` itself when nothing changes."""
    if not mapping or isinstance(type, PrimitiveType):
        return type
    if isinstance(type, TypeParameterType):
        return mapping.get(type.symbol, type)
    if isinstance(type, ArrayType):
        element = substitute(type.element, mapping)
        return type if element is type.element else ArrayType(element)
    if isinstance(type, FunctionType):
        return FunctionType(tuple([substitute(p, mapping) for p in type.parameters]), substitute(type.result, mapping))
    if isinstance(type, StructType):
        if not type.arguments:
            return type
        return StructType(type.symbol, tuple([substitute(a, mapping) for a in type.arguments]))
    if isinstance(type, EnumType):
        if not type.arguments:
            return type
        return EnumType(type.symbol, tuple([substitute(a, mapping) for a in type.arguments]))
    if isinstance(type, ContractType):
        if not type.arguments:
            return type
        return ContractType(type.symbol, tuple([substitute(a, mapping) for a in type.arguments]))
    if isinstance(type, InferenceVariable) and type.solution is not None:
        return substitute(type.solution, mapping)
    return type


def show_type(type: Type) -> str:
    """Return the type as a user writes it: `Result<i64, string>`, `i64[]`, `i64(i64, string)`."""
    return repr(type)
