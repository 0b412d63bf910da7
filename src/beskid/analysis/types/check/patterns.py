"""Patterns: literals, bindings, wildcards and enum variants, checked against the matched type (`language.md` §4.9)."""

from __future__ import annotations

from typing import assert_never

from beskid.analysis import typed
from beskid.analysis.model.relations import is_ascii, numeric, payload_types
from beskid.analysis.model.symbols import LocalSymbol, VariantSymbol
from beskid.analysis.model.types import (
    BOOL,
    CHAR,
    ERROR,
    F64,
    I64,
    PRIMITIVES,
    STRING,
    U8,
    EnumType,
    Type,
    show_type,
)
from beskid.analysis.model.unify import prune
from beskid.analysis.types.check.constructors import find_variant, resolve_enum
from beskid.analysis.types.check.conversions import mismatch
from beskid.analysis.types.check.literals import integer_constant
from beskid.analysis.types.check.state import BodyChecker
from beskid.source.codes import E1206, E1306, E1307
from beskid.source.diagnostics import Label
from beskid.source.text import Span
from beskid.syntax import tree


def check_pattern(checker: BodyChecker, pattern: tree.Pattern, type: Type, bound: dict[str, Span]) -> typed.Pattern:
    """Check a pattern and declare its bindings in the innermost scope. `bound` contains the names bound so far."""
    type = prune(type)
    match pattern:
        case tree.BindingPattern():
            return _binding(checker, pattern, type, bound)
        case tree.LiteralPattern():
            return _literal(checker, pattern, type)
        case tree.EnumPattern():
            return _enum(checker, pattern, type, bound)
        case tree.WildcardPattern():
            return typed.WildcardPattern(pattern.span, type)
        case tree.ErrorPattern():
            return typed.WildcardPattern(pattern.span, ERROR)
        case _:
            assert_never(pattern)


def _binding(checker: BodyChecker, pattern: tree.BindingPattern, type: Type, bound: dict[str, Span]) -> typed.Pattern:
    name = pattern.name.text
    local = LocalSymbol(name, type, False, pattern.span)
    checker.fixed_locals.add(local)
    first = bound.get(name)
    if first is not None:
        checker.error(
            E1306,
            f"`{name}` is bound twice in one pattern",
            pattern.span,
            "second binding",
            "choose another name, or compare in a guard: `when a == b`",
            (Label(checker.source, first, "first bound here"),),
        )
        return typed.BindingPattern(pattern.span, type, local)
    bound[name] = pattern.span
    checker.declare(local)
    local.is_binding = True
    checker.watched.append(local)
    return typed.BindingPattern(pattern.span, type, local)


def _literal(checker: BodyChecker, pattern: tree.LiteralPattern, type: Type) -> typed.Pattern:
    literal = pattern.literal
    sign = -1 if pattern.negative else 1
    failed = typed.WildcardPattern(pattern.span, ERROR)
    if type is ERROR:
        return failed
    if isinstance(literal, tree.IntegerLiteral):
        number = numeric(type)
        own = PRIMITIVES.get(literal.suffix) if literal.suffix else None
        value = sign * literal.value
        if number is None or (own is not None and own is not number):
            mismatch(checker, type, own or I64, pattern.span)
            return failed
        constant = integer_constant(checker, value, number, pattern.span)
        if isinstance(constant, typed.IntegerValue | typed.FloatValue):
            return typed.LiteralPattern(pattern.span, type, constant.value)
        return failed
    own_type: Type
    content: int | float | bool | str
    if isinstance(literal, tree.FloatLiteral):
        number = numeric(type)
        is_suitable = number is not None and number.is_float
        own_type, content = (type if is_suitable else F64), sign * literal.value
    elif isinstance(literal, tree.BoolLiteral):
        own_type, content = BOOL, literal.value
    elif isinstance(literal, tree.CharLiteral):
        own_type, content = (U8 if type is U8 and is_ascii(literal.value) else CHAR), literal.value
    else:
        own_type, content = STRING, "".join([piece for piece in literal.pieces if isinstance(piece, str)])
    if own_type is not type:
        mismatch(checker, type, own_type, pattern.span)
        return failed
    return typed.LiteralPattern(pattern.span, type, content)


def _enum(checker: BodyChecker, pattern: tree.EnumPattern, type: Type, bound: dict[str, Span]) -> typed.Pattern:
    resolved = resolve_enum(checker, pattern.prefix, type if isinstance(type, EnumType) else None)
    if resolved is None or type is ERROR:
        return _recover(checker, pattern, bound)
    symbol, _ = resolved
    if not isinstance(type, EnumType) or symbol is not type.symbol:
        checker.error(
            E1206,
            f"expected `{show_type(type)}`, got `{symbol.name}`",
            pattern.span,
            f"this matches {symbol.name} only",
            f"the matched value is `{show_type(type)}`; write a pattern of that type",
        )
        return _recover(checker, pattern, bound)
    variant = find_variant(checker, symbol, pattern.variant)
    if variant is None:
        return _recover(checker, pattern, bound)
    payload = payload_types(type, variant)
    parts = pattern.fields or ()
    if len(parts) != len(payload):
        _report_arity(checker, pattern, type, variant, len(parts))
        return _recover(checker, pattern, bound)
    fields = tuple([check_pattern(checker, part, field, bound) for part, field in zip(parts, payload, strict=True)])
    return typed.VariantPattern(pattern.span, type, variant, fields)


def _report_arity(
    checker: BodyChecker, pattern: tree.EnumPattern, type: EnumType, variant: VariantSymbol, given: int
) -> None:
    names = [name for name, _ in variant.fields]
    form = f"{type.symbol.name}::{variant.name}"
    if names:
        form += f"({', '.join(names)})"
    count = len(names)
    checker.error(
        E1307,
        f"`{type.symbol.name}::{variant.name}` has {count} payload value{'' if count == 1 else 's'}, the pattern "
        f"has {given}",
        pattern.span,
        f"expected {count} sub-pattern{'' if count == 1 else 's'}",
        f"write `{form}`; `_` skips a value",
    )


def _recover(checker: BodyChecker, pattern: tree.EnumPattern, bound: dict[str, Span]) -> typed.Pattern:
    """Bind the names of an invalid pattern, so that its arm causes no further errors."""
    for part in pattern.fields or ():
        check_pattern(checker, part, ERROR, bound)
    return typed.WildcardPattern(pattern.span, ERROR)
