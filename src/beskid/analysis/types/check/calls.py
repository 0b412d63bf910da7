"""Calls, by the kind of expression before the parentheses (`language.md` §4.7)."""

from __future__ import annotations

from typing import Final

from beskid.analysis import typed
from beskid.analysis.model.symbols import (
    ConstSymbol,
    ContractSymbol,
    EnumSymbol,
    FunctionSymbol,
    StructSymbol,
    TypeSymbol,
)
from beskid.analysis.model.types import (
    CHAR,
    ERROR,
    NEVER,
    STRING,
    U8,
    ArrayType,
    ContractType,
    FunctionType,
    InferenceVariable,
    PrimitiveType,
    StructType,
    Type,
    TypeParameterType,
    show_type,
)
from beskid.analysis.model.unify import prune
from beskid.analysis.model.world import is_of_library
from beskid.analysis.names.conformance import DERIVED
from beskid.analysis.names.lookup import (
    Meaning,
    built_in_method,
    constraint_method,
    find_method,
    find_static,
    lookup_value,
    method_names,
    promises_unknown,
    resolve_member_path,
)
from beskid.analysis.names.suggest import importable, unknown_type
from beskid.analysis.spelling import did_you_mean
from beskid.analysis.types.check.builtin_calls import call_builtin
from beskid.analysis.types.check.callees import (
    call_constraint,
    call_contract,
    call_function,
    check_arguments,
    skip_arguments,
)
from beskid.analysis.types.check.constructors import construct, construct_path, find_variant
from beskid.analysis.types.check.conversions import coerce, error_value, without_operation
from beskid.analysis.types.check.dispatch import check, infer
from beskid.analysis.types.check.events import event_of, implicit_receiver, raise_event
from beskid.analysis.types.check.foreign import call_extern
from beskid.analysis.types.check.literals import strip_groups
from beskid.analysis.types.check.names import written_arguments
from beskid.analysis.types.check.number_forms import NUMBER_FORMS, call_on_parameter
from beskid.analysis.types.check.paths import (
    implicit_event,
    implicit_method,
    is_value_name,
    note_field,
    read_field,
    read_local,
    root_name,
    this_local,
    value_of_name,
)
from beskid.analysis.types.check.state import BodyChecker
from beskid.analysis.types.check.unknown import report_unknown
from beskid.analysis.types.subjects import member_subject
from beskid.base.spelling import counted, listing
from beskid.source.codes import E1204, E1606, E1609
from beskid.syntax import tree

_GROWING: Final = frozenset({"append", "push", "add", "pushback", "push_back", "insert"})
"""Names of methods that append to arrays in other languages."""


def call_expression(checker: BodyChecker, call: tree.CallExpression, expected: Type | None) -> typed.Expression:
    callee = call.callee
    if isinstance(callee, tree.EnumPathExpression):
        return construct_path(checker, callee, call.arguments, call.span, expected)
    if isinstance(callee, tree.NameExpression):
        return _call_name(checker, call, callee, expected)
    if isinstance(callee, tree.MemberExpression):
        return _call_member(checker, call, callee, expected)
    inner = strip_groups(callee)
    if isinstance(inner, tree.LambdaExpression):
        return _call_lambda(checker, call, inner)
    return call_value(checker, infer(checker, callee), call)


def _call_lambda(checker: BodyChecker, call: tree.CallExpression, callee: tree.LambdaExpression) -> typed.Expression:
    """Check an immediate call of a lambda. Parameters without a type take that of their argument."""
    count = len(callee.parameters)
    if len(call.arguments) != count:
        checker.error(
            E1204,
            f"this lambda takes {counted(count, 'argument')}, got {len(call.arguments)}",
            call.span,
            f"{len(call.arguments)} given",
            "pass one argument for each parameter",
        )
        skip_arguments(checker, call.arguments)
        return error_value(call.span)
    values: list[typed.Expression] = []
    for parameter, argument in zip(callee.parameters, call.arguments, strict=True):
        if parameter.type is None:
            values.append(infer(checker, argument.value))
        else:
            values.append(check(checker, argument.value, checker.resolve_type(parameter.type)))
    types = tuple([checker.settle(value.type) for value in values])
    function = infer(checker, callee, FunctionType(types, InferenceVariable("result")))
    type = prune(function.type)
    if not isinstance(type, FunctionType) or any(value.type is ERROR for value in values):
        return error_value(call.span)
    converted = [
        coerce(checker, value, wanted, argument.span)
        for value, wanted, argument in zip(values, type.parameters, call.arguments, strict=True)
    ]
    return typed.ValueCall(call.span, checker.settle(type.result), function, tuple(converted))


