"""Calls of `__` functions: runtime functions and intrinsics (`language.md` §11)."""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.types import (
    ERROR,
    NEVER,
    STRING,
    UNIT,
    ArrayType,
    InferenceVariable,
    PrimitiveType,
    Substitution,
    Type,
    show_type,
    substitute,
)
from beskid.analysis.model.unify import prune
from beskid.analysis.types.builtins import ANY, BuiltinSignature, IntrinsicSignature, builtin_signature
from beskid.analysis.types.check.callees import abandon, check_arguments, skip_arguments
from beskid.analysis.types.check.conversions import coerce, error_value, mismatch
from beskid.analysis.types.check.dispatch import infer
from beskid.analysis.types.check.names import written_arguments
from beskid.analysis.types.check.state import BodyChecker
from beskid.base.spelling import counted
from beskid.source.codes import E1202, E1204, E1206, E1240
from beskid.syntax import tree


def call_builtin(
    checker: BodyChecker, call: tree.CallExpression, callee: tree.NameExpression, expected: Type | None
) -> typed.Expression | None:
    """Check the call of a `__` function. Return None when there is no such function."""
    signature = builtin_signature(callee.name.text, checker.is_core_library)
    if signature is None:
        return None
    if len(call.arguments) != len(signature.parameters):
        count = len(signature.parameters)
        checker.error(
            E1204,
            f"`{signature.name}` takes {counted(count, 'argument')}, got {len(call.arguments)}",
            call.span,
            f"{len(call.arguments)} given",
            f"its parameters are `({', '.join([show_type(p) for p in signature.parameters])})`",
        )
        skip_arguments(checker, call.arguments)
        return error_value(call.span)
    if isinstance(signature, IntrinsicSignature):
        return _call_intrinsic(checker, call, callee, signature, expected)
    if callee.type_arguments:
        checker.error(
            E1240,
            f"`{signature.name}` takes no type arguments",
            callee.span,
            "not generic",
            "remove the type arguments",
        )
        return error_value(call.span)
    return _call_runtime(checker, call, signature, expected)


def _call_intrinsic(
    checker: BodyChecker,
    call: tree.CallExpression,
    callee: tree.NameExpression,
    signature: IntrinsicSignature,
    expected: Type | None,
) -> typed.Expression:
    mapping: Substitution = {}
    variables: tuple[InferenceVariable, ...] = ()
    if signature.type_parameters:
        mapping, variables = checker.fresh(signature.type_parameters, signature.name, callee.span)
        explicit = written_arguments(checker, callee)
        if explicit is not None:
            if len(explicit) != len(variables):
                abandon(variables)
                checker.error(
                    E1240,
                    f"`{signature.name}` takes {len(variables)} type arguments, got {len(explicit)}",
                    callee.span,
                    f"{len(explicit)} given",
                    "write one type argument for each type parameter",
                )
                return error_value(call.span)
            for variable, type in zip(variables, explicit, strict=True):
                variable.solution = type
    types = [substitute(parameter, mapping) for parameter in signature.parameters]
    result = substitute(signature.result, mapping)
    values = check_arguments(checker, types, call.arguments, result, expected)
    if any(value.type is ERROR for value in values):
        abandon(variables)
        return error_value(call.span)
    settled = tuple([checker.settle(variable) for variable in variables])
    return typed.IntrinsicCall(call.span, checker.settle(result), signature.name, settled, values)


def _call_runtime(
    checker: BodyChecker, call: tree.CallExpression, signature: BuiltinSignature, expected: Type | None
) -> typed.Expression:
    values = [
        _argument(checker, argument.value, parameter)
        for argument, parameter in zip(call.arguments, signature.parameters, strict=True)
    ]
    if any(value.type is ERROR for value in values):
        return error_value(call.span)
    result = signature.result
    if isinstance(result, ArrayType) and result.element is ANY:
        array = _array_result(checker, call, signature, values, expected)
        if array is None:
            return error_value(call.span)
        result = array
    return typed.BuiltinCall(call.span, result, signature.name, tuple(values))


def _argument(checker: BodyChecker, argument: tree.Expression, parameter: Type) -> typed.Expression:
    if parameter is ANY:
        return infer(checker, argument)
    if isinstance(parameter, ArrayType) and parameter.element is ANY:
        value = infer(checker, argument)
        type = prune(value.type)
        if isinstance(type, ArrayType) or type in (ERROR, NEVER):
            return value
        mismatch(checker, parameter, type, argument.span)
        return error_value(argument.span)
    value = infer(checker, argument, parameter)
    return coerce(checker, value, parameter, argument.span)


def _array_result(
    checker: BodyChecker,
    call: tree.CallExpression,
    signature: BuiltinSignature,
    values: list[typed.Expression],
    expected: Type | None,
) -> Type | None:
    """Resolve `any[]` to the type of an array argument, or to the expected array type."""
    for parameter, value in zip(signature.parameters, values, strict=True):
        if isinstance(parameter, ArrayType) and parameter.element is ANY:
            return prune(value.type)
    wanted = prune(expected) if expected is not None else None
    if isinstance(wanted, PrimitiveType):
        checker.error(
            E1206,
            f"expected `{show_type(wanted)}`, got an array",
            call.span,
            f"`{signature.name}` makes an array",
            f"declare an array: `u8[] bytes = {signature.name}(…);`",
        )
        return None
    if not isinstance(wanted, ArrayType):
        checker.error(
            E1202,
            f"the element type of `{signature.name}` cannot be inferred here",
            call.span,
            "unknown element type",
            f"declare the type: `u8[] bytes = {signature.name}(…);`",
        )
        return None
    element = prune(wanted.element)
    is_scalar = isinstance(element, PrimitiveType) and element not in (STRING, UNIT)
    if not is_scalar and not checker.is_core_library:
        checker.error(
            E1206,
            f"`{signature.name}` makes arrays of numbers, `bool` or `char`, not `{show_type(wanted)}`",
            call.span,
            "the elements would be null",
            "use `Array.Filled(count, value)`",
        )
        return None
    return wanted
