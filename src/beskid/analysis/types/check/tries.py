"""The try operator `e?` (`language.md` §4.8)."""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.relations import payload_types, result_variants
from beskid.analysis.model.symbols import VariantSymbol
from beskid.analysis.model.types import ERROR, NEVER, EnumType, InferenceVariable, Type, show_type
from beskid.analysis.model.unify import prune, unify
from beskid.analysis.types.check.conversions import error_value
from beskid.analysis.types.check.dispatch import infer
from beskid.analysis.types.check.state import BodyChecker, Frame
from beskid.source.codes import E1206, E1222
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
    checked = typed.Try(expression.span, value_type, operand, ok, failing, False, target)
    if isinstance(target, InferenceVariable):
        checker.has_open_nodes = True
        checker.frame.waiting_tries.append(checked)
        return checked
    return checked if _find_target(checker, checked) else error_value(expression.span)


def settle_tries(checker: BodyChecker, frame: Frame) -> None:
    """Determine where operators before the first `return` of a lambda propagate to. Its result is known at its end."""
    for waiting in frame.waiting_tries:
        _settle(waiting, "return_type", prune(frame.result))
        _find_target(checker, waiting)


def _find_target(checker: BodyChecker, checked: typed.Try) -> bool:
    """Make the operator propagate when the result of the callable can hold the error. Return False after a report."""
    source, target = checked.operand.type, checked.return_type
    failing = _variants(target)[1]
    if not isinstance(target, EnumType) or failing is None:
        return True
    source = checker.settle(source)
    assert isinstance(source, EnumType)
    given = payload_types(source, checked.error)
    wanted = payload_types(target, failing)
    if len(given) != len(wanted) or not all(unify(a, b) for a, b in zip(given, wanted, strict=True)):
        _report_error_type(checker, given, wanted, checked.span)
        return False
    _settle(checked, "propagates", True)
    return True


def _settle(waiting: typed.Try, field: str, known: object) -> None:
    """Fill in the types that were unknown when the node was created, as the end of a statement does with open types."""
    setattr(waiting, field, known)


def _variants(type: Type) -> tuple[VariantSymbol | None, VariantSymbol | None]:
    """Return the `Ok` and the failing variant of a Result type."""
    variants = result_variants(type.symbol) if isinstance(type, EnumType) else None
    return variants if variants is not None else (None, None)


def _report_operand(checker: BodyChecker, type: Type, span: Span) -> None:
    if isinstance(type, EnumType) and type.symbol.name == "Option":
        help = "unwrap the value with `match`; `?` requires a Result"
    else:
        help = "`?` requires a Result: an enum with `Ok(value)` and `Error(reason)`"
    checker.error(E1222, f"`?` is not defined for {show_type(type)}", span, f"this is {show_type(type)}", help)


def _report_error_type(checker: BodyChecker, given: tuple[Type, ...], wanted: tuple[Type, ...], span: Span) -> None:
    given_text = ", ".join([show_type(type) for type in given]) or "nothing"
    wanted_text = ", ".join([show_type(type) for type in wanted]) or "nothing"
    checker.error(
        E1206,
        f"expected {wanted_text}, got {given_text}: the error type of `?` must match the result of the function",
        Span(span.end - 1, span.end),
        f"the error is {given_text}, the function returns {wanted_text}",
        "convert the error with `match` first",
    )
