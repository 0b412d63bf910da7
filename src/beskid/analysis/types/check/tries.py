"""The try operator `e?` (`language.md` §4.8, decision L22).

`?` returns the failing variant from the enclosing function or lambda, which must return a fitting `Result` or `Option`.
Directly in the entry function and in tests a failure panics instead.
"""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.relations import option_variants, payload_types, result_variants
from beskid.analysis.model.symbols import VariantSymbol
from beskid.analysis.model.types import ERROR, NEVER, EnumType, InferenceVariable, Type, show_type
from beskid.analysis.model.unify import prune, unify
from beskid.analysis.types.check.conversions import error_value, without_operation
from beskid.analysis.types.check.dispatch import infer
from beskid.analysis.types.check.state import BodyChecker, Frame
from beskid.source.codes import E1206, E1222, E1238
from beskid.source.text import Span
from beskid.syntax import tree


def try_expression(checker: BodyChecker, expression: tree.TryExpression, expected: Type | None) -> typed.Expression:
    operand = infer(checker, expression.operand)
    type = checker.settle(operand.type)
    if type is ERROR or type is NEVER:
        return without_operation(operand, expression.span)
    variants = _variants(type)
    if variants is None or not isinstance(type, EnumType):
        _report_operand(checker, type, expression.operand.span)
        return error_value(expression.span)
    good, failing = variants
    value_type = checker.settle(payload_types(type, good)[0])
    target = prune(checker.frame.result)
    checked = typed.Try(expression.span, value_type, operand, good, failing, False, target)
    if isinstance(target, InferenceVariable):
        checker.has_open_nodes = True
        checker.frame.waiting_tries.append(checked)
        return checked
    return checked if _find_target(checker, checked, checker.frame) else error_value(expression.span)


def settle_tries(checker: BodyChecker, frame: Frame) -> None:
    """Determine where operators before the first `return` of a lambda propagate to. Its result is known at its end."""
    for waiting in frame.waiting_tries:
        _settle(waiting, "return_type", prune(frame.result))
        _find_target(checker, waiting, frame)


def _find_target(checker: BodyChecker, checked: typed.Try, frame: Frame) -> bool:
    """Make the operator propagate when the result of the callable can hold it. Return False after a report."""
    source, target = checker.settle(checked.operand.type), checked.return_type
    assert isinstance(source, EnumType)
    if target is ERROR:
        return True
    variants = _variants(target)
    if not isinstance(target, EnumType) or variants is None:
        function = checker.function
        if function is not None and (function.is_entry or function.is_test) and not frame.is_lambda:
            return True
        _report_no_way_out(checker, source, target, frame, checked.span)
        return False
    if target.symbol.name != source.symbol.name:
        _report_mix(checker, source, target, checked)
        return False
    given = payload_types(source, checked.error)
    wanted = payload_types(target, variants[1])
    if len(given) != len(wanted) or not all(unify(a, b) for a, b in zip(given, wanted, strict=True)):
        _report_error_type(checker, given, wanted, checked.span)
        return False
    _settle(checked, "propagates", True)
    return True


def _settle(waiting: typed.Try, field: str, known: object) -> None:
    """Fill in the types that were unknown when the node was created, as the end of a statement does with open types."""
    setattr(waiting, field, known)


def _variants(type: Type) -> tuple[VariantSymbol, VariantSymbol] | None:
    """Return the variant with the value and the failing one of a Result or an Option."""
    if not isinstance(type, EnumType):
        return None
    option = option_variants(type.symbol)
    if option is not None:
        return option
    result = result_variants(type.symbol)
    return None if result is None or result[1] is None else (result[0], result[1])


def _report_operand(checker: BodyChecker, type: Type, span: Span) -> None:
    checker.error(
        E1222,
        f"`?` is not defined for `{show_type(type)}`",
        span,
        f"this is `{show_type(type)}`",
        "`?` requires a `Result` with `Ok(value)` and `Error(reason)`, or an `Option`",
    )


def _operator(span: Span) -> Span:
    return Span(span.end - 1, span.end)


def _report_no_way_out(checker: BodyChecker, source: EnumType, target: Type, frame: Frame, span: Span) -> None:
    kind = source.symbol.name
    result = show_type(target)
    alternative = "handle the failure with `match`" if kind == "Result" else "use `match` or `UnwrapOr`"
    if frame.is_lambda or checker.function is None:
        callable = "the lambda"
        help = f"`?` leaves the lambda only: {alternative} there, or write a loop in a function that returns {_a(kind)}"
    else:
        callable = f"`{checker.function.name}`"
        arguments = [result, *(show_type(type) for type in source.arguments[1:])]
        written = f"{kind}<{', '.join(arguments)}>" if source.arguments else kind
        help = f"let {callable} return `{written}`, or {alternative}"
    checker.error(
        E1238,
        f"`?` needs a function that returns {_a(kind)}, {callable} returns {result}",
        _operator(span),
        "the failure cannot be returned",
        help,
    )


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "AEIOU" else f"a {kind}"


def _report_mix(checker: BodyChecker, source: EnumType, target: EnumType, checked: typed.Try) -> None:
    operand = checker.text(checked.operand.span)
    shown = operand if len(operand) <= 40 and "\n" not in operand else "(…)"
    method = "OkOr(error)" if source.symbol.name == "Option" else "ToOption()"
    checker.error(
        E1206,
        f"expected {_a(target.symbol.name)}, got {_a(source.symbol.name)}: `?` must match the result of the function",
        _operator(checked.span),
        f"the function returns `{show_type(target)}`",
        f"convert it first: `{shown}.{method}?`",
    )


def _report_error_type(checker: BodyChecker, given: tuple[Type, ...], wanted: tuple[Type, ...], span: Span) -> None:
    given_text = ", ".join([f"`{show_type(type)}`" for type in given]) or "nothing"
    wanted_text = ", ".join([f"`{show_type(type)}`" for type in wanted]) or "nothing"
    checker.error(
        E1206,
        f"expected {wanted_text}, got {given_text}: the error type of `?` must match the result of the function",
        _operator(span),
        f"the error is {given_text}, the function returns {wanted_text}",
        "convert the error with `match` first",
    )
