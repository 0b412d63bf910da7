"""Enum values: finding the enum and the variant, payloads, inferred type arguments (`language.md` §4.6)."""

from __future__ import annotations

from collections.abc import Sequence

from beskid.analysis import typed
from beskid.analysis.model.relations import payload_types
from beskid.analysis.model.symbols import EnumSymbol, VariantSymbol
from beskid.analysis.model.types import ERROR, UNIT, EnumType, InferenceVariable, Type, TypeParameterType, show_type
from beskid.analysis.model.unify import could_unify, prune, unify
from beskid.analysis.names.lookup import find_enum
from beskid.analysis.spelling import did_you_mean
from beskid.analysis.types.check.callees import abandon, check_arguments, skip_arguments
from beskid.analysis.types.check.conversions import error_value
from beskid.analysis.types.check.state import BodyChecker
from beskid.base.spelling import counted, listing
from beskid.source.codes import E1301, E1302
from beskid.source.diagnostics import Label
from beskid.source.text import Span
from beskid.syntax import tree


def resolve_enum(
    checker: BodyChecker, prefix: tree.NameExpression | tree.MemberExpression, expected: Type | None
) -> tuple[EnumSymbol, tuple[Type, ...] | None] | None:
    """Return the enum before `::` and its written type arguments, if any."""
    wanted = prune(expected) if expected is not None else None
    found = find_enum(checker.world, checker.context, prefix, wanted if isinstance(wanted, EnumType) else None)
    return None if found is None else (found.symbol, found.arguments)


def find_variant(checker: BodyChecker, symbol: EnumSymbol, name: tree.Name) -> VariantSymbol | None:
    """Return the variant of that name. Reports E1301 with a suggestion."""
    variant = symbol.variants.get(name.text)
    if variant is None:
        checker.error(
            E1301,
            f"enum {symbol.name} has no variant `{name.text}`",
            name.span,
            "unknown variant",
            did_you_mean(name.text, symbol.variants, f"its variants are {listing(symbol.variants)}"),
            (Label(symbol.source, symbol.name_span, "the enum is declared here"),),
            subject=f"variant {symbol.qualified_name()}.{name.text}",
        )
    elif checker.world.occurrences is not None:
        checker.world.occurrences.note(checker.source, name.span, variant, symbol)
    return variant


def enum_path(checker: BodyChecker, expression: tree.EnumPathExpression, expected: Type | None) -> typed.Expression:
    """Check `E::V` without parentheses."""
    return construct_path(checker, expression, (), expression.span, expected)


def construct_path(
    checker: BodyChecker,
    path: tree.EnumPathExpression,
    arguments: Sequence[tree.Argument],
    span: Span,
    expected: Type | None,
) -> typed.Expression:
    resolved = resolve_enum(checker, path.prefix, expected)
    if resolved is None:
        skip_arguments(checker, arguments)
        return error_value(span)
    symbol, explicit = resolved
    if checker.world.occurrences is not None:
        enum = EnumType(symbol, explicit or ())
        checker.world.occurrences.note_receiver(checker.source, path.variant.span.start, enum)
    variant = find_variant(checker, symbol, path.variant)
    if variant is None:
        skip_arguments(checker, arguments)
        return error_value(span)
    return construct(checker, symbol, explicit, variant, arguments, span, expected)


def construct(
    checker: BodyChecker,
    symbol: EnumSymbol,
    explicit: tuple[Type, ...] | None,
    variant: VariantSymbol,
    arguments: Sequence[tree.Argument],
    span: Span,
    expected: Type | None,
) -> typed.Expression:
    """Construct a value of the variant. Type arguments are taken from source, context and payload, in this order."""
    count = len(variant.fields)
    is_unit = not arguments and count == 1 and _may_be_unit(symbol, explicit, variant, expected)
    if len(arguments) != count and not is_unit:
        fields = ", ".join([f"{show_type(type)} {name}" for name, type in variant.fields])
        checker.error(
            E1302,
            f"`{symbol.name}::{variant.name}` has {counted(count, 'payload value')}, got {len(arguments)}",
            span,
            f"{len(arguments)} given",
            f"its payload is `({fields})`" if fields else f"write `{symbol.name}::{variant.name}()`",
            (Label(symbol.source, variant.span, "declared here"),),
        )
        skip_arguments(checker, arguments)
        return error_value(span)
    unit = typed.UnitValue(span, UNIT)
    values: tuple[typed.Expression, ...]
    type = EnumType(symbol, explicit or ())
    if explicit:
        checker.check_constraints(type, span)
    if symbol.type_parameters and explicit is None:
        _, fresh = checker.fresh(symbol.type_parameters, symbol.name, span)
        type = EnumType(symbol, fresh)
        wanted = prune(expected) if expected is not None else None
        if isinstance(wanted, EnumType) and could_unify(type, wanted):
            unify(type, wanted)
        if is_unit:
            unify(payload_types(type, variant)[0], UNIT)
        values = (unit,) if is_unit else check_arguments(checker, payload_types(type, variant), arguments, None, None)
        if wanted is ERROR or any(value.type is ERROR for value in values):
            abandon(fresh)
    elif is_unit:
        values = (unit,)
    else:
        values = check_arguments(checker, payload_types(type, variant), arguments, None, None)
    if any(value.type is ERROR for value in values):
        return error_value(span)
    settled = checker.settle(type)
    assert isinstance(settled, EnumType)
    return typed.EnumNew(span, settled, variant, values)


def _may_be_unit(
    symbol: EnumSymbol, explicit: tuple[Type, ...] | None, variant: VariantSymbol, expected: Type | None
) -> bool:
    """Return whether the only payload of the variant is `unit`, or a type argument that may be it (decision L29)."""
    payload = variant.fields[0][1]
    if not isinstance(payload, TypeParameterType):
        return payload is UNIT
    wanted = prune(expected) if expected is not None else None
    arguments = explicit
    if arguments is None and isinstance(wanted, EnumType) and wanted.symbol is symbol:
        arguments = wanted.arguments
    if arguments is None:
        return True
    given = prune(arguments[symbol.type_parameters.index(payload.symbol)])
    return given is UNIT or given is ERROR or isinstance(given, InferenceVariable)
