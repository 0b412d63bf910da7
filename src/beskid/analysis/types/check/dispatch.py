"""The two questions about an expression: which type has it, and does it have that type.

The handler of each kind of expression is found in a table that `table.py` fills; handlers come back here for their
parts. `expected` is what the context would like, a hint for literals, lambdas and constructors, never a promise.
"""

from __future__ import annotations

from collections.abc import Callable

from beskid.analysis import typed
from beskid.analysis.model.types import Type
from beskid.analysis.types.check.conversions import coerce
from beskid.analysis.types.check.state import BodyChecker
from beskid.source.codes import Code
from beskid.syntax import tree

Handler = Callable[[BodyChecker, tree.Expression, Type | None], typed.Expression]

HANDLERS: dict[type, Handler] = {}

PlaceHandler = Callable[[BodyChecker, tree.Expression, Code], typed.Place | None]

PLACES: list[PlaceHandler] = []
"""The one handler of assignable places; `table.py` puts it here."""


def infer(checker: BodyChecker, expression: tree.Expression, expected: Type | None = None) -> typed.Expression:
    """The typed expression with the type it has by itself, guided by `expected`."""
    return HANDLERS[type(expression)](checker, expression, expected)


def find_place(checker: BodyChecker, expression: tree.Expression, code: Code) -> typed.Place | None:
    """The place that an expression denotes; what is none is reported under `code`."""
    return PLACES[0](checker, expression, code)


def check(checker: BodyChecker, expression: tree.Expression, expected: Type) -> typed.Expression:
    """The typed expression converted to `expected`; reports where it does not fit."""
    value = HANDLERS[type(expression)](checker, expression, expected)
    return coerce(checker, value, expected, expression.span)
