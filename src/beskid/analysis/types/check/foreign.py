"""Calls of extern functions, with each argument in the form in which it is passed to C (decisions X4, X5).

Takes a call of an extern contract's method; returns a `typed.ExternCall` whose arguments state how they are passed.
Reports arguments that do not match the parameter.
"""

from __future__ import annotations

from typing import assert_never

from beskid.analysis import typed
from beskid.analysis.model.symbols import FunctionSymbol, ParameterSymbol
from beskid.analysis.model.types import (
    ERROR,
    NEVER,
    STRING,
    U8,
    ArrayType,
    FunctionType,
    StructType,
    Type,
    is_value,
    show_type,
)
from beskid.analysis.model.unify import prune
from beskid.analysis.types.boundary import (
    Crossing,
    crossing_of,
    is_handle,
    is_plain_value,
    is_scalar,
    takes_text,
    view_of,
)
from beskid.analysis.types.check.assignment import place_of
from beskid.analysis.types.check.conversions import coerce, error_value, mismatch, without_operation
from beskid.analysis.types.check.dispatch import check, infer
from beskid.analysis.types.check.literals import strip_groups
from beskid.analysis.types.check.references import check_distinct
from beskid.analysis.types.check.state import BodyChecker
from beskid.base.spelling import counted
from beskid.source.codes import E1204, E1205, E1206, E1236, E1531
from beskid.source.diagnostics import Edit, Fix, Label
from beskid.source.text import Span
from beskid.syntax import tree


def call_extern(checker: BodyChecker, function: FunctionSymbol, call: tree.CallExpression) -> typed.Expression:
    """Check the call. Return an error value after a report."""
    count, given = len(function.parameters), len(call.arguments)
    if count != given:
        checker.error(
            E1204,
            f"`{function.name}` takes {counted(count, 'argument')}, got {given}",
            call.span,
            f"{given} given",
            f"its parameters are `({', '.join([_shown(parameter) for parameter in function.parameters])})`",
            (Label(function.source, function.name_span, "declared here"),),
        )
        for argument in call.arguments:
            _look_at(checker, argument.value)
        return error_value(call.span)
    values = [
        _argument(checker, parameter, argument)
        for parameter, argument in zip(function.parameters, call.arguments, strict=True)
    ]
    check_distinct(checker, values)
    if any(value.type is ERROR for value in values):
        return typed.UnitValue(call.span, function.result)
    return typed.ExternCall(call.span, function.result, function, tuple(values))


def _shown(parameter: ParameterSymbol) -> str:
    return f"{parameter.modifier} {show_type(parameter.type)} {parameter.name}".strip()


def _look_at(checker: BodyChecker, value: tree.Expression) -> None:
    """Check a surplus argument for the errors inside it."""
    if not isinstance(strip_groups(value), tree.LambdaExpression | tree.ArrayLiteral):
        infer(checker, value)


def _argument(checker: BodyChecker, parameter: ParameterSymbol, argument: tree.Argument) -> typed.Expression:
    crossing = crossing_of(parameter)
    if crossing is None or parameter.type is ERROR:
        # The error is reported at the declaration.
        _look_at(checker, argument.value)
        return error_value(argument.span)
    if crossing is Crossing.REFERENCE:
        return _reference(checker, parameter, argument)
    if argument.modifier:
        checker.error(
            E1205,
            f"the parameter `{parameter.name}` is not declared `{argument.modifier}`",
            argument.span,
            f"`{argument.modifier}` is not expected here",
            "pass only the value",
        )
        return error_value(argument.span)
    match crossing:
        case Crossing.CALLBACK:
            return _callback(checker, parameter, argument)
        case Crossing.USERDATA:
            return _userdata(checker, parameter, argument)
        case Crossing.TEXT_VIEW | Crossing.BUFFER_VIEW | Crossing.ARRAY_VIEW:
            return _view(checker, parameter, argument, crossing)
        case Crossing.SCALAR | Crossing.HANDLE:
            return check(checker, argument.value, parameter.type)
        case _:
            assert_never(crossing)


def _reference(checker: BodyChecker, parameter: ParameterSymbol, argument: tree.Argument) -> typed.Expression:
    """Check `ref place`, the elements of an array, or a string as the address that C receives."""
    wanted = parameter.type
    if argument.modifier:
        return _place(checker, parameter, argument)
    value = infer(checker, argument.value, ArrayType(wanted))
    type = prune(value.type)
    if type is ERROR or type is NEVER:
        return without_operation(value, argument.span)
    if parameter.modifier == "ref":
        if isinstance(type, ArrayType) and prune(type.element) == wanted:
            return typed.ForeignArgument(argument.span, type, typed.ForeignForm.DATA, value)
        if type is STRING and takes_text(wanted):
            return typed.ForeignArgument(argument.span, type, typed.ForeignForm.TEXT, value)
    if type == wanted:
        start = Span(argument.span.start, argument.span.start)
        checker.error(
            E1205,
            f"the parameter `{parameter.name}` is declared `{parameter.modifier}`",
            argument.span,
            f"`{parameter.modifier}` is missing",
            f"write `{parameter.modifier} {checker.text(argument.value.span)}`",
            (),
            (Fix(f"add `{parameter.modifier}`", (Edit(checker.source, start, f"{parameter.modifier} "),)),),
        )
        return error_value(argument.span)
    forms = [f"`{parameter.modifier}` and a place of type `{show_type(wanted)}`"]
    if parameter.modifier == "ref":
        forms.append(f"a `{show_type(ArrayType(wanted))}`")
        forms += ["a string"] if takes_text(wanted) else []
    checker.error(
        E1206,
        f"expected `{parameter.modifier} {show_type(wanted)}`, got `{show_type(type)}`",
        argument.span,
        f"this is `{show_type(type)}`",
        f"`{parameter.name}` takes {' or '.join(forms)}",
    )
    return error_value(argument.span)