def call_value(checker: BodyChecker, callee: typed.Expression, call: tree.CallExpression) -> typed.Expression:
    """Check the call of a function value. Reports E1606 for any other value."""
    type = prune(callee.type)
    if type is ERROR or type is NEVER:
        skip_arguments(checker, call.arguments)
        return without_operation(callee, call.span)
    if not isinstance(type, FunctionType):
        checker.error(
            E1609,
            f"`{show_type(type)}` cannot be called",
            call.callee.span,
            f"this is `{show_type(type)}`",
            "only functions, methods and values of function type can be called",
        )
        skip_arguments(checker, call.arguments)
        return error_value(call.span)
    count = len(type.parameters)
    if len(call.arguments) != count:
        checker.error(
            E1204,
            f"this `{show_type(type)}` takes {counted(count, 'argument')}, got {len(call.arguments)}",
            call.span,
            f"{len(call.arguments)} given",
            f"its parameters are `({', '.join([show_type(p) for p in type.parameters])})`",
        )
        skip_arguments(checker, call.arguments)
        return error_value(call.span)
    values = check_arguments(checker, type.parameters, call.arguments, None, None)
    if any(value.type is ERROR for value in values):
        return typed.UnitValue(call.span, ERROR)
    return typed.ValueCall(call.span, checker.settle(type.result), callee, values)


def _call_name(
    checker: BodyChecker, call: tree.CallExpression, callee: tree.NameExpression, expected: Type | None
) -> typed.Expression:
    name = callee.name.text
    if checker.has_local(name):
        value = value_of_name(checker, name, callee.span)
        assert value is not None
        return call_value(checker, value, call)
    if implicit_event(checker, name):
        receiver = implicit_receiver(checker, callee.span)
        event = None if receiver is None else event_of(receiver, name)
        if receiver is not None and event is not None:
            note_field(checker, receiver, event, callee.name.span)
            return raise_event(checker, receiver, event, call)
    method = implicit_method(checker, callee.name)
    if method is not None:
        this = this_local(checker, callee.span)
        if this is not None:
            explicit = written_arguments(checker, callee) or ()
            return call_function(checker, method, call, explicit, read_local(this, callee.span), expected)
    value = value_of_name(checker, name, callee.span)
    if value is not None and isinstance(prune(value.type), FunctionType):
        return call_value(checker, value, call)
    meaning = lookup_value(checker.world, checker.context, callee.name)
    if meaning is not None:
        return _call_meaning(checker, call, callee, meaning, expected)
    if value is not None:
        return call_value(checker, value, call)
    if name.startswith("__"):
        built = call_builtin(checker, call, callee, expected)
        if built is not None:
            return built
    report_unknown(checker, callee.name, is_called=True)
    skip_arguments(checker, call.arguments)
    return error_value(call.span)


def _call_meaning(
    checker: BodyChecker,
    call: tree.CallExpression,
    callee: tree.NameExpression | tree.MemberExpression,
    meaning: Meaning,
    expected: Type | None,
) -> typed.Expression:
    symbol = meaning.item
    if isinstance(symbol, FunctionSymbol) and not symbol.is_test:
        return call_function(checker, symbol, call, written_arguments(checker, callee) or (), None, expected)
    name = callee.name.text
    if isinstance(symbol, StructSymbol):
        fields = ", ".join([f"{field}: …" for field in symbol.fields])
        help = f"write a literal: `{name} {{ {fields} }}`" if fields else f"write `{name} {{ }}`"
    elif isinstance(symbol, EnumSymbol):
        help = f"name a variant: {listing([f'{name}::{variant}' for variant in symbol.variants], 4)}"
    elif isinstance(symbol, ConstSymbol):
        help = "remove the parentheses to read the constant"
    elif symbol is None:
        help = f"call a function of the module: `{name}.function(…)`"
    else:
        help = "only functions, methods and values of function type can be called"
    checker.error(E1609, f"`{name}` cannot be called", callee.span, "not a function", help)
    skip_arguments(checker, call.arguments)
    return error_value(call.span)


