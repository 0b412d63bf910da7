"""Mangled symbols (decision A9): one deterministic name for every function, instance, helper and descriptor.

`_B` and length-prefixed segments: package, module path, receiver type (after `M`), name. Instances append `I…E` with
canonical types, tests `T`, lambdas `L<n>`; helpers of a type begin with `_Bx`. Characters that are not portable in
symbols of object files are written as their code point between dots. It must only depend on symbols and types.
"""

from __future__ import annotations

from beskid.analysis.model.symbols import FunctionSymbol, ModuleSymbol
from beskid.analysis.model.types import (
    ArrayType,
    ContractType,
    EnumType,
    FunctionType,
    PrimitiveType,
    StructType,
    Type,
)
from beskid.base.digests import sha256_of


def segment(name: str) -> str:
    """Prefix a name with its length."""
    if not name.isascii():
        name = "".join([c if c.isascii() else f".{ord(c):x}." for c in name])
    return f"{len(name)}{name}"


def _module(module: ModuleSymbol | None) -> str:
    if module is None:
        return segment("")
    return segment(module.package) + "".join([segment(part) for part in module.path])


MAX_TYPE_TEXT = 8_192
"""The text of a larger type is a digest: each type that is made of others may be twice as long as they are."""


class Mangler:
    """Makes names. It caches the texts of types, because generic programs use the same ones many times."""

    __slots__ = ("_types",)

    def __init__(self) -> None:
        self._types: dict[Type, str] = {}

    def type_text(self, type: Type) -> str:
        """Return the canonical text of a concrete type."""
        text = self._types.get(type)
        if text is None:
            text = self._type_text(type)
            if len(text) > MAX_TYPE_TEXT:
                text = f"H{sha256_of(text.encode())}"
            self._types[type] = text
        return text

    def _type_text(self, type: Type) -> str:
        if isinstance(type, PrimitiveType):
            return segment(type.name)
        if isinstance(type, ArrayType):
            return f"A{self.type_text(type.element)}"
        if isinstance(type, FunctionType):
            parts = [self.type_text(part) for part in (type.result, *type.parameters)]
            return f"F{''.join(parts)}E"
        if isinstance(type, StructType | EnumType | ContractType):
            symbol = type.symbol
            return f"N{_module(symbol.module)}{segment(symbol.name)}E{self.arguments(type.arguments)}"
        raise AssertionError(f"no canonical text for {type!r}")

    def arguments(self, types: tuple[Type, ...]) -> str:
        """`I…E` for the type arguments of an instance; nothing for none."""
        if not types:
            return ""
        return f"I{''.join([self.type_text(type) for type in types])}E"

    def function(self, symbol: FunctionSymbol, type_arguments: tuple[Type, ...]) -> str:
        """Return the symbol of an instance of a function, method or test."""
        receiver = symbol.receiver
        if receiver is None:
            head = _module(symbol.module)
        elif isinstance(receiver, StructType | EnumType | ContractType):
            head = f"{_module(receiver.symbol.module)}M{segment(receiver.symbol.name)}"
        elif isinstance(receiver, ArrayType):
            head = f"{_module(symbol.module)}M{segment('Array')}"
        else:
            head = f"{_module(symbol.module)}M{segment(repr(receiver))}"
        mark = "T" if symbol.is_test else ""
        return f"_B{head}{mark}{segment(symbol.name)}{self.arguments(type_arguments)}"

    def helper(self, role: str, type: Type) -> str:
        """Return the symbol of a generated function of a type: `equals`, `hash`, `form`."""
        return f"_Bx{segment(role)}{self.type_text(type)}"

    def descriptor(self, type: Type) -> str:
        """Return the name of the descriptor of objects of a type."""
        return f"_Bd{self.type_text(type)}"

    def table(self, type: Type, contract: Type) -> str:
        """Return the name of the method table of a type for a contract."""
        return f"_Bt{self.type_text(type)}{self.type_text(contract)}"

    def element_descriptor(self, element: Type) -> str:
        """Return the name of the descriptor of array elements of a type."""
        return f"_Be{self.type_text(element)}"
