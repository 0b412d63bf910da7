"""Struct literals and array literals (`language.md` §4.5, §3 row 11)."""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.symbols import FieldSymbol, StructSymbol
from beskid.analysis.model.types import (
    ERROR,
    NEVER,
    ArrayType,
    InferenceVariable,
    StructType,
    Substitution,
    Type,
    substitute,
)
from beskid.analysis.model.unify import mentions_error, prune
from beskid.analysis.names.lookup import resolve_type_expression
from beskid.analysis.spelling import did_you_mean
from beskid.analysis.types.boundary import is_opaque
from beskid.analysis.types.check.callees import abandon, has_own_type, is_deferred
from beskid.analysis.types.check.contract_values import expect
from beskid.analysis.types.check.conversions import error_value
from beskid.analysis.types.check.dispatch import check, infer
from beskid.analysis.types.check.joins import Part, join
from beskid.analysis.types.check.literals import is_untyped
from beskid.analysis.types.check.state import BodyChecker
from beskid.analysis.types.subjects import member_subject
from beskid.base.spelling import listing
from beskid.source.codes import E1113, E1206, E1211, E1212, E1243
from beskid.source.diagnostics import Label
from beskid.syntax import tree


def struct_literal(checker: BodyChecker, expression: tree.StructLiteral, expected: Type | None) -> typed.Expression:
    reference = resolve_type_expression(checker.world, checker.context, expression.type)
    if reference is None:
        return error_value(expression.span)
    symbol = reference.symbol
    if not isinstance(symbol, StructSymbol):
        checker.error(
            E1113,
            f"expected a struct, found `{symbol.name}`",
            expression.type.span,
            "not a struct",
            f"declare `type {symbol.name} {{ … }}`, or construct the value another way",
        )
        return error_value(expression.span)
    if is_opaque(symbol):
        checker.error(
            E1113,
            f"the opaque type `{symbol.name}` has no literals",
            expression.span,
            "only C knows its contents",
            f"call the C function that creates one, or `Interop.NullHandle<{symbol.name}>()` for null",
        )
        return error_value(expression.span)
    mapping: Substitution = {}
    variables: tuple[InferenceVariable, ...] = ()
    type = StructType(symbol, reference.arguments or ())
    if symbol.type_parameters:
        if reference.arguments is None:
            mapping, variables = checker.fresh(symbol.type_parameters, symbol.name, expression.type.span)
            type = StructType(symbol, variables)
            expect(checker, type, expected)
        else:
            checker.check_constraints(type, expression.type.span)
            mapping = dict(zip(symbol.type_parameters, reference.arguments, strict=True))
    fields = _fields(checker, expression, symbol, mapping)
    if fields is None:
        abandon(variables)
        return error_value(expression.span) if variables else typed.UnitValue(expression.span, type)
    if any(mentions_error(field.type) for field in symbol.fields.values()):
        # Its type arguments are unknown, and the error is in the declaration.
        abandon(variables)
    settled = checker.settle(type)
    assert isinstance(settled, StructType)
    return typed.StructNew(expression.span, settled, fields)


