"""Methods as values, bound to their receiver: `let f = counter.Get;` (`language.md` §4.7, decision L11).

Everything that can be called on a value can be bound: a method, a constraint's method, a free function that takes the
value first.
"""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.symbols import FunctionSymbol
from beskid.analysis.model.types import (
    ContractType,
    FunctionType,
    InferenceVariable,
    Substitution,
    Type,
    TypeParameterType,
    substitute,
)
from beskid.analysis.model.unify import could_unify, prune, unify
from beskid.analysis.names.lookup import built_in_method, constraint_method, find_method
from beskid.analysis.types.check.callees import abandon
from beskid.analysis.types.check.contract_values import may_dispatch
from beskid.analysis.types.check.conversions import coerce, error_value
from beskid.analysis.types.check.state import BodyChecker
from beskid.base.spelling import counted, listing
from beskid.source.codes import E1111, E1240
from beskid.source.text import Span
from beskid.syntax import tree


def method_value(
    checker: BodyChecker, object: typed.Expression, expression: tree.MemberExpression, expected: Type | None
) -> typed.Expression | None:
    """Return the method `object.name` bound to the object, or None when there is none."""
    type = checker.settle(object.type)
    if isinstance(type, InferenceVariable):
        return None
    if isinstance(type, TypeParameterType):
        found = constraint_method(checker.world, type, expression.name.text)
        if found is not None:
            return _of_contract(checker, object, type, found.contract, found.method, expression.span)
    function = find_method(checker.world, checker.context, type, expression.name)
    if function is None:
        built_in = built_in_method(checker.world, type, expression.name.text)
        if built_in is None:
            return None
        return _of_contract(checker, object, type, built_in.contract, built_in.method, expression.span)
    if isinstance(type, ContractType) and function.contract is not None:
        return _of_contract(checker, object, type, type, function, expression.span)
    return bind_method(checker, object, function, expression, expected)


def _of_contract(
    checker: BodyChecker,
    object: typed.Expression,
    receiver: Type,
    contract: ContractType,
    method: FunctionSymbol,
    span: Span,
) -> typed.Expression:
    if any(parameter.modifier for parameter in method.parameters):
        _report_call_only(checker, method, span)
        return error_value(span)
    if isinstance(receiver, ContractType) and not may_dispatch(checker, method, contract, span):
        return error_value(span)
    mapping: Substitution = dict(zip(contract.symbol.type_parameters, contract.arguments, strict=True))
    return typed.BoundMethod(span, _type_of(method, 0, mapping), receiver, object, method, ())


def _type_of(function: FunctionSymbol, skipped: int, mapping: Substitution) -> FunctionType:
    parameters = tuple([substitute(parameter.type, mapping) for parameter in function.parameters[skipped:]])
    return FunctionType(parameters, substitute(function.result, mapping))


def bind_method(
    checker: BodyChecker,
    object: typed.Expression,
    function: FunctionSymbol,
    expression: tree.NameExpression | tree.MemberExpression,
    expected: Type | None,
) -> typed.Expression:
    """Bind a method, or a free function that takes the object first, to the object."""
    span = expression.span
    if function.extern is not None or any(parameter.modifier for parameter in function.parameters):
        _report_call_only(checker, function, span)
        return error_value(span)
    function.is_value = True
    mapping, variables = checker.fresh(function.all_type_parameters(), function.name, span)
    if not _apply_written(checker, function, variables, expression):
        return error_value(span)
    is_method = function.receiver is not None
    wanted = substitute(function.receiver or function.parameters[0].type, mapping)
    receiver = coerce(checker, object, wanted, object.span)
    type = _type_of(function, 0 if is_method else 1, mapping)
    if expected is not None and could_unify(type, expected):
        unify(type, expected)
    settled = tuple([checker.settle(variable) for variable in variables])
    return typed.BoundMethod(span, checker.settle(type), checker.settle(wanted), receiver, function, settled)


def is_uncalled(value: typed.Expression, result: Type) -> bool:
    """Return whether the value is a method whose call without arguments would have the result type."""
    if not isinstance(value, typed.BoundMethod):
        return False
    type = prune(value.type)
    return isinstance(type, FunctionType) and not type.parameters and prune(type.result) == result


def _report_call_only(checker: BodyChecker, function: FunctionSymbol, span: Span) -> None:
    checker.error(E1111, f"`{function.name}` can only be called", span, "not a value", "wrap it in a function")


def _apply_written(
    checker: BodyChecker,
    function: FunctionSymbol,
    variables: tuple[InferenceVariable, ...],
    expression: tree.NameExpression | tree.MemberExpression,
) -> bool:
    """Apply written type arguments to the method's own type parameters. Reports E1204 for a wrong number."""
    written = expression.type_arguments
    own = variables[len(function.owner_parameters) :]
    if not written:
        return True
    if len(written) != len(own):
        abandon(variables)
        names = listing([parameter.name for parameter in function.type_parameters])
        checker.error(
            E1240,
            f"`{function.name}` takes {counted(len(own), 'type argument')}, got {len(written)}",
            expression.span,
            f"{len(written)} given",
            f"its type parameters are {names}" if own else "remove the type arguments",
        )
        return False
    for variable, syntax in zip(own, written, strict=True):
        variable.solution = checker.resolve_type(syntax)
    return True
