"""Functions as C calls them: callbacks and exports.

Takes a function or a lambda without captures that is an argument of a foreign call, and returns the address of a
function with the C calling convention; takes an exported function, and returns the function with its C name. Both call
an ordinary function, so there is one callback per function, however often it is passed.
"""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.symbols import FunctionSymbol
from beskid.analysis.model.types import FunctionType, PrimitiveType, Type
from beskid.ir.boundary import NARROW
from beskid.ir.builder import Builder
from beskid.ir.model import ClosureConstant, Function, FunctionAddress, IRType, Location, Operand
from beskid.lower.bodies.context import FunctionContext
from beskid.lower.mono import Instances

CALLBACK_MARK = "C"


def callback_address(context: FunctionContext, operand: typed.Expression) -> Operand:
    """Return the address for C to call."""
    kind = context.concrete(operand.type)
    if not isinstance(kind, FunctionType):
        raise AssertionError(f"{kind!r} cannot be called back")
    match operand:
        case typed.FunctionReference():
            symbol = operand.function
            arguments = tuple([context.concrete(argument) for argument in operand.type_arguments])
            target = context.instances.function(symbol, arguments, context.source, operand.span)
            # Several places may pass the function; what they share depends on none of them.
            location = _declared_at(symbol)
            closure: tuple[Operand, ...] = ()
        case typed.Lambda():
            target = context.instances.anonymous(
                operand, context.owner, context.display, context.source, context.mapping
            )
            closure = (ClosureConstant(target),)
            context.at(operand.span)
            location = context.builder.location or Location(context.display, context.source.path, 1, 1)
        case _:
            raise AssertionError(f"{operand!r} is not a callback")
    name = f"{target}{CALLBACK_MARK}"
    module = context.instances.module
    if name not in module.functions:
        made = _adapter(context.instances, location, name, kind.parameters, kind.result, target, closure)
        made.is_callback = True
        module.functions[name] = made
    return FunctionAddress(name)


def build_export(instances: Instances, name: str, symbol: FunctionSymbol) -> Function:
    """Build the function with the C name, which calls the exported one."""
    location = _declared_at(symbol)
    target = instances.function(symbol, (), symbol.source, symbol.name_span)
    types = tuple([parameter.type for parameter in symbol.parameters])
    made = _adapter(instances, location, name, types, symbol.result, target, ())
    made.exported = True
    return made


def _declared_at(symbol: FunctionSymbol) -> Location:
    line, column = symbol.source.position(symbol.name_span.start)
    return Location(symbol.display_name(), symbol.source.path, line, column)


def is_narrow_unsigned(type: Type, shape: tuple[IRType, ...]) -> bool:
    """Return whether C extends a value of the type to a whole word, and with zeros."""
    return len(shape) == 1 and shape[0] in NARROW and isinstance(type, PrimitiveType) and not type.is_signed


def _adapter(
    instances: Instances,
    location: Location,
    name: str,
    types: tuple[Type, ...],
    result: Type,
    target: str,
    closure: tuple[Operand, ...],
) -> Function:
    results = instances.layouts.shape(result)
    # It is in no line of the source, so traces and debuggers omit it.
    location = Location("", location.file, location.line, location.column)
    made = Function(name, location, results)
    made.unsigned_result = is_narrow_unsigned(result, results)
    builder = Builder(made)
    parameters: list[Operand] = [
        builder.parameter(component, "argument") for type in types for component in instances.layouts.shape(type)
    ]
    builder.location = location
    builder.ret(builder.call(target, (*closure, *parameters), results))
    return builder.seal()
