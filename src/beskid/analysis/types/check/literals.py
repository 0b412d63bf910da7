"""Literals: the type and range of a number, and interpolated strings.

A number literal without a suffix takes the expected type if that is a number type, and otherwise `i64` or `f64`
(decision L21). Expressions of such literals adapt as a whole. An immutable local whose initial value is such an integer
expression stands for a literal with its value.
"""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.relations import fits, integer_range, is_ascii, numeric
from beskid.analysis.model.types import (
    BOOL,
    CHAR,
    ERROR,
    F32,
    F64,
    I64,
    NEVER,
    PRIMITIVES,
    STRING,
    U8,
    U64,
    UNIT,
    FunctionType,
    PrimitiveType,
    Type,
)
from beskid.analysis.model.unify import prune
from beskid.analysis.types.check.conversions import error_value, mismatch
from beskid.analysis.types.check.dispatch import infer
from beskid.analysis.types.check.formats import formatted_value, no_value
from beskid.analysis.types.check.state import BodyChecker
from beskid.analysis.types.evaluate import round_float
from beskid.source.codes import E1206
from beskid.source.text import Span
from beskid.syntax import tree
from beskid.syntax.operators import BINARY, PREFIX, Operands

_ADAPTING_BINARY = frozenset(row.spelling for row in BINARY.values() if row.family.keeps_type)
_ADAPTING_PREFIX = frozenset(row.spelling for row in PREFIX.values() if row.operands is not Operands.BOOL)


def strip_groups(expression: tree.Expression) -> tree.Expression:
    """Return the expression inside any parentheses."""
    while isinstance(expression, tree.GroupedExpression):
        expression = expression.inner
    return expression


def is_untyped(checker: BodyChecker, expression: tree.Expression) -> bool:
    """Return whether the expression consists of number literals without suffix, and of locals that stand for one, so
    that it has no type yet.
    """
    while True:
        if isinstance(expression, tree.IntegerLiteral | tree.FloatLiteral):
            return not expression.suffix
        if isinstance(expression, tree.GroupedExpression):
            expression = expression.inner
        elif isinstance(expression, tree.UnaryExpression) and expression.operator in _ADAPTING_PREFIX:
            expression = expression.operand
        elif isinstance(expression, tree.BinaryExpression) and expression.operator in _ADAPTING_BINARY:
            if not is_untyped(checker, expression.right):
                return False
            expression = expression.left
        elif isinstance(expression, tree.NameExpression):
            return checker.constant_local(expression.name.text) is not None
        else:
            return False


def default_type(expression: tree.Expression) -> PrimitiveType:
    """Return the type of an untyped literal expression without an expected type."""
    pending = [expression]
    while pending:
        part = pending.pop()
        if isinstance(part, tree.FloatLiteral):
            return F64
        if isinstance(part, tree.GroupedExpression):
            pending.append(part.inner)
        elif isinstance(part, tree.UnaryExpression):
            pending.append(part.operand)
        elif isinstance(part, tree.BinaryExpression):
            pending.extend((part.left, part.right))
    return I64


def has_float(expression: tree.Expression) -> bool:
    return default_type(expression) is F64


def adapted_type(expression: tree.Expression, other: PrimitiveType) -> PrimitiveType:
    """Return the type that an untyped expression takes next to an operand of type `other`."""
    if other.is_integer and has_float(expression):
        return F64
    return other


def integer_constant(checker: BodyChecker, value: int, type: PrimitiveType, span: Span) -> typed.Expression:
    """Return an integer constant of a number type after checking its range."""
    if type.is_float:
        return typed.FloatValue(span, type, float(value))
    if fits(value, type):
        return typed.IntegerValue(span, type, value)
    low, high = integer_range(type)
    wider = I64 if fits(value, I64) else U64 if fits(value, U64) else None
    help = f"`{type.name}` holds {low} to {high}"
    if wider is not None:
        help += f"; use a wider type such as {wider.name}"
    checker.error(E1206, f"expected `{type.name}`, got {value}, which does not fit", span, "out of range", help)
    return error_value(span)


def _suffix_type(checker: BodyChecker, suffix: str, span: Span) -> PrimitiveType | None:
    type = PRIMITIVES.get(suffix)
    if type is not None and type.is_numeric:
        return type
    checker.error(
        E1206,
        f"expected a number type, got the suffix {suffix}",
        span,
        "unknown suffix",
        "write for example `8_i64`",
    )
    return None


