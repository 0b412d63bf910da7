"""Interpolated values with a format: `${x:8.2}` is `Core.Text.Format(x, "8.2")` (decision L27)."""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.symbols import FunctionSymbol
from beskid.analysis.model.types import ERROR, NEVER, STRING, UNIT, show_type
from beskid.analysis.model.unify import prune
from beskid.analysis.model.world import CORE_LIBRARY
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
    fault = find_fault(piece.format, kind_of(type), show_type(type))
    if fault is not None:
        start = piece.format_span.start
        span = Span(start + fault.start, start + fault.end)
        checker.error(E1246, fault.message, span, fault.label, fault.help)
        return error_value(piece.span)
    world = checker.world
    module = world.find(CORE_LIBRARY, _MODULE)
    assert module is not None
    world.index(module)
    function = module.members[_FUNCTION]
    assert isinstance(function, FunctionSymbol)
    world.ensure(function)
    format = typed.StringValue(piece.format_span, STRING, piece.format)
    return typed.Call(piece.span, STRING, function, (checker.settle(type),), (value, format))


def no_value(checker: BodyChecker, expression: tree.Expression) -> typed.Expression:
    """Report an expression of type `unit` in `${…}`."""
    help = "write the call as a statement before the string"
    checker.error(E1206, "expected a value, got `unit`", expression.span, "this has no value", help)
    return error_value(expression.span)
