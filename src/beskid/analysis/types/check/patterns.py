"""Patterns: literals, bindings, wildcards and enum variants, checked against the matched type (`language.md` §4.9)."""

from __future__ import annotations

from typing import assert_never

from beskid.analysis import typed
from beskid.analysis.model.relations import integer, is_ascii, numeric, payload_types
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
    UNIT,
    EnumType,
    Type,
    show_type,
)
from beskid.analysis.model.unify import prune
from beskid.analysis.types.check.constructors import find_variant, resolve_enum
from beskid.analysis.types.check.conversions import mismatch
from beskid.analysis.types.check.literals import integer_constant
from beskid.analysis.types.check.state import BodyChecker
from beskid.base.spelling import counted
from beskid.source.codes import E1206, E1306, E1307, E1309, E1310, W1103
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
        case tree.RangePattern():
            return _range(checker, pattern, type)
        case tree.OrPattern():
            return _alternatives(checker, pattern, type, bound)
        case tree.EnumPattern():
            return _enum(checker, pattern, type, bound)
        case tree.WildcardPattern():
            return typed.WildcardPattern(pattern.span, type)
        case tree.ErrorPattern():
            for part in pattern.fields:
                check_pattern(checker, part, ERROR, bound)
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


def _range(checker: BodyChecker, pattern: tree.RangePattern, type: Type) -> typed.Pattern:
    failed = typed.WildcardPattern(pattern.span, ERROR)
    low = _literal(checker, pattern.low, type)
    if not isinstance(low, typed.LiteralPattern):
        return failed
    high = _literal(checker, pattern.high, type)
    if not isinstance(high, typed.LiteralPattern):
        return failed
    if (
        not isinstance(low.value, int)
        or not isinstance(high.value, int)
        or (integer(type) is None and type is not CHAR)
    ):
        checker.error(
            E1206,
            f"range patterns match integers and characters, got `{show_type(type)}`",
            pattern.span,
            f"this is `{show_type(type)}`",
            "compare in a guard: `x when x >= 1.0 && x <= 2.0`",
        )
        return failed
    if low.value > high.value:
        swapped = f"{checker.text(pattern.high.span)}..={checker.text(pattern.low.span)}"
        message = "the range is empty: its first bound is greater than its last"
        checker.error(E1310, message, pattern.span, "no value matches", f"write the smaller bound first: `{swapped}`")
        return failed
    return typed.RangePattern(pattern.span, type, low.value, high.value)


def _alternatives(checker: BodyChecker, pattern: tree.OrPattern, type: Type, bound: dict[str, Span]) -> typed.Pattern:
    """Check alternatives. The names of the first are declared; in the others they stand for the same locals."""
    scope = checker.scopes[-1]
    before = dict(scope)
    names = dict(bound)
    made = [check_pattern(checker, pattern.alternatives[0], type, bound)]
    first = {name: local for name, local in scope.items() if before.get(name) is not local}
    for alternative in pattern.alternatives[1:]:
        checker.scopes[-1] = dict(before)
        mark, watched = len(checker.diagnostics), len(checker.watched)
        other = check_pattern(checker, alternative, type, dict(names))
        del checker.watched[watched:]
        # A name that hides another one was reported at the first alternative.
        checker.diagnostics[mark:] = [each for each in checker.diagnostics[mark:] if each.code != W1103]
        locals = {name: local for name, local in checker.scopes[-1].items() if before.get(name) is not local}
        checker.scopes[-1] = scope
        if is_broken(other) or is_broken(made[0]):
            made.append(typed.WildcardPattern(alternative.span, ERROR))
        elif not _report_names(checker, pattern, alternative, first, locals):
            made.append(_with_locals(other, first))
        for name, local in locals.items():
            # A name that was reported is known in the arm, so that its uses are not reported too.
            scope.setdefault(name, local)
            if checker.world.occurrences is not None and name in first:
                checker.world.occurrences.note(checker.source, local.span, first[name])
    if any(is_broken(each) for each in made) or len(made) < len(pattern.alternatives):
        return typed.WildcardPattern(pattern.span, ERROR)
    return typed.OrPattern(pattern.span, type, tuple(made))