def signed_integer(
    checker: BodyChecker, literal: tree.IntegerLiteral, sign: int, expected: Type | None, span: Span
) -> typed.Expression:
    """Check an integer literal together with its sign, so that the smallest value can be written."""
    value = sign * literal.value
    if literal.suffix:
        type = _suffix_type(checker, literal.suffix, literal.span)
        return error_value(span) if type is None else integer_constant(checker, value, type, span)
    wanted = numeric(prune(expected)) if expected is not None else None
    if wanted is None and expected is not None and prune(expected) is ERROR:
        return error_value(span)
    return integer_constant(checker, value, I64 if wanted is None else wanted, span)


def local_constant(value: int, expected: Type | None, span: Span) -> typed.Expression:
    """Return the value of a local that stands for a literal, in the expected number type if it fits, or as `i64`."""
    wanted = numeric(prune(expected)) if expected is not None else None
    if wanted is not None and wanted.is_float:
        rounded = round_float(float(value), wanted)
        if rounded == value:
            return typed.FloatValue(span, wanted, rounded)
    elif wanted is not None and fits(value, wanted):
        return typed.IntegerValue(span, wanted, value)
    return typed.IntegerValue(span, I64, value)


def integer_literal(checker: BodyChecker, expression: tree.IntegerLiteral, expected: Type | None) -> typed.Expression:
    return signed_integer(checker, expression, 1, expected, expression.span)


def float_literal(checker: BodyChecker, expression: tree.FloatLiteral, expected: Type | None) -> typed.Expression:
    type = F64
    if expression.suffix:
        written = _suffix_type(checker, expression.suffix, expression.span)
        if written is None:
            return error_value(expression.span)
        if written.is_integer:
            mismatch(checker, written, F64, expression.span)
            return error_value(expression.span)
        type = written
    elif expected is not None and prune(expected) is F32:
        type = F32
    return typed.FloatValue(expression.span, type, expression.value)


def bool_literal(checker: BodyChecker, expression: tree.BoolLiteral, expected: Type | None) -> typed.Expression:
    return typed.BoolValue(expression.span, BOOL, expression.value)


def char_literal(checker: BodyChecker, expression: tree.CharLiteral, expected: Type | None) -> typed.Expression:
    """Return a character below U+0080 is a byte where a `u8` is wanted (decision L24)."""
    is_byte = expected is not None and prune(expected) is U8 and is_ascii(expression.value)
    return typed.IntegerValue(expression.span, U8 if is_byte else CHAR, expression.value)


def string_literal(checker: BodyChecker, expression: tree.StringLiteral, expected: Type | None) -> typed.Expression:
    pieces = expression.pieces
    if not pieces:
        return typed.StringValue(expression.span, STRING, "")
    if len(pieces) == 1 and isinstance(pieces[0], str):
        return typed.StringValue(expression.span, STRING, pieces[0])
    parts: list[typed.Expression] = []
    has_failed = False
    for piece in pieces:
        if isinstance(piece, str):
            if piece:
                parts.append(typed.StringValue(expression.span, STRING, piece))
            continue
        part = _interpolated(checker, piece)
        has_failed = has_failed or part.type is ERROR
        parts.append(part)
    if has_failed:
        return error_value(expression.span)
    return typed.Interpolation(expression.span, STRING, tuple(parts))


def _interpolated(checker: BodyChecker, piece: tree.Expression | tree.FormattedPiece) -> typed.Expression:
    if isinstance(piece, tree.FormattedPiece):
        return formatted_value(checker, piece)
    value = infer(checker, piece)
    type = prune(value.type)
    if type in (STRING, NEVER, ERROR):
        return value
    if isinstance(value, typed.BoundMethod):
        written = checker.text(piece.span)
        method = value.function.name
        takes = "…" if isinstance(type, FunctionType) and type.parameters else ""
        help = f"call it: `{written}({takes})`"
        checker.error(E1206, f"expected a value, got the method `{method}`", piece.span, "a method is not called", help)
        return error_value(piece.span)
    return no_value(checker, piece) if type is UNIT else typed.Stringify(piece.span, STRING, value)
