"""Calls of known functions: type arguments, parameter types, the order of inference (`language.md` §4.7, §4.11).

Arguments whose type is known are checked first, then the expected result is used, then untyped literals and lambdas are
checked, which adapt to the types found so far. The order of evaluation remains that of the source.
"""

from __future__ import annotations

from collections.abc import Sequence

from beskid.analysis import typed
from beskid.analysis.model.symbols import FunctionSymbol
from beskid.analysis.model.types import (
    ERROR,
    ContractType,
    FunctionType,
    InferenceVariable,
    Substitution,
    Type,
    show_type,
    substitute,
)
from beskid.analysis.model.unify import chain, is_open, mentions_error, open_variables, prune
from beskid.analysis.model.world import CORE_LIBRARY
from beskid.analysis.names.lookup import ConstraintMethod
from beskid.analysis.names.scope import lookup_value
from beskid.analysis.types.check.contract_values import contract_substitution, expect, may_dispatch
from beskid.analysis.types.check.conversions import coerce, error_value
from beskid.analysis.types.check.dispatch import check, infer
from beskid.analysis.types.check.formats import check_format_call
from beskid.analysis.types.check.literals import is_untyped, strip_groups
from beskid.analysis.types.check.number_types import check_beside_numbers
from beskid.analysis.types.check.references import check_distinct, check_reference, modifiers_of
from beskid.analysis.types.check.state import BodyChecker
from beskid.base.spelling import counted
from beskid.source.codes import E1204, E1240
from beskid.source.diagnostics import Label
from beskid.source.text import Span
from beskid.syntax import tree


def call_function(
    checker: BodyChecker,
    function: FunctionSymbol,
    call: tree.CallExpression,
    explicit: tuple[Type, ...],
    receiver: typed.Expression | None,
    expected: Type | None,
) -> typed.Expression:
    """Check a direct call.

    `receiver` is the value before the dot, for a method or for the first parameter of a free function.
    """
    is_method = function.receiver is not None
    uniform = 1 if receiver is not None and not is_method else 0
    parameters = function.parameters[uniform:]
    if not _has_arity(checker, function, call, len(parameters)):
        skip_arguments(checker, call.arguments)
        return error_value(call.span)
    generics = function.all_type_parameters()
    mapping: Substitution = {}
    variables: tuple[InferenceVariable, ...] = ()
    if generics:
        if _is_broken(function):
            # Its type arguments are unknown, and the error is in the declaration.
            skip_arguments(checker, call.arguments)
            return error_value(call.span)
        mapping, variables = checker.fresh(generics, function.name, call.callee.span)
        if not _apply_explicit(checker, function, variables, explicit, call):
            return error_value(call.span)
    elif explicit:
        _report_type_arguments(checker, function, 0, len(explicit), call.callee.span)
        return error_value(call.span)
    leading: list[typed.Expression] = []
    if receiver is not None:
        wanted = function.receiver if function.receiver is not None else function.parameters[0].type
        leading.append(coerce(checker, receiver, substitute(wanted, mapping), receiver.span))
    types = [substitute(parameter.type, mapping) for parameter in parameters]
    result = substitute(function.result, mapping)
    values = check_arguments(checker, types, call.arguments, result, expected, modifiers_of(parameters))
    if expected is not None and prune(expected) is ERROR:
        abandon(variables)
    if any(value.type is ERROR for value in values):
        abandon(variables)
        return error_value(call.span) if is_open(result) else typed.UnitValue(call.span, _known(result))
    settled = tuple([checker.settle(variable) for variable in variables])
    if (
        function.name == "Format"
        and len(settled) == 1
        and not check_format_call(checker, function, settled[0], values[-1])
    ):
        return error_value(call.span)
    return typed.Call(call.span, checker.settle(result), function, settled, (*leading, *values))


def _known(result: Type) -> Type:
    """Return the result type if it is known, so that the rest is checked even after a wrong argument."""
    return ERROR if is_open(result) else result


def abandon(variables: Sequence[InferenceVariable]) -> None:
    """Solve the variables of a call that was reported by the error type, so that they are not reported again."""
    for variable in variables:
        if variable.solution is None:
            variable.solution = ERROR