def _fields(
    checker: BodyChecker, expression: tree.StructLiteral, symbol: StructSymbol, mapping: Substitution
) -> tuple[tuple[FieldSymbol, typed.Expression], ...] | None:
    """Return the fields in source order, or None after a report."""
    given: dict[str, tree.FieldInitializer] = {}
    values: list[tuple[FieldSymbol, typed.Expression] | None] = []
    deferred: list[tuple[int, FieldSymbol, tree.Expression]] = []
    is_right = True
    for initializer in expression.fields:
        name = initializer.name.text
        field = symbol.fields.get(name)
        if field is None or name in given:
            _report_field(checker, symbol, initializer, given.get(name))
            is_right = False
            continue
        given[name] = initializer
        if checker.world.occurrences is not None:
            short = (
                isinstance(initializer.value, tree.NameExpression) and initializer.value.span == initializer.name.span
            )
            checker.world.occurrences.note_initializer(checker.source, initializer.name.span, field, symbol, short)
        if mapping and is_deferred(checker, initializer.value):
            deferred.append((len(values), field, initializer.value))
            values.append(None)
            continue
        values.append((field, check(checker, initializer.value, substitute(field.type, mapping))))
    for index, field, value in deferred:
        values[index] = (field, check(checker, value, substitute(field.type, mapping)))
    missing = [name for name in symbol.fields if name not in given]
    if missing and is_right:
        sample = ", ".join([f"{name}: …" for name in missing])
        checker.error(
            E1212,
            f"missing {'field' if len(missing) == 1 else 'fields'} {listing(missing)} in a literal of `{symbol.name}`",
            expression.span,
            "incomplete literal",
            f"add `{sample}`",
            (Label(symbol.source, symbol.name_span, "declared here"),),
        )
        is_right = False
    complete = tuple([pair for pair in values if pair is not None])
    if not is_right or any(value.type is ERROR for _, value in complete):
        return None
    return complete


def _report_field(
    checker: BodyChecker, symbol: StructSymbol, initializer: tree.FieldInitializer, first: tree.FieldInitializer | None
) -> None:
    name = initializer.name.text
    if first is not None:
        checker.error(
            E1243,
            f"duplicate field `{name}`",
            initializer.name.span,
            "set again here",
            "keep one of them",
            (Label(checker.source, first.span, "first set here"),),
        )
        return
    if name in symbol.events:
        help = "an event has no handlers at first; subscribe with `+=`"
    else:
        otherwise = f"its fields are {listing(symbol.fields)}" if symbol.fields else "it has no fields"
        help = did_you_mean(name, symbol.fields, otherwise)
    checker.error(
        E1211,
        f"{symbol.name} has no field `{name}`",
        initializer.name.span,
        "unknown field",
        help,
        (Label(symbol.source, symbol.name_span, "declared here"),),
        subject=member_subject(symbol, name),
    )


def array_literal(checker: BodyChecker, expression: tree.ArrayLiteral, expected: Type | None) -> typed.Expression:
    wanted = prune(expected) if expected is not None else None
    if isinstance(wanted, ArrayType) and not isinstance(prune(wanted.element), InferenceVariable):
        element = wanted.element
        values = [check(checker, part, element) for part in expression.elements]
        if any(value.type is ERROR for value in values):
            return typed.UnitValue(expression.span, ERROR)
        return typed.ArrayNew(expression.span, checker.settle(wanted), tuple(values))
    if not expression.elements:
        if isinstance(wanted, ArrayType):
            return typed.ArrayNew(expression.span, checker.settle(wanted), ())
        if wanted is ERROR:
            return typed.UnitValue(expression.span, ERROR)
        element = checker.fresh_element(expression.span)
        return typed.ArrayNew(expression.span, checker.settle(ArrayType(element)), ())
    common, joined = join(checker, _elements(checker, expression.elements), E1206, "elements")
    if common is ERROR:
        return error_value(expression.span)
    if common is NEVER:
        return joined[0]
    return typed.ArrayNew(expression.span, checker.settle(ArrayType(common)), tuple(joined))


def _elements(checker: BodyChecker, elements: tuple[tree.Expression, ...]) -> list[Part]:
    """Return the elements to join.

    Elements that adapt to their context follow the first element with a type of its own.
    """
    parts: list[Part | None] = []
    guide: Type | None = None
    for element in elements:
        if is_untyped(checker, element):
            parts.append(Part(element, None))
        elif has_own_type(checker, element):
            value = infer(checker, element)
            guide = value.type if guide is None else guide
            parts.append(Part(element, value))
        else:
            parts.append(None)
    joined: list[Part] = []
    for element, part in zip(elements, parts, strict=True):
        if part is None:
            part = Part(element, infer(checker, element, guide))
            guide = part.value.type if guide is None and part.value is not None else guide
        joined.append(part)
    return joined
