"""Assignment: places, mutability, compound operators, events (`language.md` §4.14)."""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.relations import integer, numeric
from beskid.analysis.model.symbols import EventSymbol, LocalSymbol
from beskid.analysis.model.types import ERROR, NEVER, STRING, FunctionType, Type, TypeParameterType, show_type
from beskid.analysis.model.unify import prune
from beskid.analysis.names.lookup import lookup_value, resolve_member_path
from beskid.analysis.types.check.conversions import coerce, convert, error_value
from beskid.analysis.types.check.dispatch import check, infer
from beskid.analysis.types.check.events import change_event, event_of, implicit_receiver
from beskid.analysis.types.check.items import element_of, has_items, item_place
from beskid.analysis.types.check.literals import strip_groups
from beskid.analysis.types.check.names import read_member
from beskid.analysis.types.check.operators import accepts, parameter_help
from beskid.analysis.types.check.paths import (
    implicit_event,
    implicit_field,
    is_value_name,
    note_field,
    root_name,
    value_of_name,
)
from beskid.analysis.types.check.state import BodyChecker
from beskid.analysis.types.check.unknown import report_unknown
from beskid.analysis.types.check.value_fields import field_place
from beskid.source.codes import E1202, E1214, E1221, Code
from beskid.source.diagnostics import Edit, Fix, Label
from beskid.source.text import Span
from beskid.syntax import tree
from beskid.syntax.operators import ASSIGNMENT, BinaryOperator, Family, compounds

_COMPOUNDS = compounds()


def assign_expression(
    checker: BodyChecker, expression: tree.AssignExpression, expected: Type | None
) -> typed.Expression:
    target = strip_groups(expression.target)
    row = None if expression.operator == ASSIGNMENT else _COMPOUNDS[expression.operator]
    if row is not None and row.changes_events:
        found = _event_target(checker, target)
        if found is not None:
            return change_event(checker, expression, *found, row.spelling)
        local = checker.find_local(target.name.text) if isinstance(target, tree.NameExpression) else None
        if local is not None and isinstance(strip_groups(expression.value), tree.LambdaExpression):
            # Subscribing a handler does not require a mutable local.
            return _not_an_event(checker, expression, local.type)
    place = place_of(checker, target, reads=row is not None)
    if place is None:
        _check_value_alone(checker, expression.value)
        return error_value(expression.span)
    if isinstance(place, typed.LocalPlace):
        place.local.is_assigned = True
    type = place.type
    if type is NEVER and isinstance(place, typed.LocalPlace):
        _check_value_alone(checker, expression.value)
        return typed.LocalRead(expression.span, NEVER, place.local)
    if type is ERROR:
        _check_value_alone(checker, expression.value)
        return error_value(expression.span)
    if row is not None:
        return _compound(checker, expression, place, row)
    value = check(checker, expression.value, type)
    if value.type is ERROR:
        return typed.UnitValue(expression.span, ERROR)
    return typed.Assign(expression.span, type, place, "", value)


def _check_value_alone(checker: BodyChecker, value: tree.Expression) -> None:
    """Check the right side of an assignment with a wrong target, for the errors inside it."""
    if not isinstance(strip_groups(value), tree.LambdaExpression | tree.ArrayLiteral):
        infer(checker, value)


def _compound(
    checker: BodyChecker, expression: tree.AssignExpression, place: typed.Place, row: BinaryOperator
) -> typed.Expression:
    type = prune(place.type)
    value_syntax = strip_groups(expression.value)
    if row.changes_events and isinstance(value_syntax, tree.LambdaExpression):
        return _not_an_event(checker, expression, type)
    joins_strings = row.joins_strings and type is STRING
    if not joins_strings and not accepts(row, type):
        value = infer(checker, expression.value)
        if isinstance(prune(value.type), FunctionType):
            return _not_an_event(checker, expression, type)
        checker.error(
            E1202,
            f"`{expression.operator}` is not defined for `{show_type(type)}`",
            expression.span,
            f"the target is `{show_type(type)}`",
            _compound_help(row, type),
        )
        return error_value(expression.span)
    if row.family is Family.SHIFT:
        value = infer(checker, expression.value, type)
        if integer(prune(value.type)) is not None:
            # The count is taken modulo the width, so truncating it to the width of the place is safe.
            value = convert(value, type)
        elif value.type is not ERROR:
            value = check(checker, expression.value, type)
    else:
        value = infer(checker, expression.value, type)
        if isinstance(prune(value.type), FunctionType):
            return _not_an_event(checker, expression, type)
        value = coerce(checker, value, type, expression.value.span)
    if value.type is ERROR:
        return error_value(expression.span)
    if value.type is NEVER:
        return value
    return typed.Assign(expression.span, type, place, row.spelling, value)


def _compound_help(row: BinaryOperator, type: Type) -> str:
    if numeric(type) is not None:
        return f"`{row.compound}` takes integers"
    if isinstance(type, TypeParameterType):
        return parameter_help(row, type)
    if row.joins_strings:
        return f"`{row.compound}` takes numbers, strings and events"
    if row.changes_events:
        return f"`{row.compound}` takes numbers and events"
    return f"`{row.compound}` takes numbers"


def _not_an_event(checker: BodyChecker, expression: tree.AssignExpression, type: Type) -> typed.Expression:
    checker.error(
        E1221,
        f"expected an event, got `{show_type(type)}`",
        expression.target.span,
        "not an event",
        "declare the event as a field: `event Name(parameters)`",
    )
    return error_value(expression.span)


