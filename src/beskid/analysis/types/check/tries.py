"""The try operator `e?` (`language.md` §4.8)."""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.names.symbols import VariantSymbol
from beskid.analysis.types.check.conversions import error_value
from beskid.analysis.types.check.dispatch import infer
from beskid.analysis.types.check.state import BodyChecker
from beskid.analysis.types.infer import prune, unify
from beskid.analysis.types.model import ERROR, NEVER, EnumType, Type, show_type
from beskid.analysis.types.relations import payload_types, result_variants
from beskid.source.text import Span
from beskid.syntax import tree


def try_expression(checker: BodyChecker, expression: tree.TryExpression, expected: Type | None) -> typed.Expression:
    operand = infer(checker, expression.operand)
    type = checker.settle(operand.type)
    if type is ERROR or type is NEVER:
        return error_value(expression.span)
    ok, failing = _variants(type)
    if ok is None or failing is None or not isinstance(type, EnumType):
        _report_operand(checker, type, expression.operand.span)
        return error_value(expression.span)
    value_type = checker.settle(payload_types(type, ok)[0])
    target = prune(checker.frame.result)
    target_failing = _variants(target)[1]
    propagates = False
    if isinstance(target, EnumType) and target_failing is not None:
        given = payload_types(type, failing)
        wanted = payload_types(target, target_failing)
        if len(given) != len(wanted) or not all(unify(a, b) for a, b in zip(given, wanted, strict=True)):
            _report_error_type(checker, given, wanted, expression)
            return error_value(expression.span)
        propagates = True
    return typed.Try(expression.span, value_type, operand, ok, failing, propagates, target)


def _variants(type: Type) -> tuple[VariantSymbol | None, VariantSymbol | None]:
    """The `Ok` and the failing variant of a Result type."""
    variants = result_variants(type.symbol) if isinstance(type, EnumType) else None
    return variants if variants is not None else (None, None)


def _report_operand(checker: BodyChecker, type: Type, span: Span) -> None:
    if isinstance(type, EnumType) and type.symbol.name == "Option":
        help = "take the value out with `match`; `?` is for Result"
    else:
        help = "`?` takes a Result: an enum with `Ok(value)` and `Error(reason)`"
    checker.error("E1222", f"`?` is not defined for {show_type(type)}", span, f"this is {show_type(type)}", help)


def _report_error_type(
    checker: BodyChecker, given: tuple[Type, ...], wanted: tuple[Type, ...], expression: tree.TryExpression
) -> None:
    given_text = ", ".join([show_type(type) for type in given]) or "nothing"
    wanted_text = ", ".join([show_type(type) for type in wanted]) or "nothing"
    checker.error(
        "E1206",
        f"expected {wanted_text}, got {given_text}: the error of `?` must be that of the function's result",
        Span(expression.span.end - 1, expression.span.end),
        f"fails with {given_text}, the function with {wanted_text}",
        "convert the error with `match` first",
    )
