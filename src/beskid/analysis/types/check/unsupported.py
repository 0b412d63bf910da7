"""The constructs that parse and resolve but cannot be compiled yet: one function each, one message each (E2001)."""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.types.check.state import BodyChecker
from beskid.analysis.types.model import ERROR
from beskid.source.text import Span


def _report(checker: BodyChecker, what: str, span: Span, help: str) -> typed.Expression:
    checker.error("E2001", f"{what} not supported yet", span, "not supported yet", help)
    return typed.UnitValue(span, ERROR)


def reference_parameter(checker: BodyChecker, modifier: str, span: Span) -> None:
    """A `ref` or `out` parameter of an ordinary function."""
    _report(checker, f"`{modifier}` parameters are", span, "return the value, or pass an object with a field")


def extern_call(checker: BodyChecker, name: str, span: Span) -> typed.Expression:
    """A call of an extern contract's function."""
    return _report(checker, f"calls of extern functions (here `{name}`) are", span, "use the core library")
