"""Declarations of value types (decision L32): what one may contain and its size.

Takes the symbol of a type with `[Value]` whose signature is complete. Reports E1249 for one that contains itself, E1250
for one with more than eight words, and E1251 for events and `[Opaque]`. Sizes of generic types depend on their
arguments, and those of enums on their layout, so an enum counts as one word here; lowering counts exactly.
"""

from __future__ import annotations

from collections import Counter

from beskid.analysis.model.relations import all_payload_types, field_types
from beskid.analysis.model.symbols import StructSymbol
from beskid.analysis.model.types import (
    ContractType,
    EnumType,
    PrimitiveType,
    StructType,
    Type,
    TypeParameterType,
    is_value,
    show_type,
)
from beskid.analysis.model.world import World
from beskid.analysis.names.index import as_arguments
from beskid.analysis.types.boundary import is_opaque
from beskid.source.codes import E1249, E1250, E1251
from beskid.source.diagnostics import Diagnostic, Label, error

MAX_VALUE_WORDS = 8
"""The most words of a value type. Each is a register, and an argument of calls."""

MAX_PARTS = 4_096
"""The most types inside one that are looked into; types that grow without end are reported elsewhere."""


def check_value_type(world: World, symbol: StructSymbol) -> None:
    """Check the declaration of a value type."""
    if is_opaque(symbol):
        _refuse(world, symbol, "cannot be `[Opaque]` too", "remove one of the attributes")
        return
    event = next(iter(symbol.events.values()), None)
    if event is not None:
        world.report(
            error(
                E1251,
                f"the value type `{symbol.name}` cannot have events",
                symbol.source,
                event.span,
                "handlers are stored in an object",
                "declare the type without `[Value]`",
                (Label(symbol.source, symbol.name_span, "declared `[Value]`"),),
            )
        )
    if _contains_itself(world, symbol):
        return
    itself = StructType(symbol, as_arguments(symbol))
    words = _words(world, itself)
    if words > MAX_VALUE_WORDS:
        world.report(too_large(itself, words))


def _refuse(world: World, symbol: StructSymbol, reason: str, help: str) -> None:
    message = f"the value type `{symbol.name}` {reason}"
    world.report(error(E1251, message, symbol.source, symbol.name_span, "declared here", help))


def too_large(type: StructType, words: int, used: tuple[Label, ...] = ()) -> Diagnostic:
    """Return the error for a value type with too many words; `used` are the places that decide its type arguments."""
    symbol = type.symbol
    otherwise = "move fields to a type that is not a value type"
    if used and type.arguments:
        otherwise = "use type arguments with fewer words"
    return error(
        E1250,
        f"the value type `{show_type(type)}` has {words} words, and at most {MAX_VALUE_WORDS} are allowed",
        symbol.source,
        symbol.name_span,
        "too large",
        f"declare it without `[Value]`, or {otherwise}",
        used,
    )


def _contains_itself(world: World, symbol: StructSymbol) -> bool:
    """Report a value type that a value of it contains, directly or in other values."""
    itself = StructType(symbol, as_arguments(symbol))
    for field, type in zip(symbol.fields.values(), field_types(itself), strict=True):
        if _holds(world, type, symbol):
            world.report(
                error(
                    E1249,
                    f"the value type `{symbol.name}` contains itself",
                    symbol.source,
                    field.span,
                    f"`{show_type(type)}` is part of the value",
                    "declare the type without `[Value]`, or hold the inner values in an array",
                    (Label(symbol.source, symbol.name_span, "declared `[Value]`"),),
                )
            )
            return True
    return False


def _holds(world: World, type: Type, symbol: StructSymbol) -> bool:
    """Return whether a value of the type contains one of the value type without an object or array in between."""
    found: dict[Type, None] = {type: None}
    pending = [type]
    for part in pending:
        if isinstance(part, StructType) and part.symbol is symbol:
            return True
        if len(found) < MAX_PARTS:
            inside = [inner for inner in dict.fromkeys(_parts(world, part)) if inner not in found]
            found.update(dict.fromkeys(inside))
            pending += inside
    return False


def _parts(world: World, type: Type) -> tuple[Type, ...]:
    """Return the types whose values are part of a value of the type."""
    if isinstance(type, StructType):
        world.ensure(type.symbol)
        return field_types(type) if is_value(type) else ()
    if isinstance(type, EnumType):
        world.ensure(type.symbol)
        return all_payload_types(type)
    return ()


def _words(world: World, whole: StructType) -> int:
    """Return the words of a value of the type, or fewer where they depend on type arguments or layouts.

    The types at each depth are counted together: a type that many fields have is looked into once.
    """
    words = 0
    level = Counter(field_types(whole))
    for _ in range(MAX_VALUE_WORDS + 1):
        inside: Counter[Type] = Counter()
        for type, count in level.items():
            if isinstance(type, StructType):
                world.ensure(type.symbol)
            if not is_value(type):
                words += count * _own_words(type)
                continue
            for field in field_types(type):
                inside[field] += count
        if len(inside) > MAX_PARTS:
            break
        level = inside
    return words


def _own_words(type: Type) -> int:
    """Return the words of a type that is not a value type."""
    if isinstance(type, TypeParameterType):
        return 0
    if isinstance(type, PrimitiveType):
        return 0 if type.name in ("unit", "never") else 1
    return 2 if isinstance(type, ContractType) else 1
