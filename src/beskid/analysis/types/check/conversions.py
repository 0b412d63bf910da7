"""Implicit conversions: equal types, solved variables, numeric conversions, and the mismatch error.

Takes a typed expression and the expected type (`language.md` §4.3, decision L3). Widening is silent, a conversion that
may lose information is a warning, everything else is E1206.
"""

from __future__ import annotations

import re

from beskid.analysis import typed
from beskid.analysis.model.relations import integer, numeric, widens, wrap
from beskid.analysis.model.types import (
    BOOL,
    CHAR,
    ERROR,
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
    Substitution,
    Type,
    show_type,
    substitute,
)
from beskid.analysis.model.unify import is_open, open_variables, prune, unify
from beskid.analysis.names.conformance import is_number_parameter
from beskid.analysis.names.lookup import find_static
from beskid.analysis.types.check.contract_values import contract_value, converts
from beskid.analysis.types.check.forms import as_form, bracketed
from beskid.analysis.types.check.state import BodyChecker
from beskid.analysis.types.check.widening import warn_late_widening
from beskid.base.node import replace
from beskid.source.codes import E1206, W1203
from beskid.source.text import Span


def error_value(span: Span) -> typed.Expression:
    """Return the value of an expression that was already reported. It fits every type."""
    return typed.UnitValue(span, ERROR)


def without_operation(value: typed.Expression, span: Span) -> typed.Expression:
    """Return what is left of an operation at `span` on a value of type `ERROR` or `NEVER`.

    A value that never completes is still evaluated, and the operation is never reached.
    """
    return value if prune(value.type) is NEVER else error_value(span)


def convert(value: typed.Expression, target: Type) -> typed.Expression:
    """Convert the value explicitly unless it has the type already. Integer constants are converted here."""
    if value.type is target:
        return value
    if isinstance(value, typed.IntegerValue) and isinstance(target, PrimitiveType) and target.is_integer:
        return typed.IntegerValue(value.span, target, wrap(value.value, target))
    return typed.Convert(value.span, target, value)


def coerce(checker: BodyChecker, value: typed.Expression, expected: Type, span: Span) -> typed.Expression:
    """Convert `value` to `expected`. Reports E1206 or W1203 at `span`."""
    actual = prune(value.type)
    wanted = prune(expected)
    if actual is wanted or actual is ERROR or actual is NEVER:
        return value
    if wanted is ERROR:
        # The location was already reported; type arguments that its type would have determined are not reported again.
        for variable in open_variables(actual):
            variable.solution = ERROR
        return value
    if isinstance(actual, PrimitiveType) and isinstance(wanted, PrimitiveType):
        return _coerce_primitive(checker, value, actual, wanted, span)
    if actual == wanted:
        return value
    if converts(checker, actual, wanted):
        return contract_value(checker, value, wanted)
    if unify(actual, wanted):
        if is_open(wanted):
            checker.has_open_nodes = True
        return value
    mismatch(checker, wanted, actual, span)
    return error_value(span)


def _coerce_primitive(
    checker: BodyChecker, value: typed.Expression, actual: PrimitiveType, wanted: PrimitiveType, span: Span
) -> typed.Expression:
    if not (actual.is_numeric and wanted.is_numeric):
        mismatch(checker, wanted, actual, span)
        return error_value(span)
    if not widens(actual, wanted):
        checker.warning(
            W1203,
            f"implicit conversion from `{actual.name}` to `{wanted.name}` may lose information",
            span,
            f"`{actual.name}` becomes `{wanted.name}` here",
            f"write the conversion: `{as_form(checker, span, wanted)}`",
        )
    else:
        warn_late_widening(checker, value, wanted)
    return convert(value, wanted)


