"""Operators on integer constants: their result is a constant, which must fit the type (decision L21).

A constant operand is an `IntegerValue`: a literal, a constant, or the result of another such operator. `+ - *`, unary
minus and `/` whose result leaves the type are E1237; shifts and bit operators wrap. A division by zero is E1247; in a
`const` item its evaluation reports it (E1231). `MIN % -1` keeps its operator, so that it panics when it is evaluated.
"""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.relations import fits, integer_range, wrap
from beskid.analysis.model.types import I64, U64, PrimitiveType
from beskid.analysis.types.check.conversions import error_value
from beskid.analysis.types.check.state import BodyChecker
from beskid.source.codes import E1237, E1247
from beskid.source.diagnostics import Diagnostic, error
from beskid.source.text import SourceText, Span
from beskid.syntax import tree
from beskid.syntax.operators import BINARY, Family, PrefixOperator


def folded(
    checker: BodyChecker, node: tree.BinaryExpression, left: typed.IntegerValue, right: typed.IntegerValue
) -> typed.Expression:
    """Return the result of an arithmetic, bitwise or shift operator. Reports E1237 and E1247."""
    row = BINARY[node.operator]
    type = left.type
    assert isinstance(type, PrimitiveType)
    if row.family is Family.SHIFT:
        return typed.IntegerValue(node.span, type, wrap(row.meaning(left.value, right.value % type.bits), type))
    if row.divides and right.value == 0 and checker.function is not None:
        checker.error(
            E1247,
            f"`{node.operator}` divides by zero",
            node.span,
            "always panics",
            "divide by another number; to end the program, write `Panic(message)`",
        )
        return error_value(node.span)
    if row.divides and (
        right.value == 0 or (right.value == -1 and not row.leaves_type and not fits(-left.value, type))
    ):
        return typed.Binary(node.span, type, node.operator, left, right)
    result = row.meaning(left.value, right.value)
    return _checked(checker, result, type, node.span)


def folded_prefix(
    checker: BodyChecker, node: tree.UnaryExpression, row: PrefixOperator, operand: typed.IntegerValue
) -> typed.Expression:
    """Return the result of a prefix operator. Reports E1237."""
    type = operand.type
    assert isinstance(type, PrimitiveType)
    result = row.meaning(operand.value)
    return _checked(checker, result if row.leaves_type else wrap(result, type), type, node.span)


def _checked(checker: BodyChecker, result: int, type: PrimitiveType, span: Span) -> typed.Expression:
    if fits(result, type):
        return typed.IntegerValue(span, type, result)
    checker.diagnostics.append(constant_overflow(result, type, checker.source, span))
    return error_value(span)


def constant_overflow(result: int, type: PrimitiveType, source: SourceText, span: Span) -> Diagnostic:
    """Return the error for a constant expression whose result leaves its type."""
    low, high = integer_range(type)
    wider = next((each for each in (I64, U64) if each is not type and fits(result, each)), None)
    if wider is not None:
        help = f"compute in a wider type such as `{wider.name}`, or write the value that is meant"
    else:
        help = "compute in `f64`, or write the value that is meant"
    return error(
        E1237,
        f"the result {result} does not fit `{type.name}`, which holds {low} to {high}",
        source,
        span,
        "overflows",
        help,
    )
