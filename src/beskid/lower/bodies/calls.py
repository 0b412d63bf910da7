"""Calls: functions, constraint methods after substitution, runtime functions by name, and function values."""

from __future__ import annotations

from collections.abc import Sequence

from beskid.abi import SOURCE_BUILTINS, SourceBuiltin
from beskid.analysis import typed
from beskid.analysis.model.symbols import FunctionSymbol
from beskid.analysis.model.types import (
    NEVER,
    ContractType,
    FunctionType,
    Type,
    substitute,
)
from beskid.analysis.names.json import WRITE_JSON
from beskid.ir.model import IRType, Operand, Signature, type_of
from beskid.ir.runtime import RUNTIME_SIGNATURES
from beskid.lower.bodies.arithmetic import is_signed, resize
from beskid.lower.bodies.comparison import compare_values, equal, hash_value
from beskid.lower.bodies.context import NOTHING, FunctionContext, Value, zero, zero_value
from beskid.lower.bodies.contracts import call_on_contract
from beskid.lower.bodies.dispatch import flatten, lower_all
from beskid.lower.bodies.references import WriteBack, lower_arguments, returned_shape, write_back
from beskid.lower.errors import unsupported
from beskid.lower.layout import mapping_of
from beskid.lower.tables import implementation

BUILTINS: dict[str, SourceBuiltin] = {row.name: row for row in SOURCE_BUILTINS}


def lower_call(context: FunctionContext, expression: typed.Call) -> Value:
    function = expression.function
    type_arguments = tuple([context.concrete(argument) for argument in expression.type_arguments])
    wanted = _parameter_types(function, type_arguments)
    values, backs = lower_arguments(context, expression.arguments, wanted)
    context.at(expression.span)
    return call_function(context, expression, function, type_arguments, flatten(values), backs)


def _parameter_types(function: FunctionSymbol, type_arguments: tuple[Type, ...]) -> list[Type]:
    """Return the concrete types of the arguments, the receiver first."""
    mapping = mapping_of(function.all_type_parameters(), type_arguments)
    types = [parameter.type for parameter in function.parameters]
    if function.receiver is not None:
        types.insert(0, function.receiver)
    return [substitute(type, mapping) for type in types]


def call_function(
    context: FunctionContext,
    expression: typed.Call | typed.ConstraintCall | typed.IntrinsicCall,
    function: FunctionSymbol,
    type_arguments: tuple[Type, ...],
    arguments: Value,
    backs: Sequence[WriteBack] = (),
) -> Value:
    """Emit a direct call with evaluated arguments; `backs` receives the values of `ref` and `out` parameters."""
    if not context.builder.is_open():
        return zero_value(context.shape(expression.type))
    name = context.instances.function(function, type_arguments, context.source, expression.span)
    mapping = mapping_of(function.all_type_parameters(), type_arguments)
    result = substitute(function.result, mapping)
    shape = context.layouts.shape(result)
    dests = context.builder.call(name, arguments, shape + returned_shape(backs))
    if result is NEVER:
        context.builder.unreachable()
        return ()
    write_back(context, backs, dests[len(shape) :])
    return dests[: len(shape)]


# Constraint methods -----------------------------------------------------------------------------------------------


def lower_constraint_call(context: FunctionContext, expression: typed.ConstraintCall) -> Value:
    """Call a method of a constraint on a concrete type: its own method, or a built-in one."""
    receiver = context.concrete(expression.receiver_type)
    if isinstance(receiver, ContractType):
        return call_on_contract(context, receiver, expression.method, expression.arguments, expression)
    own = implementation(context.instances, receiver, expression.method.name)
    if own is not None:
        method, type_arguments = own
        values, backs = lower_arguments(context, expression.arguments, _parameter_types(method, type_arguments))
        context.at(expression.span)
        return call_function(context, expression, method, type_arguments, flatten(values), backs)
    if expression.method.name == WRITE_JSON:
        values = lower_all(context, expression.arguments)
        context.at(expression.span)
        method, type_arguments = json_function(context, "__json_write", receiver)
        return call_function(context, expression, method, type_arguments, flatten(values))
    values = lower_all(context, expression.arguments, [receiver] * len(expression.arguments))
    context.at(expression.span)
    match expression.method.name:
        case "Equals":
            return (equal(context, receiver, values[0], values[1], expression.span),)
        case "Hash":
            return (hash_value(context, receiver, values[0], expression.span),)
        case "Compare":
            return (compare_values(context, receiver, values[0][0], values[1][0]),)
        case name:
            raise AssertionError(f"{receiver!r} has no built-in {name}")


def json_function(context: FunctionContext, intrinsic: str, type: Type) -> tuple[FunctionSymbol, tuple[Type, ...]]:
    """Return the function that writes or reads a concrete type as JSON, with its type arguments."""
    own = implementation(context.instances, type, WRITE_JSON) if intrinsic == "__json_write" else None
    if own is not None:
        return own
    find = context.instances.program.json
    assert find is not None
    return find(intrinsic, type)


# Runtime functions ------------------------------------------------------------------------------------------------


def lower_builtin_call(context: FunctionContext, expression: typed.BuiltinCall) -> Value:
    row = BUILTINS[expression.name]
    signature = RUNTIME_SIGNATURES[row.symbol]
    values = lower_all(context, expression.arguments)
    context.at(expression.span)
    arguments: list[Operand] = []
    for value, argument, component in zip(values, expression.arguments, signature.parameters, strict=True):
        if component is IRType.PTR:
            context.instances.report(unsupported(f"`{expression.name}`", context.source, expression.span))
            return zero_value(context.shape(expression.type))
        arguments.append(_runtime_argument(context, value, context.concrete(argument.type), component))
    if not context.builder.is_open():
        return zero_value(context.shape(expression.type))
    result = context.builder.call_runtime(row.symbol, tuple(arguments))
    return _runtime_result(context, result, expression.type)


def _runtime_argument(context: FunctionContext, value: Value, type: Type, component: IRType) -> Operand:
    """Return the component to pass to the runtime. Where any value is allowed, one without a reference becomes null."""
    for operand in value:
        own = type_of(operand)
        if own is component:
            return operand
        if component is IRType.I64 and own not in (IRType.REF, IRType.F32, IRType.F64):
            return resize(context, operand, component, is_signed(type))
    return zero(component)


def _runtime_result(context: FunctionContext, result: Operand | None, type: Type) -> Value:
    shape = context.shape(type)
    if not shape:
        return NOTHING
    if result is None:
        return zero_value(shape)
    if shape[0] is not type_of(result):
        return (resize(context, result, shape[0], signed=False),)
    return (result,)


# Function values --------------------------------------------------------------------------------------------------


def lower_value_call(context: FunctionContext, expression: typed.ValueCall) -> Value:
    kind = context.concrete(expression.callee.type)
    if not isinstance(kind, FunctionType):
        raise AssertionError(f"{kind!r} cannot be called")
    closure, *values = lower_all(context, (expression.callee, *expression.arguments), (kind, *kind.parameters))
    context.at(expression.span)
    if not context.builder.is_open():
        return zero_value(context.shape(expression.type))
    dests = context.builder.call_closure(closure[0], flatten(values), code_signature(context, kind))
    if kind.result is NEVER:
        context.builder.unreachable()
    return dests


def code_signature(context: FunctionContext, kind: FunctionType) -> Signature:
    """Return the machine signature of the code of function values of a type, the closure first."""
    parameters = [component for parameter in kind.parameters for component in context.layouts.shape(parameter)]
    return Signature((IRType.REF, *parameters), context.layouts.shape(kind.result))
