"""Function values (decision L11): lambdas, named functions, and methods bound to a receiver.

A value without captures is a static closure, the same one each time. Captures are copied when the expression is
evaluated; for a local that is assigned anywhere, the cell is copied instead. `closure_bodies.py` builds the code of the
values.
"""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.types import FunctionType
from beskid.ir.model import ClosureConstant, FunctionAddress, Operand
from beskid.lower.bodies.context import FunctionContext, Value, zero_value
from beskid.lower.bodies.dispatch import lower_as
from beskid.lower.closures import CLOSURE_CODE_OFFSET, CellLayout
from beskid.lower.mono import FunctionForm
from beskid.lower.tables import implementation


def lower_function_reference(context: FunctionContext, expression: typed.FunctionReference) -> Value:
    """Use a named function as a value: the static closure of an instance that takes the closure first."""
    arguments = tuple([context.concrete(argument) for argument in expression.type_arguments])
    name = context.instances.function(
        expression.function, arguments, context.source, expression.span, FunctionForm.VALUE
    )
    return (ClosureConstant(name),)


def lower_lambda(context: FunctionContext, expression: typed.Lambda) -> Value:
    name = context.instances.anonymous(expression, context.owner, context.display, context.source, context.mapping)
    if not expression.captures:
        return (ClosureConstant(name),)
    captures = [context.captured(local) for local in expression.captures]
    shapes = tuple([context.captured_shape(local) for local in expression.captures])
    context.at(expression.span)
    return (_new_closure(context, context.instances.closures.closure(shapes), name, captures),)


def lower_bound_method(context: FunctionContext, expression: typed.BoundMethod) -> Value:
    """Make a closure of the receiver; two of them are equal if receiver and method are."""
    wanted = context.concrete(expression.receiver_type)
    receiver = lower_as(context, expression.receiver, wanted)
    if not context.builder.is_open():
        return zero_value(context.shape(expression.type))
    context.at(expression.span)
    layout = context.instances.closures.bound_method(context.layouts.shape(wanted))
    return (_new_closure(context, layout, _bound_code(context, expression), [receiver]),)


def _bound_code(context: FunctionContext, expression: typed.BoundMethod) -> str:
    instances = context.instances
    function = expression.function
    arguments = tuple([context.concrete(argument) for argument in expression.type_arguments])
    if function.contract is not None:
        receiver = context.concrete(expression.receiver_type)
        own = implementation(instances, receiver, function.name)
        if own is None:
            kind = context.concrete(expression.type)
            if not isinstance(kind, FunctionType):
                raise AssertionError("a bound method has a function type")
            return instances.bound_constraint(function, receiver, kind)
        function, arguments = own
    return instances.function(function, arguments, context.source, expression.span, FunctionForm.BOUND)


def _new_closure(context: FunctionContext, layout: CellLayout, code: str, captures: list[Value]) -> Operand:
    builder = context.builder
    closure = builder.allocate_object(layout.descriptor)
    builder.store_field(closure, CLOSURE_CODE_OFFSET, FunctionAddress(code), initializing=True)
    for value, offsets in zip(captures, layout.offsets, strict=True):
        for operand, offset in zip(value, offsets, strict=True):
            builder.store_field(closure, offset, operand, initializing=True)
    return closure