def _call_member(
    checker: BodyChecker, call: tree.CallExpression, callee: tree.MemberExpression, expected: Type | None
) -> typed.Expression:
    root = root_name(callee)
    if root is not None and not is_value_name(checker, root.name.text):
        parameter = checker.context.type_parameters.get(root.name.text) if root is callee.object else None
        if parameter is not None and callee.name.text in NUMBER_FORMS:
            return call_on_parameter(checker, call, callee, TypeParameterType(parameter))
        path = resolve_member_path(checker.world, checker.context, callee, checker.local_names)
        if path is None:
            skip_arguments(checker, call.arguments)
            return error_value(call.span)
        if path.prefix is callee:
            return _call_meaning(checker, call, callee, path.meaning, expected)
        item = path.meaning.item
        if path.prefix is callee.object and isinstance(item, TypeSymbol):
            return _call_on_type(checker, call, callee, item, expected)
        if path.prefix is callee.object and isinstance(item, FunctionSymbol) and _means_a_type(checker, root.name):
            skip_arguments(checker, call.arguments)
            return error_value(call.span)
    return call_method(checker, infer(checker, callee.object), call, callee, expected)


def _means_a_type(checker: BodyChecker, name: tree.Name) -> bool:
    """Return whether a function's name before a dot was meant as a type that is not imported, and report the type if
    so.
    """
    if not importable(checker.world, checker.context, name.text, types_only=True):
        return False
    checker.diagnostics.append(unknown_type(checker.world, checker.context, name))
    return True


def _call_on_type(
    checker: BodyChecker,
    call: tree.CallExpression,
    callee: tree.MemberExpression,
    symbol: TypeSymbol,
    expected: Type | None,
) -> typed.Expression:
    name = callee.name.text
    explicit = written_arguments(checker, callee.object)
    if isinstance(symbol, EnumSymbol) and name in symbol.variants:
        if checker.world.occurrences is not None:
            checker.world.occurrences.note(checker.source, callee.name.span, symbol.variants[name], symbol)
        return construct(checker, symbol, explicit, symbol.variants[name], call.arguments, call.span, expected)
    if isinstance(symbol, ContractSymbol) and symbol.is_extern and name in symbol.methods:
        if checker.world.occurrences is not None:
            checker.world.occurrences.note(checker.source, callee.name.span, symbol.methods[name])
        return call_extern(checker, symbol.methods[name], call)
    function = find_static(checker.world, checker.context, symbol, callee.name)
    if function is not None:
        own = written_arguments(checker, callee)
        return call_function(checker, function, call, own or explicit or (), None, expected)
    if isinstance(symbol, EnumSymbol):
        find_variant(checker, symbol, callee.name)
    else:
        names = list(symbol.methods)
        help = f"`{name}` is a method: call it on a value" if name in names else None
        checker.error(
            E1606,
            f"{symbol.name} has no function `{name}`",
            callee.name.span,
            "unknown method",
            help or did_you_mean(name, names, f"declare it in the module of {symbol.name}"),
            subject=member_subject(symbol, name),
        )
    skip_arguments(checker, call.arguments)
    return error_value(call.span)