def mismatch(checker: BodyChecker, wanted: Type, actual: Type, span: Span) -> None:
    """Report a type that does not match the expected one."""
    wanted_text, actual_text = show_type(prune(wanted)), show_type(prune(actual))
    checker.mismatch = (len(checker.diagnostics), span)
    checker.error(
        E1206,
        f"expected `{wanted_text}`, got `{actual_text}`",
        span,
        f"this is `{actual_text}`",
        _mismatch_help(checker, prune(wanted), prune(actual), span),
    )


def was_mismatch(checker: BodyChecker, errors: int, span: Span, subject: str = "") -> bool:
    """Return whether the value at `span` was reported as a mismatch after the first `errors` diagnostics.

    With a subject, values of one type in several locations of that subject count as one error.
    """
    position = len(checker.diagnostics) - 1
    if position < errors or checker.mismatch != (position, span):
        return False
    if subject:
        last = checker.diagnostics[-1]
        checker.diagnostics[-1] = replace(last, subject=f"{subject}: {last.message}")
    return True


def _are_numbers(one: Type, other: Type) -> bool:
    return numeric(prune(one)) is not None and numeric(other) is not None


def _mismatch_help(checker: BodyChecker, wanted: Type, actual: Type, span: Span) -> str:
    if wanted is BOOL and numeric(actual):
        return comparison_help(checker, span)
    if wanted is CHAR and actual is STRING:
        return "write a character literal in single quotes: `'x'`"
    if wanted is STRING and isinstance(actual, PrimitiveType) and (actual.is_numeric or actual is CHAR):
        return f'convert it to a string with interpolation: `"${{{_short(checker.text(span))}}}"`'
    if wanted is U8 and (actual is CHAR or actual is STRING) and _is_literal(checker, span):
        return byte_help(checker, span)
    if numeric(wanted) and actual is STRING:
        if _is_literal(checker, span):
            return _quoted_number(checker, span, wanted)
        return parse_help(checker, span, wanted)
    if (integer(wanted) and actual is CHAR) or (wanted is CHAR and integer(actual)):
        return f"convert explicitly: `{as_form(checker, span, wanted)}`"
    if is_number_parameter(wanted) and numeric(actual):
        return number_help(checker, wanted, span)
    declared = _declared_form(checker, wanted, actual, span)
    if declared is not None:
        return declared
    if isinstance(actual, EnumType) and actual.arguments and actual.arguments[0] == wanted:
        if actual.symbol.name == "Result":
            return "unwrap the value with `?` or `match`"
        return "unwrap the value with `match` or `UnwrapOr`"
    if isinstance(wanted, StructType) and isinstance(actual, ArrayType):
        maker = find_static(checker.world, checker.context, wanted.symbol, "FromArray")
        if maker is not None:
            return f"`{wanted.symbol.name}.FromArray({_short(checker.text(span))})`"
    payload = wanted.arguments[0] if isinstance(wanted, EnumType) and wanted.arguments else None
    if isinstance(wanted, EnumType) and payload is not None and (payload == actual or _are_numbers(payload, actual)):
        carrier = next((v for v in wanted.symbol.variants.values() if len(v.fields) == 1), None)
        if carrier is not None:
            return _wrapped(checker, wanted, carrier.name, span)
    if isinstance(wanted, EnumType):
        mapping: Substitution = dict(zip(wanted.symbol.type_parameters, wanted.arguments, strict=True))
        for variant in wanted.symbol.variants.values():
            if len(variant.fields) == 1 and prune(substitute(variant.fields[0][1], mapping)) == actual:
                return _wrapped(checker, wanted, variant.name, span)
    if isinstance(actual, FunctionType) and actual.result == wanted:
        return f"call the function: `{_short(checker.text(span))}(…)`"
    if isinstance(wanted, ContractType) and isinstance(actual, StructType):
        contract = show_type(wanted)
        return f"add `{contract}` to its conformances: `type {actual.symbol.name} : {contract} {{ … }}`"
    if actual is UNIT:
        return f"use an expression of type `{show_type(wanted)}`"
    if wanted is UNIT:
        return "remove the value"
    if numeric(wanted) and numeric(actual):
        return f"convert explicitly: `{as_form(checker, span, wanted)}`"
    return f"use a value of type `{show_type(wanted)}`"