def _report_names(
    checker: BodyChecker,
    pattern: tree.OrPattern,
    alternative: tree.Pattern,
    first: dict[str, LocalSymbol],
    locals: dict[str, LocalSymbol],
) -> bool:
    """Report an alternative that does not bind the names of the first with their types. Return whether it is one."""
    different = [name for name in {**first, **locals} if (name in first) != (name in locals)]
    start = pattern.alternatives[0].span
    if different:
        name = different[0]
        where = alternative.span if name in first else locals[name].span
        there = start if name in locals else first[name].span
        message = f"`{name}` is not bound in every alternative of the pattern"
        label = f"`{name}` is bound in one alternative only" if name in locals else f"does not bind `{name}`"
        related = (Label(checker.source, there, f"{'does not bind' if name in locals else 'binds'} `{name}`"),)
        checker.error(E1309, message, where, label, "bind the same names in each, or write `_`", related)
        return True
    for name, local in locals.items():
        wanted, given = show_type(first[name].type), show_type(local.type)
        if prune(local.type) != prune(first[name].type):
            message = f"`{name}` has different types in the alternatives: expected `{wanted}`, got `{given}`"
            related = (Label(checker.source, first[name].span, f"this is `{wanted}`"),)
            checker.error(E1309, message, local.span, f"this is `{given}`", "write an arm for each", related)
            return True
    return False


def _with_locals(pattern: typed.Pattern, locals: dict[str, LocalSymbol]) -> typed.Pattern:
    """Return the pattern with other locals for its names."""
    match pattern:
        case typed.BindingPattern():
            return typed.BindingPattern(pattern.span, pattern.type, locals[pattern.local.name])
        case typed.VariantPattern():
            fields = tuple([_with_locals(field, locals) for field in pattern.fields])
            return typed.VariantPattern(pattern.span, pattern.type, pattern.variant, fields)
        case typed.OrPattern():
            alternatives = tuple([_with_locals(each, locals) for each in pattern.alternatives])
            return typed.OrPattern(pattern.span, pattern.type, alternatives)
        case typed.WildcardPattern() | typed.LiteralPattern() | typed.RangePattern():
            return pattern
        case _:
            assert_never(pattern)


def is_broken(pattern: typed.Pattern) -> bool:
    """Return whether a part of the pattern was reported."""
    if isinstance(pattern, typed.VariantPattern):
        return any(is_broken(field) for field in pattern.fields)
    if isinstance(pattern, typed.OrPattern):
        return any(is_broken(each) for each in pattern.alternatives)
    return pattern.type is ERROR


def _enum(checker: BodyChecker, pattern: tree.EnumPattern, type: Type, bound: dict[str, Span]) -> typed.Pattern:
    resolved = resolve_enum(checker, pattern.prefix, type if isinstance(type, EnumType) else None)
    if resolved is None or type is ERROR:
        return _recover(checker, pattern, bound)
    symbol, _ = resolved
    if checker.world.occurrences is not None:
        checker.world.occurrences.note_receiver(checker.source, pattern.variant.span.start, type)
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
    if pattern.fields == () and _is_one_unit(payload):
        return typed.VariantPattern(pattern.span, type, variant, (typed.WildcardPattern(pattern.span, UNIT),))
    if len(parts) != len(payload):
        _report_arity(checker, pattern, type, variant, len(parts))
        return _recover(checker, pattern, bound)
    fields = tuple([check_pattern(checker, part, field, bound) for part, field in zip(parts, payload, strict=True)])
    return typed.VariantPattern(pattern.span, type, variant, fields)


def _is_one_unit(payload: tuple[Type, ...]) -> bool:
    """Return whether `V()` matches a variant with this payload (decision L29)."""
    return len(payload) == 1 and prune(payload[0]) is UNIT


def _report_arity(
    checker: BodyChecker, pattern: tree.EnumPattern, type: EnumType, variant: VariantSymbol, given: int
) -> None:
    names = [name for name, _ in variant.fields]
    form = f"{type.symbol.name}::{variant.name}"
    if _is_one_unit(payload_types(type, variant)):
        form += "()"
    elif names:
        form += f"({', '.join(names)})"
    count = len(names)
    checker.error(
        E1307,
        f"`{type.symbol.name}::{variant.name}` has {counted(count, 'payload value')}, the pattern has {given}",
        pattern.span,
        f"expected {counted(count, 'sub-pattern')}",
        f"write `{form}`; `_` skips a value",
    )


def _recover(checker: BodyChecker, pattern: tree.EnumPattern, bound: dict[str, Span]) -> typed.Pattern:
    """Bind the names of an invalid pattern, so that its arm causes no further errors."""
    for part in pattern.fields or ():
        check_pattern(checker, part, ERROR, bound)
    return typed.WildcardPattern(pattern.span, ERROR)
