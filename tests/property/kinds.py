"""The types of random programs, as far as their maker must know them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Primitive:
    """A scalar or `string`."""

    name: str


@dataclass(frozen=True)
class Array:
    element: Kind


@dataclass(frozen=True)
class Struct:
    """A struct type.

    `events` has the parameter type of each event. `contracts` has the contracts of the core library that it lists.
    `is_value`: it is a value type.
    """

    name: str
    arguments: tuple[Kind, ...]
    fields: tuple[tuple[str, Kind], ...]
    events: tuple[tuple[str, Kind], ...] = ()
    contracts: tuple[str, ...] = ()
    is_value: bool = False


@dataclass(frozen=True)
class Itself:
    """In a payload: the enum that is being described."""


@dataclass(frozen=True)
class Enum:
    """An enum with concrete payload types."""

    name: str
    arguments: tuple[Kind, ...]
    variants: tuple[tuple[str, tuple[Kind | Itself, ...]], ...]

    def payload(self, variant: int) -> tuple[Kind, ...]:
        return tuple(self if isinstance(each, Itself) else each for each in self.variants[variant][1])

    def is_recursive(self) -> bool:
        return any(isinstance(each, Itself) for _, payload in self.variants for each in payload)


@dataclass(frozen=True)
class Function:
    parameters: tuple[Kind, ...]
    result: Kind


@dataclass(frozen=True)
class Contract:
    """A contract with the method `Measure`, the method `Respond` with one parameter, and the structs that fulfil it."""

    name: str
    result: Primitive
    question: Kind
    answer: Kind
    types: tuple[Struct, ...]


Kind: TypeAlias = Primitive | Array | Struct | Enum | Function | Contract

SIGNED = tuple(Primitive(name) for name in ("i8", "i16", "i32", "i64"))
UNSIGNED = tuple(Primitive(name) for name in ("u8", "u16", "u32", "u64"))
INTEGERS = (*SIGNED, *UNSIGNED)
FLOATS = (Primitive("f32"), Primitive("f64"))
NUMBERS = (*INTEGERS, *FLOATS)
BOOL, CHAR, STRING = Primitive("bool"), Primitive("char"), Primitive("string")
I32, I64, U8, F64 = Primitive("i32"), Primitive("i64"), Primitive("u8"), Primitive("f64")
PRIMITIVES = (*NUMBERS, BOOL, CHAR, STRING)
UNIT = Primitive("unit")
"""The payload of `Result<unit, E>`; no variable, field or parameter has this type."""


def width(kind: Primitive) -> int:
    return int(kind.name[1:])


def option(value: Kind) -> Enum:
    return Enum("Option", (value,), (("Some", (value,)), ("None", ())))


def result(value: Kind, error: Kind) -> Enum:
    return Enum("Result", (value, error), (("Ok", (value,)), ("Error", (error,))))


def like(fallible: Enum, value: Kind) -> Enum:
    """An Option, or a Result with the same error, of another value."""
    return option(value) if fallible.name == "Option" else result(value, fallible.arguments[1])


def listing(element: Kind) -> Struct:
    return Struct("List", (element,), ())


def mapping(key: Kind, value: Kind) -> Struct:
    return Struct("Map", (key, value), ())


def setting(element: Kind) -> Struct:
    return Struct("Set", (element,), ())


def is_container(kind: Kind) -> bool:
    return isinstance(kind, Struct) and kind.name in ("List", "Map", "Set")


def is_hashable(kind: Kind) -> bool:
    """Whether values of the type are hashed by identity or contents; a container has `Equals` and no `Hash`."""
    match kind:
        case Array():
            return is_hashable(kind.element)
        case Struct() if kind.is_value and "Hashable" not in kind.contracts:
            return all(is_hashable(each) for _, each in kind.fields)
        case Struct():
            return not is_container(kind)
        case Enum():
            payloads = [each for _, payload in kind.variants for each in payload if not isinstance(each, Itself)]
            return all(is_hashable(each) for each in payloads)
        case _:
            return True


def is_comparable(kind: Kind) -> bool:
    """Whether the type fulfils `Comparable`."""
    return isinstance(kind, Primitive) or (isinstance(kind, Struct) and "Comparable" in kind.contracts)


def can_derive(contract: str, kind: Kind) -> bool:
    """Whether a struct with a field of this type can derive its method of a contract."""
    match kind:
        case Primitive():
            return True
        case Array() if contract != "Comparable":
            return can_derive(contract, kind.element)
        case Enum() if contract != "Comparable":
            payloads = [each for _, payload in kind.variants for each in payload if not isinstance(each, Itself)]
            return all(can_derive(contract, each) for each in payloads)
        case Struct() if is_container(kind):
            return contract == "Equatable" and all(can_derive(contract, each) for each in kind.arguments)
        case Struct():
            return contract in kind.contracts
        case _:
            return False


def words(kind: Kind) -> int:
    """The most words that a value of the type takes where it is stored."""
    match kind:
        case Contract():
            return 2
        case Enum():
            return 4
        case Struct() if kind.is_value:
            return sum(words(each) for _, each in kind.fields)
        case _:
            return 1


def written(kind: Kind) -> str:
    """The type as source text."""
    match kind:
        case Primitive() | Contract():
            return kind.name
        case Array():
            return f"{written(kind.element)}[]"
        case Struct() | Enum():
            if not kind.arguments:
                return kind.name
            return f"{kind.name}<{', '.join(map(written, kind.arguments))}>"
        case Function():
            return f"{written(kind.result)}({', '.join(map(written, kind.parameters))})"