def _wrapped(checker: BodyChecker, wanted: EnumType, variant: str, span: Span) -> str:
    return f"wrap the value: `{wanted.symbol.name}::{variant}({_short(checker.text(span))})`"


def _quoted_number(checker: BodyChecker, span: Span, wanted: Type) -> str:
    """Return the help for a string literal where a number is wanted."""
    inner = checker.text(span)[1:-1]
    pattern = r"-?\d+" if integer(wanted) else r"-?\d+\.\d+"
    if re.fullmatch(pattern, inner):
        return f"write the number without quotes: `{inner}`"
    return f"use a value of type `{show_type(wanted)}`"


def _declared_form(checker: BodyChecker, wanted: Type, actual: Type, span: Span) -> str | None:
    """Return the help for a local whose untyped numbers would take the wanted type if it were declared (L21)."""
    name = checker.text(span)
    local = next((scope[name] for scope in reversed(checker.scopes) if name in scope), None)
    if local is None or local.initializer is None or not _differ_in_numbers(wanted, actual):
        return None
    value = _short(checker.text(local.initializer))
    return f"declare its type: `{show_type(wanted)} {'mut ' if local.is_mut else ''}{name} = {value};`"


def _differ_in_numbers(wanted: Type, actual: Type) -> bool:
    """Return whether two types are equal except for number types in them."""
    if isinstance(wanted, ArrayType) and isinstance(actual, ArrayType):
        return _differ_in_numbers(prune(wanted.element), prune(actual.element))
    return numeric(wanted) is not None and numeric(actual) is not None


def _is_literal(checker: BodyChecker, span: Span) -> bool:
    text = checker.text(span)
    return text[0] in "\"'" and text[-1] == text[0]


def byte_help(checker: BodyChecker, span: Span) -> str:
    """Return what to write for a character or a text where a byte is wanted (decision L24)."""
    text = checker.text(span)
    inner = text[1:-1]
    if text[0] == "'":
        return "only a character below U+0080 is one byte; compare characters: `for c in text`"
    if text[0] == '"' and inner.isascii() and (len(inner) == 1 or (len(inner) == 2 and inner[0] == "\\")):
        return f"write a character literal in single quotes: `'{_CHARACTER_FORMS.get(inner, inner)}'`"
    return "a `u8` is one byte: use a character literal such as `','`, or convert with `as char`"


_CHARACTER_FORMS = {"'": "\\'", '\\"': '"'}


_STATIC_FORMS = {"0": "Zero", "1": "One", "0.0": "Zero", "1.0": "One"}


def number_help(checker: BodyChecker, wanted: Type, span: Span) -> str:
    """Return what to write for a number where a type parameter with the constraint `Number` is wanted."""
    name = show_type(wanted)
    form = _STATIC_FORMS.get(checker.text(span))
    if form is not None:
        return f"literals do not become `{name}`: write `{name}.{form}()`"
    return f"literals do not become `{name}`: add up `{name}.Zero()` and `{name}.One()`, or take a parameter"


def comparison_help(checker: BodyChecker, span: Span) -> str:
    """Return the help text for a number where a `bool` is expected."""
    text = bracketed(checker, span)
    if text.isdecimal():
        return f"write `{'false' if int(text) == 0 else 'true'}`"
    return f"write a comparison: `{text} != 0`"


def parse_help(checker: BodyChecker, span: Span, wanted: Type) -> str:
    """Return the help text for parsing a number from a string."""
    function = "ParseI64" if integer(wanted) else "ParseF64"
    return f"`{bracketed(checker, span)}.{function}()` parses the text and returns a `Result`"


def _short(text: str) -> str:
    return text if len(text) <= 40 and "\n" not in text else "…"
