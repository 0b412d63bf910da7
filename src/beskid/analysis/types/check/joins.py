"""The common type of several values: match arms without an expected type, and array elements.

Untyped literals adapt to the first typed value; numbers convert to the smallest type that holds them all; a contract
among the types takes the values that convert to it; `never` values are ignored.
"""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.relations import common_numeric, numeric
from beskid.analysis.model.types import ERROR, F64, NEVER, ContractType, PrimitiveType, Type, show_type
from beskid.analysis.model.unify import prune, unify
from beskid.analysis.types.check.contract_values import contract_value, converts
from beskid.analysis.types.check.conversions import convert
from beskid.analysis.types.check.literals import adapted_type, default_type, has_float
from beskid.analysis.types.check.operators import untyped_as
from beskid.analysis.types.check.state import BodyChecker, Scopes
from beskid.analysis.types.check.widening import warn_late_widening
from beskid.source.codes import Code
from beskid.source.diagnostics import Label
from beskid.source.text import Span
from beskid.syntax import tree


class Part:
    """One value to join: its syntax, and its typed form unless it is an untyped literal.

    Names in an untyped literal are looked up in `scopes`, or in the current ones if there are none.
    """

    __slots__ = ("scopes", "syntax", "value")

    def __init__(self, syntax: tree.Expression, value: typed.Expression | None, scopes: Scopes = ()) -> None:
        self.syntax = syntax
        self.value = value
        self.scopes = scopes


def join(checker: BodyChecker, parts: list[Part], code: Code, what: str) -> tuple[Type, list[typed.Expression]]:
    """Return the common type and the converted values. Reports `code` at the first value that does not fit."""
    common: Type | None = None
    first = parts[0].syntax.span
    for part in parts:
        if part.value is None:
            continue
        type = prune(part.value.type)
        if type is ERROR:
            return ERROR, []
        if type is NEVER:
            continue
        if common is None:
            common, first = type, part.syntax.span
            continue
        met = _meet(checker, common, type)
        if met is None:
            _report(checker, code, what, common, type, part.syntax.span, first)
            return ERROR, []
        common = met
    common, values = _adapt_literals(checker, parts, common, code, what, first)
    if common is ERROR:
        return ERROR, []
    if isinstance(common, PrimitiveType) and common.is_numeric:
        for value in values:
            warn_late_widening(checker, value, common)
        values = [value if value.type is NEVER else convert(value, common) for value in values]
    elif isinstance(common, ContractType):
        values = [_as_contract(checker, value, common) for value in values]
    return common, values


def _as_contract(checker: BodyChecker, value: typed.Expression, contract: ContractType) -> typed.Expression:
    type = prune(value.type)
    return value if type is NEVER or type == contract else contract_value(checker, value, contract)


def _meet(checker: BodyChecker, left: Type, right: Type) -> Type | None:
    first, second = numeric(left), numeric(right)
    if first is not None and second is not None:
        return common_numeric(first, second)
    if left != right and converts(checker, right, left):
        return left
    if left != right and converts(checker, left, right):
        return right
    return left if unify(left, right) else None


def _adapt_literals(
    checker: BodyChecker, parts: list[Part], common: Type | None, code: Code, what: str, first: Span
) -> tuple[Type, list[typed.Expression]]:
    untyped = [part.syntax for part in parts if part.value is None]
    if untyped:
        number = default_type(untyped[0]) if common is None else numeric(common)
        if number is None:
            assert common is not None
            own = default_type(untyped[0])
            # The first value in the text determines the expected type.
            if untyped[0].span.start < first.start:
                _report(checker, code, what, own, common, first, untyped[0].span)
            else:
                _report(checker, code, what, common, own, untyped[0].span, first)
            return ERROR, []
        for syntax in untyped:
            if common is None:
                number = F64 if has_float(syntax) else number
            else:
                number = common_numeric(number, adapted_type(syntax, number)) or number
        common = number
    values: list[typed.Expression] = []
    for part in parts:
        if part.value is not None:
            values.append(part.value)
            continue
        assert isinstance(common, PrimitiveType)
        value = _literal(checker, part, common)
        if value.type is ERROR:
            return ERROR, []
        given = numeric(value.type)
        met = None if given is None else common_numeric(common, given)
        if met is None:
            _report(checker, code, what, common, value.type, part.syntax.span, first)
            return ERROR, []
        common = met
        values.append(value)
    return common if common is not None else NEVER, values


def _literal(checker: BodyChecker, part: Part, type: PrimitiveType) -> typed.Expression:
    if not part.scopes:
        return untyped_as(checker, part.syntax, type)
    scopes = checker.scopes
    checker.scopes = list(part.scopes)
    value = untyped_as(checker, part.syntax, type)
    checker.scopes = scopes
    return value


def _report(checker: BodyChecker, code: Code, what: str, wanted: Type, actual: Type, span: Span, first: Span) -> None:
    checker.error(
        code,
        f"{what} have different types: expected `{show_type(wanted)}`, got `{show_type(actual)}`",
        span,
        f"this is `{show_type(actual)}`",
        f"make all {what} have the same type",
        (Label(checker.source, first, f"this is `{show_type(wanted)}`"),),
    )
