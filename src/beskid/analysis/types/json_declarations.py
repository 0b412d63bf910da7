"""Checks of types that are read and written as JSON: their fields, and the functions that read them by hand.

Reports E1601 for a field that does not conform, and E1602 for a reading function of another signature.
"""

from __future__ import annotations

from beskid.analysis.model.symbols import EnumSymbol, FieldSymbol, FunctionSymbol, StructSymbol, show_applied
from beskid.analysis.model.types import ContractType, EnumType, StructType, Type, TypeParameterType, show_type
from beskid.analysis.model.unify import mentions_error
from beskid.analysis.model.world import CORE_LIBRARY, Context, World
from beskid.analysis.names.attributes import JSON_NAME_ATTRIBUTE, declared_attribute, json_name
from beskid.analysis.names.conformance import json_obstacle, reads
from beskid.analysis.names.index import as_arguments
from beskid.analysis.names.json import (
    WRITE_JSON,
    container,
    own_reader,
    reader_name,
    takes_decoder,
)
from beskid.analysis.names.typenames import type_of_symbol
from beskid.analysis.types.subjects import member_subject
from beskid.source.codes import E1102, E1601, E1602
from beskid.source.diagnostics import Label, error
from beskid.source.text import Span


def check_json_type(world: World, symbol: StructSymbol, contract: ContractType, span: Span) -> None:
    """Check that values of a struct can be read and written; `span` is where it lists the contract."""
    reader = own_reader(symbol)
    if reader is not None:
        world.used.add(reader)
        if not reads(world, reader, symbol):
            _report_signature(symbol, reader, world, span)
    _check_names(world, symbol, span)
    writer = symbol.methods.get(WRITE_JSON)
    missing = [WRITE_JSON] if writer is not None and writer.is_derived else []
    if reader is None:
        missing.append(reader_name(symbol))
    field = _obstacle_field(world, symbol, contract) if missing else None
    if field is None or mentions_error(field.type):
        return
    world.report(
        error(
            E1601,
            f"{' and '.join([f'`{name}`' for name in missing])} of `{symbol.name}` cannot be derived: its field "
            f"`{field.name}` of type `{show_type(field.type)}` is not `Json`",
            symbol.source,
            span,
            "needs `Json` of every field",
            f"{obstacle_help(world, field.type, contract)}, or write {_by_hand(symbol)}",
            (Label(symbol.source, field.span, "this field is not `Json`"),),
            subject=member_subject(symbol, WRITE_JSON),
        )
    )


def _obstacle_field(world: World, symbol: StructSymbol, contract: ContractType) -> FieldSymbol | None:
    """Return the first field of a struct that is not JSON."""
    return next(
        (field for field in symbol.fields.values() if json_obstacle(world, field.type, contract) is not None), None
    )


def member_names(world: World, symbol: StructSymbol) -> list[str]:
    """Return the names that the fields of a struct have in JSON, in the order of the fields."""
    assert symbol.module is not None
    context = Context(symbol.module)
    given = {
        field.name.span: json_name(attribute)
        for field in symbol.tree.fields
        for attribute in field.attributes
        if attribute.name.text == JSON_NAME_ATTRIBUTE and declared_attribute(world, context, attribute) is None
    }
    names = [given.get(field.span) for field in symbol.fields.values()]
    return [field.name if name is None else name for name, field in zip(names, symbol.fields.values(), strict=True)]


def mark_reader(world: World, symbol: EnumSymbol) -> None:
    """Note that a function which reads an enum is used, since only derived code calls it.

    An enum lists no contract, so only a function that takes a decoder is meant to read it.
    """
    reader = own_reader(symbol)
    if reader is None:
        return
    if reads(world, reader, symbol):
        world.used.add(reader)
    elif takes_decoder(reader):
        world.used.add(reader)
        _report_signature(symbol, reader, world, symbol.name_span)


def _check_names(world: World, symbol: StructSymbol, span: Span) -> None:
    """Report two fields with one name in JSON."""
    seen: dict[str, FieldSymbol] = {}
    for name, field in zip(member_names(world, symbol), symbol.fields.values(), strict=True):
        first = seen.setdefault(name, field)
        if first is field:
            continue
        world.report(
            error(
                E1102,
                f"the fields `{first.name}` and `{field.name}` of `{symbol.name}` have the same name in JSON",
                symbol.source,
                field.span,
                f"is `{name}` in JSON",
                "give them different names with `[JsonName(…)]`",
                (Label(symbol.source, first.span, "the other field"),),
            )
        )


def _by_hand(symbol: StructSymbol) -> str:
    return f"`{WRITE_JSON}` and the function `{reader_name(symbol)}`"


def obstacle_help(world: World, type: Type, contract: ContractType) -> str:
    """Return what to do about a type that is not JSON."""
    obstacle = json_obstacle(world, type, contract) or type
    if isinstance(obstacle, TypeParameterType):
        return f"add the constraint `{show_type(obstacle)} : Json`"
    if container(obstacle) is not None:
        return "use a `Map` with keys of type `string`"
    if isinstance(obstacle, EnumType):
        return f"give `{obstacle.symbol.name}` payloads that are not ever larger instances of itself"
    if isinstance(obstacle, StructType) and not _is_library_type(obstacle):
        return f"declare `type {obstacle.symbol.name} : Json`"
    return f"use a type that is data instead of `{show_type(obstacle)}`"


def _is_library_type(type: StructType) -> bool:
    return type.symbol.module is not None and type.symbol.module.package == CORE_LIBRARY


def _report_signature(symbol: StructSymbol | EnumSymbol, reader: FunctionSymbol, world: World, span: Span) -> None:
    whole = show_type(type_of_symbol(symbol, as_arguments(symbol)))
    name = show_applied(reader.name, as_arguments(symbol))
    world.report(
        error(
            E1602,
            f"the function `{reader.name}` does not read `{symbol.name}`, as the contract `Json` requires by its name",
            symbol.source,
            span,
            f"expected `Result<{whole}, JsonDecodeError> {name}(JsonDecoder decoder)`",
            f"use these types and no constraints beyond those of `{symbol.name}`, or give the function another name"
            if symbol.type_parameters
            else "use these types, or give the function another name",
            (Label(reader.source, reader.name_span, "different here"),),
        )
    )
