"""The code of function values without a source function of their own: lambdas and bound constraint methods.

The first parameter is the closure, which has the captures (decision L11).
"""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.symbols import LocalSymbol
from beskid.analysis.model.types import FunctionType, show_type, substitute
from beskid.ir.model import Function, IRType, Operand
from beskid.lower.bodies.body import bind_parameters, load_receiver, new_context, parameters_of, sealed, write_body
from beskid.lower.bodies.context import FunctionContext
from beskid.lower.mono import BoundConstraintInstance, Instances, LambdaInstance


def build_lambda(instances: Instances, instance: LambdaInstance) -> Function:
    """Build a lambda, whose first parameter is the closure."""
    node = instance.node
    kind = substitute(node.type, instance.mapping)
    if not isinstance(kind, FunctionType):
        raise AssertionError("a lambda has a function type")
    context = new_context(
        instances,
        instance.name,
        instance.name,
        instance.display,
        instance.source,
        node.span,
        instance.mapping,
        kind.result,
    )
    closure = context.builder.parameter(IRType.REF, "closure")
    values = parameters_of(context, node.parameters)
    _adopt_captures(context, node.captures, closure)
    bind_parameters(context, node.parameters, values)
    write_body(context, node.body)
    return sealed(context)


def _adopt_captures(context: FunctionContext, captures: tuple[LocalSymbol, ...], closure: Operand) -> None:
    shapes = tuple([context.captured_shape(local) for local in captures])
    layout = context.instances.closures.closure(shapes)
    for local, shape, offsets in zip(captures, shapes, layout.offsets, strict=True):
        loaded = [
            context.builder.load_field(closure, offset, component)
            for component, offset in zip(shape, offsets, strict=True)
        ]
        context.adopt(local, tuple(loaded))


def build_bound_constraint(instances: Instances, instance: BoundConstraintInstance) -> Function:
    """Build a call of a constraint method whose receiver is in the closure."""
    method = instance.method
    receiver, kind = instance.receiver, instance.type
    span = method.name_span
    display = f"{show_type(receiver)}.{method.name}"
    context = new_context(instances, instance.name, instance.name, display, method.source, span, {}, kind.result)
    closure = context.builder.parameter(IRType.REF, "closure")
    this = LocalSymbol("this", receiver, False, span)
    parameters = tuple(
        [LocalSymbol(f"argument{index}", type, False, span) for index, type in enumerate(kind.parameters)]
    )
    values = parameters_of(context, parameters)
    load_receiver(context, this, closure)
    bind_parameters(context, parameters, values)
    arguments = tuple([typed.LocalRead(span, local.type, local) for local in (this, *parameters)])
    call = typed.ConstraintCall(span, kind.result, method, receiver, arguments)
    write_body(context, typed.Block(span, (typed.Return(span, call),)))
    return sealed(context)
