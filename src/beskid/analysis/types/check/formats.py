"""Interpolated values with a format: `${x:8.2}` is `Core.Text.Format(x, "8.2")` (decision L27)."""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.symbols import FunctionSymbol
from beskid.analysis.model.types import ERROR, NEVER, STRING, UNIT, Type, show_type
from beskid.analysis.model.unify import prune
from beskid.analysis.model.world import is_of_library
from beskid.analysis.names.library import library_function
from beskid.analysis.types.check.conversions import error_value
from beskid.analysis.types.check.dispatch import infer
from beskid.analysis.types.check.state import BodyChecker
from beskid.analysis.types.formats import find_fault, kind_of
from beskid.source.codes import E1206, E1246
from beskid.source.text import Span
from beskid.syntax import tree

_MODULE = ("Core", "Text")
_FUNCTION = "Format"


def formatted_value(checker: BodyChecker, piece: tree.FormattedPiece) -> typed.Expression:
    value = infer(checker, piece.value)
    type = prune(value.type)
    if type in (NEVER, ERROR):
        return value
    if type is UNIT:
        return no_value(checker, piece.value)
    if not check_format(checker, piece.format, piece.format_span, type):
        return error_value(piece.span)
    function = library_function(checker.world, _MODULE, _FUNCTION)
    format = typed.StringValue(piece.format_span, STRING, piece.format)
    return typed.Call(piece.span, STRING, function, (checker.settle(type),), (value, format))


def check_format(checker: BodyChecker, format: str, span: Span, type: Type) -> bool:
    """Return whether the format at `span` fits the type. Reports E1246."""
    fault = find_fault(format, kind_of(type), show_type(type))
    if fault is None:
        return True
    if checker.text(span) == format:
        span = Span(span.start + fault.start, span.start + fault.end)
    checker.error(E1246, fault.message, span, fault.label, fault.help)
    return False


def check_format_call(checker: BodyChecker, function: FunctionSymbol, type: Type, format: typed.Expression) -> bool:
    """Return whether a call of `Core.Text.Format` has a format that fits; one that is not a literal may fit."""
    if not is_of_library(function, _MODULE, "Format"):
        return True
    if not isinstance(format, typed.StringValue) or type is ERROR:
        return True
    inside = Span(format.span.start + 1, format.span.end - 1)
    is_plain = checker.text(inside) == format.value
    return check_format(checker, format.value, inside if is_plain else format.span, type)


def no_value(checker: BodyChecker, expression: tree.Expression) -> typed.Expression:
    """Report an expression of type `unit` in `${…}`."""
    help = "write the call as a statement before the string"
    checker.error(E1206, "expected a value, got `unit`", expression.span, "this has no value", help)
    return error_value(expression.span)