def _is_broken(function: FunctionSymbol) -> bool:
    """Return whether the signature contains the error type."""
    return any(mentions_error(parameter.type) for parameter in function.parameters) or mentions_error(function.result)


def parameters_for(
    checker: BodyChecker, function: FunctionSymbol, receiver: typed.Expression, span: Span
) -> tuple[typed.Expression, list[Type], Type, tuple[InferenceVariable, ...]]:
    """Return the receiver as the method takes it, the types of the other parameters and of the result, and the open
    type arguments.
    """
    mapping, variables = checker.fresh(function.all_type_parameters(), function.name, span)
    parameters = function.parameters
    if function.receiver is None:
        wanted, parameters = parameters[0].type, parameters[1:]
    else:
        wanted = function.receiver
    value = coerce(checker, receiver, substitute(wanted, mapping), span)
    contract = prune(value.type)
    if function.contract is not None and isinstance(contract, ContractType):
        mapping = contract_substitution(contract)
    types = [checker.settle(substitute(parameter.type, mapping)) for parameter in parameters]
    return value, types, substitute(function.result, mapping), variables


def call_on_receiver(
    checker: BodyChecker,
    function: FunctionSymbol,
    receiver: typed.Expression,
    span: Span,
    arguments: Sequence[tree.Expression | typed.Expression] = (),
) -> typed.Expression:
    """Check a call that the language itself makes (`Next`, `Iterate`, `At`, `Set`)."""
    value, types, result, variables = parameters_for(checker, function, receiver, span)
    values = [value]
    for type, argument in zip(types, arguments, strict=True):
        if isinstance(argument, typed.Expression):
            values.append(coerce(checker, argument, type, argument.span))
        else:
            values.append(check(checker, argument, type))
    if any(each.type is ERROR for each in values[1:]):
        abandon(variables)
        return error_value(span)
    settled_result = checker.settle(result)
    if function.contract is not None:
        return typed.ContractCall(span, settled_result, function, checker.settle(value.type), tuple(values))
    settled = tuple([checker.settle(variable) for variable in variables])
    return typed.Call(span, settled_result, function, settled, tuple(values))


def call_constraint(
    checker: BodyChecker,
    found: ConstraintMethod,
    call: tree.CallExpression,
    receiver: typed.Expression,
    expected: Type | None,
) -> typed.Expression:
    """Check the call of a constraint's method on a value whose type is a type parameter."""
    method = found.method
    if not _has_arity(checker, method, call, len(method.parameters)):
        skip_arguments(checker, call.arguments)
        return error_value(call.span)
    mapping: Substitution = dict(zip(found.contract.symbol.type_parameters, found.contract.arguments, strict=True))
    types = [substitute(parameter.type, mapping) for parameter in method.parameters]
    result = substitute(method.result, mapping)
    modifiers = modifiers_of(method.parameters)
    values = check_arguments(checker, types, call.arguments, result, expected, modifiers)
    if any(value.type is ERROR for value in values):
        return typed.UnitValue(call.span, _known(result))
    return typed.ConstraintCall(call.span, checker.settle(result), method, receiver.type, (receiver, *values))


def call_contract(
    checker: BodyChecker,
    method: FunctionSymbol,
    contract: ContractType,
    call: tree.CallExpression,
    receiver: typed.Expression,
    expected: Type | None,
) -> typed.Expression:
    """Check the call of a contract's method on a value of the contract."""
    if not may_dispatch(checker, method, contract, call.callee.span) or not _has_arity(
        checker, method, call, len(method.parameters)
    ):
        skip_arguments(checker, call.arguments)
        return error_value(call.span)
    mapping = contract_substitution(contract)
    types = [substitute(parameter.type, mapping) for parameter in method.parameters]
    result = substitute(method.result, mapping)
    modifiers = modifiers_of(method.parameters)
    values = check_arguments(checker, types, call.arguments, result, expected, modifiers)
    if any(value.type is ERROR for value in values):
        return typed.UnitValue(call.span, _known(result))
    return typed.ContractCall(call.span, checker.settle(result), method, contract, (receiver, *values))


_PRINTERS = frozenset({"Print", "PrintLine", "PrintError", "PrintErrorLine"})