def call_method(
    checker: BodyChecker,
    object: typed.Expression,
    call: tree.CallExpression,
    callee: tree.MemberExpression,
    expected: Type | None,
) -> typed.Expression:
    """Check `value.name(arguments)`: a field of function type, an event, a method, a constraint's method or a uniform
    call.
    """
    type = checker.settle(object.type)
    name = callee.name.text
    if checker.world.occurrences is not None:
        checker.world.occurrences.note_receiver(checker.source, callee.name.span.start, type)
    if type is ERROR or type is NEVER:
        skip_arguments(checker, call.arguments)
        return without_operation(object, call.span)
    if isinstance(type, StructType):
        field = type.symbol.fields.get(name)
        if field is not None and isinstance(field.type, FunctionType | TypeParameterType):
            note_field(checker, object, field, callee.name.span)
            return call_value(checker, read_field(checker, object, field, callee.span), call)
        if name in type.symbol.events:
            note_field(checker, object, type.symbol.events[name], callee.name.span)
            return raise_event(checker, object, type.symbol.events[name], call)
    if isinstance(type, ContractType):
        found_method = type.symbol.methods.get(name)
        if found_method is not None:
            note_method(checker, callee.name, found_method)
            return call_contract(checker, found_method, type, call, object, expected)
    if isinstance(type, TypeParameterType):
        found = constraint_method(checker.world, type, name)
        if found is not None:
            note_method(checker, callee.name, found.method)
            return call_constraint(checker, found, call, object, expected)
    function = None
    if not isinstance(type, InferenceVariable):
        function = find_method(checker.world, checker.context, type, callee.name)
    if function is not None:
        return call_function(checker, function, call, written_arguments(checker, callee) or (), object, expected)
    built_in = built_in_method(checker.world, type, name)
    if built_in is not None:
        note_method(checker, callee.name, built_in.method)
        return call_constraint(checker, built_in, call, object, expected)
    _report_unknown_method(checker, type, callee)
    skip_arguments(checker, call.arguments)
    return error_value(call.span)


def note_method(checker: BodyChecker, name: tree.Name, method: FunctionSymbol) -> None:
    """Note a name that denotes the method of a contract, for editors."""
    if checker.world.occurrences is not None:
        checker.world.occurrences.note(checker.source, name.span, method)


def _is_builder(type: StructType) -> bool:
    return is_of_library(type.symbol, ("Core", "StringBuilder"), "StringBuilder")


def _report_unknown_method(checker: BodyChecker, type: Type, callee: tree.MemberExpression) -> None:
    name = callee.name.text
    if name in checker.world.lost_methods or (
        not isinstance(type, StructType) and promises_unknown(checker.world, type)
    ):
        return
    if isinstance(type, InferenceVariable):
        message, help = f"the type of the value before `.{name}` is not known", "write the type of the variable"
    else:
        message = f"`{show_type(type)}` has no method `{name}`"
        if isinstance(type, TypeParameterType):
            contract = next((each for each, method in DERIVED.items() if method == name), "Contract")
            help = f"add a constraint with this method: `<{show_type(type)} : {contract}>`"
        elif isinstance(type, StructType) and name.lower() == "tostring" and _is_builder(type):
            help = "did you mean `Build`?"
        elif type is U8 and name in method_names(checker.world, checker.context, CHAR):
            help = f"convert it to a character: `({checker.text(callee.object.span)[:40]} as char).{name}()`"
        elif name.lower().replace("_", "") in ("tostring", "str"):
            help = f'convert it to a string with interpolation: `"${{{checker.text(callee.object.span)[:40]}}}"`'
        elif type is STRING and name.lower() in ("format", "formatted"):
            help = 'values are shown in the string: `"${a} ${b}"`, with a format as `${a:8.2}`'
        elif isinstance(type, ContractType):
            help = did_you_mean(name, type.symbol.methods, f"its methods are {listing(type.symbol.methods)}")
        elif name.lower() in ("foreach", "each"):
            help = f"write a loop: `for x in {checker.text(callee.object.span)[:40]} {{ … }}`"
        elif name == "equals" and isinstance(type, PrimitiveType):
            help = "compare with `==`"
        elif name.lower() in _GROWING and isinstance(type, ArrayType):
            help = "arrays have a fixed length; use `List<T>.Push`, after `use Collections.List;`"
        else:
            names = method_names(checker.world, checker.context, type)
            if isinstance(type, StructType) and name in type.symbol.fields:
                checker.error(
                    E1609,
                    f"field `{name}` of `{show_type(type)}` is not a function",
                    callee.name.span,
                    f"this is `{show_type(type.symbol.fields[name].type)}`",
                    "remove the parentheses to read the field",
                )
                return
            help = did_you_mean(
                name, names, f"its methods are {listing(sorted(names))}" if names else "it has no methods"
            )
    subject = member_subject(type, name)
    checker.error(E1606, message, callee.name.span, "unknown method", help, subject=subject)
