"""Names and members as values: locals, constants, functions, fields, variants, elements (`language.md` §4.5, §6.5)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from beskid.analysis import typed
from beskid.analysis.model.symbols import (
    ConstSymbol,
    EnumSymbol,
    FunctionSymbol,
    Symbol,
    TypeSymbol,
)
from beskid.analysis.model.types import (
    ERROR,
    NEVER,
    STRING,
    ArrayType,
    FunctionType,
    InferenceVariable,
    StructType,
    Type,
    show_type,
    substitute,
)
from beskid.analysis.model.unify import could_unify, prune, unify
from beskid.analysis.names.lookup import (
    Meaning,
    find_static,
    lookup_value,
    method_names,
    promises_unknown,
    resolve_member_path,
)
from beskid.analysis.spelling import closest_member
from beskid.analysis.types.check.bound_methods import bind_method, method_value
from beskid.analysis.types.check.callees import abandon
from beskid.analysis.types.check.constants import constant_value
from beskid.analysis.types.check.constructors import construct, find_variant
from beskid.analysis.types.check.conversions import error_value, without_operation
from beskid.analysis.types.check.dispatch import infer
from beskid.analysis.types.check.literals import local_constant
from beskid.analysis.types.check.operators import unwrap_help
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
from beskid.base.spelling import listing
from beskid.source.codes import E1111, E1211, E1213, E1240
from beskid.source.diagnostics import Label
from beskid.source.text import Span
from beskid.syntax import tree


def name_expression(checker: BodyChecker, expression: tree.NameExpression, expected: Type | None) -> typed.Expression:
    name = expression.name.text
    constant = checker.constant_local(name)
    if constant is not None and constant.constant is not None:
        constant.is_read = True
        if checker.world.occurrences is not None:
            checker.world.occurrences.note(checker.source, expression.name.span, constant)
        return local_constant(constant.constant, expected, expression.span)
    value = value_of_name(checker, name, expression.span)
    if value is not None:
        return value
    if implicit_event(checker, name):
        return _event_value(checker, name, expression.span)
    method = implicit_method(checker, expression.name)
    if method is not None:
        this = this_local(checker, expression.span)
        if this is not None:
            return bind_method(checker, read_local(this, expression.span), method, expression, expected)
    meaning = lookup_value(checker.world, checker.context, expression.name)
    if meaning is not None:
        return value_of_meaning(checker, meaning, expression, expected)
    report_unknown(checker, expression.name)
    return error_value(expression.span)


def value_of_meaning(
    checker: BodyChecker,
    meaning: Meaning,
    expression: tree.NameExpression | tree.MemberExpression,
    expected: Type | None,
) -> typed.Expression:
    """Return the value of something declared. Reports E1201 for types and modules."""
    symbol = meaning.item
    if isinstance(symbol, ConstSymbol):
        return constant_value(checker.rules, checker.world, checker.diagnostics, symbol, expression.span)
    if isinstance(symbol, FunctionSymbol):
        return _function_value(checker, symbol, expression, expected)
    name = expression.name.text
    if isinstance(symbol, EnumSymbol):
        help = f"name a variant: `{name}::{next(iter(symbol.variants), 'Variant')}`"
    elif isinstance(symbol, TypeSymbol):
        help = f"make a value: `{name} {{ … }}`"
    else:
        help = f"name an item of the module: `{name}.item`"
    kind = "a type" if isinstance(symbol, TypeSymbol) else "a module"
    checker.error(E1111, f"`{name}` is {kind}, not a value", expression.span, f"this is {kind}", help)
    return error_value(expression.span)


def _function_value(
    checker: BodyChecker,
    function: FunctionSymbol,
    expression: tree.NameExpression | tree.MemberExpression,
    expected: Type | None,
) -> typed.Expression:
    if function.is_test:
        message = f"`{function.name}` is a test, not a value"
        help = "move the shared code into a function"
        checker.error(E1111, message, expression.span, "run by `beskid test` only", help)
        return error_value(expression.span)
    if function.extern is not None or any(parameter.modifier for parameter in function.parameters):
        checker.error(
            E1111,
            f"`{function.name}` can only be called",
            expression.span,
            "not a value",
            "wrap it in a function",
        )
        return error_value(expression.span)
    function.is_value = True
    type = FunctionType(tuple([parameter.type for parameter in function.parameters]), function.result)
    if not function.type_parameters:
        return typed.FunctionReference(expression.span, type, function, ())
    mapping, variables = checker.fresh(function.type_parameters, function.name, expression.span)
    written = expression.type_arguments
    if written and len(written) != len(variables):
        abandon(variables)
        checker.error(
            E1240,
            f"`{function.name}` takes {len(variables)} type arguments, got {len(written)}",
            expression.span,
            f"{len(written)} given",
            f"its type parameters are {listing([p.name for p in function.type_parameters])}",
        )
        return error_value(expression.span)
    for variable, syntax in zip(variables, written, strict=False):
        variable.solution = checker.resolve_type(syntax)
    applied = substitute(type, mapping)
    if expected is not None and could_unify(applied, expected):
        unify(applied, expected)
    settled = tuple([checker.settle(variable) for variable in variables])
    return typed.FunctionReference(expression.span, checker.settle(applied), function, settled)


def member_expression(
    checker: BodyChecker, expression: tree.MemberExpression, expected: Type | None
) -> typed.Expression:
    root = root_name(expression)
    if root is None or is_value_name(checker, root.name.text):
        return _member_value(checker, infer(checker, expression.object), expression, expected)
    path = resolve_member_path(checker.world, checker.context, expression, checker.local_names)
    if path is None:
        return error_value(expression.span)
    if path.prefix is expression:
        return value_of_meaning(checker, path.meaning, expression, expected)
    item = path.meaning.item
    if path.prefix is expression.object and isinstance(item, TypeSymbol):
        return _type_member(checker, item, expression, expected)
    return _member_value(checker, infer(checker, expression.object), expression, expected)


def _member_value(
    checker: BodyChecker, object: typed.Expression, expression: tree.MemberExpression, expected: Type | None
) -> typed.Expression:
    """Return a field of a value, or a method bound to it."""
    type = prune(object.type)
    name = expression.name.text
    if checker.world.occurrences is not None:
        checker.world.occurrences.note_receiver(checker.source, expression.name.span.start, type)
    has_own = isinstance(type, StructType) and (name in type.symbol.fields or name in type.symbol.events)
    if type is not ERROR and type is not NEVER and not has_own:
        method = method_value(checker, object, expression, expected)
        if method is not None:
            return method
    return read_member(checker, object, expression)


def _type_member(
    checker: BodyChecker, symbol: Symbol, expression: tree.MemberExpression, expected: Type | None
) -> typed.Expression:
    name = expression.name
    if isinstance(symbol, EnumSymbol):
        variant = find_variant(checker, symbol, name)
        if variant is None:
            return error_value(expression.span)
        explicit = written_arguments(checker, expression.object)
        return construct(checker, symbol, explicit, variant, (), expression.span, expected)
    if isinstance(symbol, TypeSymbol):
        function = find_static(checker.world, checker.context, symbol, name)
        if function is not None:
            return _function_value(checker, function, expression, expected)
    checker.error(
        E1111,
        f"`{symbol.name}.{name.text}` is not a value",
        expression.span,
        f"`{symbol.name}` is a type",
        f"call a function: `{symbol.name}.{name.text}(…)`",
    )
    return error_value(expression.span)


def written_arguments(checker: BodyChecker, expression: tree.Expression) -> tuple[Type, ...] | None:
    """Return the type arguments written on the last segment of a path, or None when there are none."""
    if not isinstance(expression, tree.NameExpression | tree.MemberExpression) or not expression.type_arguments:
        return None
    return tuple([checker.resolve_type(argument) for argument in expression.type_arguments])


def read_member(checker: BodyChecker, object: typed.Expression, expression: tree.MemberExpression) -> typed.Expression:
    type = prune(object.type)
    if type is ERROR or type is NEVER:
        return without_operation(object, expression.span)
    name = expression.name.text
    if not isinstance(type, StructType):
        _report_no_members(checker, type, expression)
        return error_value(expression.span)
    field = type.symbol.fields.get(name)
    if field is not None:
        note_field(checker, object, field, expression.name.span)
        return read_field(checker, object, field, expression.span)
    if name in type.symbol.events:
        note_field(checker, object, type.symbol.events[name], expression.name.span)
        return _event_value(checker, name, expression.name.span)
    if name in checker.world.lost_methods:
        return error_value(expression.span)
    is_own_module = type.symbol.module is checker.context.module
    if name in type.symbol.methods:
        help = f"call the method: `{name}(…)`, or wrap it in a function"
    else:
        candidates = [*type.symbol.fields, *type.symbol.methods]
        visible = [field.name for field in type.symbol.fields.values() if field.is_pub or is_own_module]
        otherwise = f"its fields are {listing(visible)}" if visible else "it has no fields that can be read here"
        methods = method_names(checker.world, checker.context, type)
        help = _near_member(name, candidates if is_own_module else methods, methods, otherwise)
    checker.error(
        E1211,
        f"`{show_type(type)}` has no field `{name}`",
        expression.name.span,
        "unknown field",
        help,
        (Label(type.symbol.source, type.symbol.name_span, "declared here"),),
        subject=member_subject(type.symbol, name),
    )
    return error_value(expression.span)


def _near_member(name: str, names: Iterable[str], methods: Collection[str], otherwise: str) -> str:
    """Return a help that names the closest member, a method as a call."""
    found = closest_member(name, names)
    if found is None:
        return otherwise
    return f"did you mean `{found}{'()' if found in methods else ''}`?"


def _report_no_members(checker: BodyChecker, type: Type, expression: tree.MemberExpression) -> None:
    name = expression.name.text
    if name in checker.world.lost_methods or promises_unknown(checker.world, type):
        return
    if isinstance(type, InferenceVariable):
        help = "write the type of the value"
    else:
        methods = method_names(checker.world, checker.context, type)
        if name in methods:
            help = f"call the method: `{name}()`"
        elif name in ("Length", "length", "len", "size", "Count", "count") and (
            type is STRING or isinstance(type, ArrayType)
        ):
            help = "the length is `Len()`"
        else:
            help = _near_member(name, methods, methods, unwrap_help(type) or "only struct values have fields")
    checker.error(
        E1213,
        f"`{show_type(type)}` has no member `{name}`",
        expression.span,
        f"the value before the dot is `{show_type(type)}`",
        help,
        subject=member_subject(type, name),
    )


def _event_value(checker: BodyChecker, name: str, span: Span) -> typed.Expression:
    checker.error(
        E1111,
        f"event `{name}` is not a value",
        span,
        "this is an event",
        f"subscribe with `{name} += handler;`, or raise it in a method: `{name}(…)`",
    )
    return error_value(span)
