"""Events: subscribing, unsubscribing and raising (`language.md` §4.13).

Handlers have the type `unit(parameters)`. Only methods of the declaring type may raise an event, and an event cannot be
used as a value.
"""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.relations import symbol_substitution
from beskid.analysis.model.symbols import EventSymbol
from beskid.analysis.model.types import ERROR, UNIT, FunctionType, StructType, Type, show_type, substitute
from beskid.analysis.model.unify import prune
from beskid.analysis.types.check.callees import check_arguments, skip_arguments
from beskid.analysis.types.check.conversions import error_value
from beskid.analysis.types.check.dispatch import check
from beskid.analysis.types.check.paths import read_local, this_local
from beskid.analysis.types.check.state import BodyChecker
from beskid.base.spelling import counted
from beskid.source.codes import E1204, E1219
from beskid.source.diagnostics import Label
from beskid.source.text import Span
from beskid.syntax import tree


def event_of(object: typed.Expression, name: str) -> EventSymbol | None:
    type = prune(object.type)
    return type.symbol.events.get(name) if isinstance(type, StructType) else None


def implicit_receiver(checker: BodyChecker, span: Span) -> typed.Expression | None:
    """Return `this`, for an event named without a receiver."""
    this = this_local(checker, span)
    return None if this is None else read_local(this, span)


def change_event(
    checker: BodyChecker,
    expression: tree.AssignExpression,
    object: typed.Expression,
    event: EventSymbol,
    operator: str,
) -> typed.Expression:
    """Check `object.Event += handler` or `-=`."""
    wanted = FunctionType(_parameter_types(object, event), UNIT)
    handler = check(checker, expression.value, checker.settle(wanted))
    if handler.type is ERROR:
        return error_value(expression.span)
    return typed.EventChange(expression.span, UNIT, object, event, operator, handler)


def raise_event(
    checker: BodyChecker, object: typed.Expression, event: EventSymbol, call: tree.CallExpression
) -> typed.Expression:
    """Check `object.Event(arguments)`. Reports E1219 outside the methods of the type."""
    type = prune(object.type)
    assert isinstance(type, StructType)
    receiver = checker.context.receiver
    if not isinstance(receiver, StructType) or receiver.symbol is not type.symbol:
        checker.error(
            E1219,
            f"event `{event.name}` can only be raised by methods of {type.symbol.name}",
            call.span,
            "not inside the type",
            f"add a method to {type.symbol.name} that raises it",
        )
        skip_arguments(checker, call.arguments)
        return error_value(call.span)
    count = len(event.parameters)
    if len(call.arguments) != count:
        signature = ", ".join([f"{show_type(p.type)} {p.name}" for p in event.parameters])
        checker.error(
            E1204,
            f"event `{event.name}` takes {counted(count, 'argument')}, got {len(call.arguments)}",
            call.span,
            f"{len(call.arguments)} given",
            f"its parameters are `({signature})`",
            (Label(type.symbol.source, event.span, "declared here"),),
        )
        skip_arguments(checker, call.arguments)
        return error_value(call.span)
    values = check_arguments(checker, _parameter_types(object, event), call.arguments, None, None)
    if any(value.type is ERROR for value in values):
        return typed.UnitValue(call.span, UNIT)
    return typed.EventRaise(call.span, UNIT, object, event, values)


def _parameter_types(object: typed.Expression, event: EventSymbol) -> tuple[Type, ...]:
    owner = prune(object.type)
    assert isinstance(owner, StructType)
    mapping = symbol_substitution(owner)
    return tuple([substitute(parameter.type, mapping) for parameter in event.parameters])
