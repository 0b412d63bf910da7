"""Untyped numbers beside lambdas: `values.Fold(0, (sum, x) => sum + x)` computes in the type of the values.

An untyped number alone solves its type parameter as `i64`. Where a lambda of the same call then has a wider result, its
result determines the type instead; where the lambda does not check with it, a number type of its other parameters does.
Takes a lambda to be checked against the type of the parameter; returns its typed
form, and True when the numbers must be checked again.
"""

from __future__ import annotations

from collections.abc import Collection

from beskid.analysis import typed
from beskid.analysis.model.relations import numeric, widens
from beskid.analysis.model.types import FunctionType, InferenceVariable, PrimitiveType, Type
from beskid.analysis.model.unify import chain, prune
from beskid.analysis.types.check.dispatch import check, infer
from beskid.analysis.types.check.state import BodyChecker
from beskid.syntax import tree

MAX_RETRIES = 3
"""The maximum depth of nested lambdas that are checked again. Without it, the time would be exponential in their depth.
"""


def check_beside_numbers(
    checker: BodyChecker, lambda_: tree.Expression, wanted: FunctionType, numbers: Collection[Type]
) -> tuple[typed.Expression, bool]:
    """Check the lambda as `wanted`, whose result may be one of the variables that only untyped numbers have solved."""
    found, opened = len(checker.diagnostics), len(checker.open_variables)
    value = check(checker, lambda_, wanted)
    result = wanted.result
    if len(checker.diagnostics) == found or not isinstance(result, InferenceVariable) or result not in numbers:
        return value, False
    if checker.retries == MAX_RETRIES:
        return value, False
    checker.retries += 1
    try:
        return _widened(checker, lambda_, wanted, result, value, found, opened)
    finally:
        checker.retries -= 1


def _widened(
    checker: BodyChecker,
    lambda_: tree.Expression,
    wanted: FunctionType,
    result: InferenceVariable,
    value: typed.Expression,
    found: int,
    opened: int,
) -> tuple[typed.Expression, bool]:
    reports, variables = checker.diagnostics[found:], checker.open_variables[opened:]
    own = _own_result(checker, lambda_, wanted, found, opened)
    given = numeric(prune(result))
    root = chain(result)[-1]
    if own is not None and given is not None and own is not given and widens(given, own):
        root.solution = own
        return check(checker, lambda_, wanted), True
    for other in [] if own is not None else dict.fromkeys([numeric(prune(type)) for type in wanted.parameters]):
        if other is None or other is given:
            continue
        root.solution = other
        found, opened = len(checker.diagnostics), len(checker.open_variables)
        retried = check(checker, lambda_, wanted)
        if len(checker.diagnostics) == found:
            return retried, True
        _forget(checker, found, opened)
    root.solution = given
    checker.diagnostics.extend(reports)
    checker.open_variables.extend(variables)
    return value, False


def _own_result(
    checker: BodyChecker, lambda_: tree.Expression, wanted: FunctionType, found: int, opened: int
) -> PrimitiveType | None:
    """Return the number type of the lambda's result without an expected type. Has no side effects."""
    _forget(checker, found, opened)
    value = infer(checker, lambda_, FunctionType(wanted.parameters, InferenceVariable("result")))
    _forget(checker, found, opened)
    type = prune(value.type)
    return numeric(prune(type.result)) if isinstance(type, FunctionType) else None


def _forget(checker: BodyChecker, found: int, opened: int) -> None:
    del checker.diagnostics[found:]
    del checker.open_variables[opened:]
