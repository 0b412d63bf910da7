"""`ref` and `out` arguments (decision L14): values are passed with the call and returned as additional results.

A function takes the value of a `ref` parameter and nothing for an `out` parameter, and returns the final values of both
after its result. The caller evaluates the target locations first, including checks of indexes, and stores the values in
the order of the arguments. So no parameter needs memory, and nothing has to be undone if the call panics.
"""

from __future__ import annotations

from collections.abc import Sequence

from beskid.analysis import typed
from beskid.analysis.model.symbols import LocalSymbol
from beskid.analysis.model.types import Type
from beskid.base.node import node
from beskid.ir.model import IRType
from beskid.lower.bodies.context import FunctionContext, Value, is_shared
from beskid.lower.bodies.dispatch import lower_all, lower_as, may_assign
from beskid.lower.bodies.objects import ElementTarget, FieldTarget, evaluate_place, read_target, write_target
from beskid.lower.layout import Shape


@node
class WriteBack:
    """The location that one value is stored to after the call."""

    place: LocalSymbol | FieldTarget | ElementTarget
    shape: Shape


def lower_arguments(
    context: FunctionContext, arguments: Sequence[typed.Expression], wanted: Sequence[Type]
) -> tuple[list[Value], list[WriteBack]]:
    """Lower arguments from left to right. Return their values, and where to store the additional results."""
    if not any(isinstance(argument, typed.ReferenceArgument) for argument in arguments):
        return lower_all(context, arguments, wanted), []
    values: list[Value] = []
    backs: list[WriteBack] = []
    for position, (argument, kind) in enumerate(zip(arguments, wanted, strict=True)):
        if isinstance(argument, typed.ReferenceArgument):
            back, value = _evaluate(context, argument)
            backs.append(back)
            values.append(value)
            continue
        value = lower_as(context, argument, kind)
        if context.is_volatile(value) and any(may_assign(later) for later in arguments[position + 1 :]):
            value = context.snapshot(value)
        values.append(value)
    return values, backs


def _evaluate(context: FunctionContext, argument: typed.ReferenceArgument) -> tuple[WriteBack, Value]:
    """Evaluate the location once. Its value is passed for `ref`, nothing for `out`."""
    place = argument.place
    shape = context.shape(place.type)
    is_ref = argument.modifier == "ref"
    if isinstance(place, typed.LocalPlace):
        value = context.read(place.local) if is_ref else ()
        # A local that is not captured is its own cell: stores of later arguments are passed, too.
        return WriteBack(place.local, shape), context.snapshot(value) if is_shared(place.local) else value
    target = evaluate_place(context, place, True)
    context.at(place.span)
    if is_ref and context.builder.is_open():
        return WriteBack(target, shape), read_target(context, target)
    if isinstance(target, ElementTarget) and context.builder.is_open():
        context.builder.check_index(target.array, target.index)
    return WriteBack(target, shape), ()


def returned_shape(backs: Sequence[WriteBack]) -> tuple[IRType, ...]:
    """Return the types of the additional results of a call."""
    return tuple([component for back in backs for component in back.shape])


def write_back(context: FunctionContext, backs: Sequence[WriteBack], values: Value) -> None:
    """Store the additional results in the order of the arguments."""
    start = 0
    for back in backs:
        value = values[start : start + len(back.shape)]
        start += len(back.shape)
        if isinstance(back.place, LocalSymbol):
            context.assign(back.place, value)
        else:
            write_target(context, back.place, value, is_checked=True)


def refuse_reference_argument(context: FunctionContext, expression: typed.ReferenceArgument) -> Value:
    """Refuse a reference argument outside a call; calls lower theirs themselves."""
    raise AssertionError("a reference argument outside a call")