def _place(checker: BodyChecker, parameter: ParameterSymbol, argument: tree.Argument) -> typed.Expression:
    if argument.modifier != parameter.modifier:
        checker.error(
            E1205,
            f"the parameter `{parameter.name}` is declared `{parameter.modifier}`",
            argument.span,
            f"`{argument.modifier}` is not `{parameter.modifier}`",
            f"write `{parameter.modifier}`",
        )
        return error_value(argument.span)
    place = place_of(checker, strip_groups(argument.value), E1236)
    if place is None or place.type is ERROR:
        return error_value(argument.span)
    assert not isinstance(place, typed.ItemPlace)
    if isinstance(place, typed.LocalPlace):
        place.local.is_assigned = place.local.is_read = True
    if prune(place.type) != parameter.type:
        mismatch(checker, parameter.type, place.type, argument.span)
        return error_value(argument.span)
    return typed.ReferenceArgument(argument.span, parameter.type, argument.modifier or "", place)


def _callback(checker: BodyChecker, parameter: ParameterSymbol, argument: tree.Argument) -> typed.Expression:
    value = check(checker, argument.value, parameter.type)
    if value.type is ERROR:
        return value
    named = isinstance(value, typed.FunctionReference) and value.function.extern is None
    if named or (isinstance(value, typed.Lambda) and not value.captures):
        return typed.ForeignArgument(argument.span, value.type, typed.ForeignForm.CALLBACK, value)
    captured = ""
    if isinstance(value, typed.Lambda):
        captured = f" (here `{value.captures[0].name}`)"
    checker.error(
        E1531,
        "a callback cannot capture variables" if captured else "a callback must be a function name or a lambda",
        argument.span,
        f"captures locals{captured}" if captured else "a computed function value",
        "pass a function or a lambda without captures; pass data as `Userdata`",
    )
    return error_value(argument.span)


def _userdata(checker: BodyChecker, parameter: ParameterSymbol, argument: tree.Argument) -> typed.Expression:
    """Check an object that is kept alive during the call, or the word that a callback received."""
    value = infer(checker, argument.value)
    type = checker.settle(value.type)
    if type == parameter.type or type in (ERROR, NEVER):
        return value
    if type is STRING or isinstance(type, ArrayType | FunctionType) or _is_object(type):
        return typed.ForeignArgument(argument.span, type, typed.ForeignForm.OBJECT, value)
    checker.error(
        E1206,
        f"expected an object, got `{show_type(type)}`",
        argument.span,
        f"this is `{show_type(type)}`",
        "pass a struct with the value as a field",
    )
    return error_value(argument.span)


def _is_object(type: Type) -> bool:
    return isinstance(type, StructType) and not is_handle(type) and not is_value(type)


def _is_array_of_values(type: Type) -> bool:
    """Return whether the elements have the layout of a C struct: values whose fields are numbers and `bool`."""
    return isinstance(type, ArrayType) and is_plain_value(prune(type.element))


def _view(
    checker: BodyChecker, parameter: ParameterSymbol, argument: tree.Argument, crossing: Crossing
) -> typed.Expression:
    """Check a value that a view borrows for the call, or a view as a value."""
    expected = ArrayType(U8) if crossing is Crossing.BUFFER_VIEW else None
    value = infer(checker, argument.value, expected)
    type = prune(value.type)
    if type is ERROR or type is NEVER:
        return without_operation(value, argument.span)
    if view_of(type) is crossing:
        return typed.ForeignArgument(argument.span, type, typed.ForeignForm.VIEW, value)
    elements = isinstance(type, ArrayType) and is_scalar(prune(type.element))
    if (crossing is Crossing.TEXT_VIEW and type is STRING) or (crossing is Crossing.BUFFER_VIEW and elements):
        return typed.ForeignArgument(argument.span, type, typed.ForeignForm.BUFFER, value)
    if crossing is Crossing.ARRAY_VIEW and (elements or _is_array_of_values(type)):
        return typed.ForeignArgument(argument.span, type, typed.ForeignForm.ARRAY, value)
    return coerce(checker, value, parameter.type, argument.span)
