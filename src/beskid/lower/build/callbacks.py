"""Callbacks: functions as C calls them.

Takes a function or a lambda without captures that stands as an argument of a foreign call; gives the address of a
function with the C convention. Its body is an ordinary function without closure, so one callback exists for each
function, however often it is passed.
"""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.types.model import FunctionType
from beskid.ir.builder import Builder
from beskid.ir.model import ClosureConstant, Function, FunctionAddress, Location, Operand
from beskid.lower.build.context import FunctionContext

CALLBACK_MARK = "C"


def callback_address(context: FunctionContext, operand: typed.Expression) -> Operand:
    """The address that C calls."""
    kind = context.concrete(operand.type)
    if not isinstance(kind, FunctionType):
        raise AssertionError(f"{kind!r} cannot be called back")
    match operand:
        case typed.FunctionReference():
            arguments = tuple([context.concrete(argument) for argument in operand.type_arguments])
            target = context.instances.function(operand.function, arguments, context.source, operand.span)
            closure: tuple[Operand, ...] = ()
        case typed.Lambda():
            target = context.instances.anonymous(
                operand, context.owner, context.display, context.source, context.mapping
            )
            closure = (ClosureConstant(target),)
        case _:
            raise AssertionError(f"{operand!r} is no callback")
    name = f"{target}{CALLBACK_MARK}"
    module = context.instances.module
    if name not in module.functions:
        context.at(operand.span)
        module.functions[name] = _adapter(context, name, kind, target, closure)
    return FunctionAddress(name)


def _adapter(
    context: FunctionContext, name: str, kind: FunctionType, target: str, closure: tuple[Operand, ...]
) -> Function:
    location = context.builder.location or Location(context.display, context.source.path, 1, 1)
    results = context.layouts.shape(kind.result)
    builder = Builder(Function(name, location, results))
    builder.function.is_callback = True
    parameters: list[Operand] = [
        builder.parameter(component, "argument")
        for type in kind.parameters
        for component in context.layouts.shape(type)
    ]
    builder.location = location
    builder.ret(builder.call(target, (*closure, *parameters), results))
    return builder.seal()