def _has_arity(checker: BodyChecker, function: FunctionSymbol, call: tree.CallExpression, count: int) -> bool:
    given = len(call.arguments)
    if given == count:
        return True
    signature = ", ".join([f"{show_type(p.type)} {p.name}" for p in function.parameters[-count:] if count])
    help = f"its parameters are `({signature})`"
    if given > 1 and function.name in _PRINTERS and _is_of_core(function):
        help = f"print one string: `{function.name}({_joined(checker, call.arguments)})`"
    checker.error(
        E1204,
        f"`{function.name}` takes {counted(count, 'argument')}, got {given}",
        call.span,
        f"{given} given",
        help,
        (Label(function.source, function.name_span, "declared here"),),
    )
    return False


def _is_of_core(function: FunctionSymbol) -> bool:
    return function.module is not None and function.module.package == CORE_LIBRARY


def _joined(checker: BodyChecker, arguments: Sequence[tree.Argument]) -> str:
    """Return one string with the values of several arguments, separated by spaces."""
    parts: list[str] = []
    for argument in arguments:
        text = checker.text(argument.value.span)
        if isinstance(argument.value, tree.StringLiteral):
            parts.append(text[1:-1])
        else:
            parts.append(f"${{{text}}}")
    joined = " ".join(parts)
    is_plain = len(joined) <= 60 and not any(mark in joined for mark in ("\n", "%", "{}"))
    return f'"{joined}"' if is_plain else '"${a} ${b}"'


def _apply_explicit(
    checker: BodyChecker,
    function: FunctionSymbol,
    variables: tuple[InferenceVariable, ...],
    explicit: tuple[Type, ...],
    call: tree.CallExpression,
) -> bool:
    if not explicit:
        return True
    own = variables[len(function.owner_parameters) :]
    if len(explicit) != len(own):
        abandon(variables)
        _report_type_arguments(checker, function, len(own), len(explicit), call.callee.span)
        return False
    for variable, type in zip(own, explicit, strict=True):
        variable.solution = type
    return True


def _report_type_arguments(checker: BodyChecker, function: FunctionSymbol, count: int, given: int, span: Span) -> None:
    names = ", ".join([parameter.name for parameter in function.type_parameters])
    checker.error(
        E1240,
        f"`{function.name}` takes {counted(count, 'type argument')}, got {given}",
        span,
        f"{given} given",
        f"its type parameters are `<{names}>`" if names else "remove the type arguments",
        (Label(function.source, function.name_span, "declared here"),),
    )


def is_deferred(checker: BodyChecker, argument: tree.Expression) -> bool:
    """Return whether the argument takes its type from the parameter."""
    inner = strip_groups(argument)
    if isinstance(inner, tree.LambdaExpression):
        return True
    if isinstance(inner, tree.ArrayLiteral):
        return all(is_deferred(checker, element) for element in inner.elements)
    return is_untyped(checker, inner)


def has_own_type(checker: BodyChecker, expression: tree.Expression) -> bool:
    """Return whether the type of a value does not depend on its context.

    No part of it is deferred and no variant is written without arguments.
    """
    inner = strip_groups(expression)
    if isinstance(inner, tree.LambdaExpression):
        return all(parameter.type is not None for parameter in inner.parameters)
    if is_deferred(checker, inner):
        return False
    if isinstance(inner, tree.CallExpression):
        known = _has_known_result(checker, inner.callee)
        return known or all(has_own_type(checker, part.value) for part in inner.arguments)
    if isinstance(inner, tree.StructLiteral):
        return all(has_own_type(checker, part.value) for part in inner.fields)
    if isinstance(inner, tree.ArrayLiteral):
        return all(has_own_type(checker, part) for part in inner.elements)
    return not isinstance(inner, tree.EnumPathExpression)


def _has_known_result(checker: BodyChecker, callee: tree.Expression) -> bool:
    """Return whether the result of a call does not depend on its arguments: no type argument is inferred."""
    if isinstance(callee, tree.NameExpression | tree.MemberExpression) and callee.type_arguments:
        return True
    if not isinstance(callee, tree.NameExpression):
        return False
    if checker.has_local(callee.name.text):
        return True
    meaning = lookup_value(checker.world, checker.context, callee.name)
    item = None if meaning is None else meaning.item
    return isinstance(item, FunctionSymbol) and not item.all_type_parameters()


