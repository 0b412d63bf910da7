"""The constructs that parse and resolve but cannot be compiled yet: one function each, one message each (E2001)."""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.types.check.state import BodyChecker
from beskid.analysis.types.model import ERROR
from beskid.source.text import Span


def _report(checker: BodyChecker, what: str, span: Span, help: str) -> typed.Expression:
    checker.error("E2001", f"{what} not supported yet", span, "not supported yet", help)
    return typed.UnitValue(span, ERROR)
