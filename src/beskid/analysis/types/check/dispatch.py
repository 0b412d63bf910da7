"""Checking one expression: inferring its type, or checking it against an expected type.

`expected` is the type that the context prefers: a hint for literals, lambdas and constructors, not a guarantee.
"""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.types import Type
from beskid.analysis.types.check.conversions import coerce
from beskid.analysis.types.check.state import BodyChecker
from beskid.source.codes import Code
from beskid.syntax import tree


def infer(checker: BodyChecker, expression: tree.Expression, expected: Type | None = None) -> typed.Expression:
    """Return the typed expression with its own type, guided by `expected`."""
    return checker.rules.expressions[type(expression)](checker, expression, expected)


def check(checker: BodyChecker, expression: tree.Expression, expected: Type) -> typed.Expression:
    """Return the typed expression converted to `expected`. Reports a mismatch."""
    value = checker.rules.expressions[type(expression)](checker, expression, expected)
    return coerce(checker, value, expected, expression.span)


def find_place(checker: BodyChecker, expression: tree.Expression, code: Code) -> typed.Place | None:
    """Return the assignable place that an expression denotes. Reports `code` if there is none."""
    return checker.rules.place(checker, expression, code)