def check_arguments(
    checker: BodyChecker,
    types: Sequence[Type],
    arguments: Sequence[tree.Argument],
    result: Type | None,
    expected: Type | None,
    modifiers: tuple[str, ...] = (),
) -> tuple[typed.Expression, ...]:
    """Convert the arguments to the parameter types, solving their open variables.

    `modifiers` has the modifier of each parameter, and is empty when no parameter has one.
    """
    values: list[typed.Expression | None] = [None] * len(types)

    def give(index: int, value: typed.Expression) -> None:
        values[index] = value
        if value.type is ERROR:
            # What this argument would have determined is not missed.
            abandon(open_variables(types[index]))

    literals: list[int] = []
    lambdas: list[int] = []
    if result is not None and _leaves_type_to_context(checker, result, expected, types, arguments):
        expect(checker, result, expected)
    for index, (type, argument) in enumerate(zip(types, arguments, strict=True)):
        if argument.modifier or (modifiers and modifiers[index]):
            give(index, check_reference(checker, argument, type, modifiers[index] if modifiers else ""))
        elif is_open(type) and is_deferred(checker, argument.value):
            is_lambda = isinstance(strip_groups(argument.value), tree.LambdaExpression)
            (lambdas if is_lambda else literals).append(index)
        else:
            give(index, check(checker, argument.value, type))
    if (literals or lambdas) and result is not None:
        expect(checker, result, expected)
    numbers = _number_variables(checker, types, arguments, literals)
    for index in literals:
        give(index, check(checker, arguments[index].value, types[index]))
    while lambdas:
        # A lambda whose parameters are known may say what another one waits for.
        index = next((index for index in lambdas if not _waits(types[index])), lambdas[0])
        lambdas.remove(index)
        type = types[index]
        if not numbers or not isinstance(type, FunctionType):
            give(index, check(checker, arguments[index].value, type))
            continue
        value, is_wider = check_beside_numbers(checker, arguments[index].value, type, numbers)
        give(index, value)
        numbers = frozenset()
        for literal in literals if is_wider else ():
            if is_untyped(checker, arguments[literal].value):
                give(literal, check(checker, arguments[literal].value, types[literal]))
    if result is not None:
        expect(checker, result, expected)
    given = tuple([value for value in values if value is not None])
    if modifiers:
        check_distinct(checker, given)
    return given


def _leaves_type_to_context(
    checker: BodyChecker,
    result: Type,
    expected: Type | None,
    types: Sequence[Type],
    arguments: Sequence[tree.Argument],
) -> bool:
    """Return whether untyped numbers alone would determine the type of the argument, although its context may determine
    it.
    """
    if expected is None or not is_open(result):
        return False
    if isinstance(prune(result), InferenceVariable) and isinstance(prune(expected), ContractType):
        # The values convert to the contract by themselves; the type parameter may ask for more than it has.
        return False
    return any(
        is_open(type) and not is_deferred(checker, argument.value) and not has_own_type(checker, argument.value)
        for type, argument in zip(types, arguments, strict=True)
    )


def _number_variables(
    checker: BodyChecker,
    types: Sequence[Type],
    arguments: Sequence[tree.Argument],
    literals: Sequence[int],
) -> frozenset[InferenceVariable]:
    """Return the variables that only untyped numbers would solve, or none when another argument depends on one."""
    bare: set[InferenceVariable] = set()
    for index in literals:
        type = types[index]
        if not isinstance(prune(type), InferenceVariable) or not is_untyped(checker, arguments[index].value):
            return frozenset()
        bare.update(chain(type))
    return frozenset(bare)


def _waits(type: Type) -> bool:
    """Return whether a parameter of the function type is not known yet."""
    type = prune(type)
    return not isinstance(type, FunctionType) or any(
        isinstance(prune(parameter), InferenceVariable) for parameter in type.parameters
    )


def skip_arguments(checker: BodyChecker, arguments: Sequence[tree.Argument]) -> None:
    """Check the arguments of a call that was already reported, for the errors inside them."""
    for argument in arguments:
        if not is_deferred(checker, argument.value) and not isinstance(strip_groups(argument.value), tree.ArrayLiteral):
            value = infer(checker, argument.value)
            for entry in checker.open_variables:
                if is_open(value.type) and entry.variable.solution is None and argument.span.start <= entry.span.start:
                    entry.variable.solution = ERROR