def _event_target(checker: BodyChecker, target: tree.Expression) -> tuple[typed.Expression, EventSymbol] | None:
    """Return the event that the target denotes and its object, or None."""
    if isinstance(target, tree.NameExpression):
        name = target.name.text
        if checker.has_local(name) or not implicit_event(checker, name):
            return None
        this = implicit_receiver(checker, target.span)
        own = None if this is None else event_of(this, name)
        if this is None or own is None:
            return None
        note_field(checker, this, own, target.name.span)
        return this, own
    if not isinstance(target, tree.MemberExpression):
        return None
    root = root_name(target)
    if root is None or not is_value_name(checker, root.name.text):
        return None
    errors = len(checker.diagnostics)
    object = infer(checker, target.object)
    event = event_of(object, target.name.text)
    if event is not None:
        note_field(checker, object, event, target.name.span)
        return object, event
    # The target is checked again as a place, which reports the same error.
    del checker.diagnostics[errors:]
    return None


def place_of(
    checker: BodyChecker, target: tree.Expression, code: Code = E1202, reads: bool = False
) -> typed.Place | None:
    """Return the assignable place that an expression denotes, or None after a report.

    `code` reports an expression that is not a place. `reads`: the assignment needs the old value.
    """
    if isinstance(target, tree.NameExpression):
        return _name_place(checker, target, code)
    if isinstance(target, tree.MemberExpression):
        return _member_place(checker, target, code)
    if isinstance(target, tree.IndexExpression):
        object = infer(checker, target.object)
        if prune(object.type) is NEVER:
            _report_never(checker, target, code)
            return None
        if has_items(prune(object.type)):
            if code != E1202:
                help = "copy it to a local, pass that, and assign it back"
                _not_assignable(checker, code, target.span, "the method `At` returns a copy", help)
                return None
            return item_place(checker, target, object, reads)
        found = element_of(checker, target, object)
        if found is None:
            return None
        index, element = found
        if prune(object.type) is STRING:
            _not_assignable(checker, code, target.span, "strings are immutable", "build a new string")
            return None
        return typed.IndexPlace(target.span, element, object, index)
    if not isinstance(target, tree.ErrorExpression):
        _not_assignable(
            checker,
            code,
            target.span,
            "this is not assignable",
            "use a local, a field `x.f` or an element `x[i]`",
        )
    return None


def _not_assignable(checker: BodyChecker, code: Code, span: Span, label: str, help: str) -> None:
    message = "not assignable" if code == E1202 else "this argument must be assignable"
    checker.error(code, message, span, label, help)


def _name_place(checker: BodyChecker, target: tree.NameExpression, code: Code) -> typed.Place | None:
    name = target.name.text
    local = checker.find_local(name)
    if local is not None:
        if checker.world.occurrences is not None:
            checker.world.occurrences.note(checker.source, target.name.span, local)
        if not local.is_mut and not local.is_parameter:
            _report_immutable(checker, local, target.span)
        return typed.LocalPlace(target.span, local.type, local)
    field = implicit_field(checker, name)
    if field is not None:
        value = value_of_name(checker, name, target.span)
        return field_place(checker, value, target.span) if isinstance(value, typed.FieldRead) else None
    if implicit_event(checker, name):
        _not_assignable(checker, code, target.span, f"`{name}` is an event", f"subscribe with `{name} += handler;`")
        return None
    meaning = lookup_value(checker.world, checker.context, target.name)
    if meaning is None:
        report_unknown(checker, target.name)
    else:
        label = f"`{name}` cannot be reassigned"
        _not_assignable(checker, code, target.span, label, "use a local: `let mut x = …;`")
    return None


def _report_immutable(checker: BodyChecker, local: LocalSymbol, span: Span) -> None:
    fixes: tuple[Fix, ...] = ()
    if local.name == "this":
        help = "assign to its fields instead"
    elif local in checker.fixed_locals:
        help = f"copy it first: `let mut copy = {local.name};`"
    else:
        help = f"declare it with `mut`: `{_with_mut(checker, local)} = …;`"
        place = Span(local.span.start, local.span.start)
        fixes = (Fix(f"declare `{local.name}` with `mut`", (Edit(checker.source, place, "mut "),), safe=True),)
    checker.error(
        E1214,
        f"`{local.name}` is immutable",
        span,
        "cannot be assigned",
        help,
        (Label(checker.source, local.span, "declared here without `mut`"),) if local.name != "this" else (),
        fixes,
    )


def _with_mut(checker: BodyChecker, local: LocalSymbol) -> str:
    """Return the head of the declaration of a local with `mut`."""
    text = checker.source.text
    is_let = text[: local.span.start].rstrip().endswith("let")
    return f"{'let' if is_let else show_type(local.type)} mut {local.name}"


def _report_never(checker: BodyChecker, target: tree.MemberExpression | tree.IndexExpression, code: Code) -> None:
    _not_assignable(checker, code, target.object.span, "this never completes", "write it as a statement of its own")


def _member_place(checker: BodyChecker, target: tree.MemberExpression, code: Code) -> typed.Place | None:
    root = root_name(target)
    if root is not None and not is_value_name(checker, root.name.text):
        path = resolve_member_path(checker.world, checker.context, target, checker.local_names)
        if path is None:
            return None
        if path.prefix is target:
            label = f"`{target.name.text}` cannot be reassigned"
            _not_assignable(checker, code, target.span, label, "use a local")
            return None
    object = infer(checker, target.object)
    if prune(object.type) is NEVER:
        _report_never(checker, target, code)
        return None
    if checker.world.occurrences is not None:
        checker.world.occurrences.note_receiver(checker.source, target.name.span.start, prune(object.type))
    value = read_member(checker, object, target)
    return field_place(checker, value, target.span) if isinstance(value, typed.FieldRead) else None
