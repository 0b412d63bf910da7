"""Values of contract types: an object and a method table side by side (decision A5).

A conversion adds the table to the object, or loads the table of the embedded contract; a call loads the code from the
table and passes the object as the receiver.
"""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.symbols import FunctionSymbol
from beskid.analysis.model.types import NEVER, ContractType, StructType, Type, is_value, substitute
from beskid.ir.model import IRType, Signature, TableAddress
from beskid.lower.bodies.context import FunctionContext, Value, zero_value
from beskid.lower.bodies.dispatch import flatten, lower
from beskid.lower.bodies.objects import make_box
from beskid.lower.bodies.references import lower_arguments, returned_shape, write_back
from beskid.lower.layout import mapping_of
from beskid.lower.tables import link_index, method_index, method_table


def lower_contract_value(context: FunctionContext, expression: typed.ContractValue) -> Value:
    source = context.concrete(expression.operand.type)
    target = context.concrete(expression.type)
    value = lower(context, expression.operand)
    context.at(expression.span)
    if source == target:
        return value
    if not context.builder.is_open():
        return zero_value(context.shape(expression.type))
    if not isinstance(target, ContractType):
        raise AssertionError(f"{target!r} is not a contract")
    if isinstance(source, ContractType):
        return value[0], context.builder.load_table(value[1], link_index(source, target))
    if not isinstance(source, StructType):
        raise AssertionError(f"{source!r} has no method tables")
    object = make_box(context, source, context.snapshot(value)) if is_value(source) else value[0]
    return object, TableAddress(method_table(context.instances, source, target, context.source, expression.span))


def lower_contract_call(context: FunctionContext, expression: typed.ContractCall) -> Value:
    return call_on_contract(
        context, context.concrete(expression.contract), expression.method, expression.arguments, expression
    )


def call_on_contract(
    context: FunctionContext,
    contract: Type,
    method: FunctionSymbol,
    arguments: tuple[typed.Expression, ...],
    expression: typed.ContractCall | typed.ConstraintCall,
) -> Value:
    """Call a method by name through the table; `arguments[0]` is the receiver."""
    if not isinstance(contract, ContractType):
        raise AssertionError(f"{contract!r} is not a contract")
    own = contract.symbol.methods[method.name]
    mapping = mapping_of(contract.symbol.type_parameters, contract.arguments)
    types = [substitute(parameter.type, mapping) for parameter in own.parameters]
    (receiver, *values), backs = lower_arguments(context, arguments, [contract, *types])
    context.at(expression.span)
    if not context.builder.is_open():
        return zero_value(context.shape(expression.type))
    result = substitute(own.result, mapping)
    given = (receiver[0], *flatten(values))
    taken = [type for type, parameter in zip(types, own.parameters, strict=True) if parameter.modifier != "out"]
    components = [component for type in taken for component in context.layouts.shape(type)]
    shape = context.layouts.shape(result)
    signature = Signature((IRType.REF, *components), shape + returned_shape(backs))
    code = context.builder.load_table(receiver[1], method_index(contract, method.name))
    dests = context.builder.call_indirect(code, given, signature)
    if result is NEVER:
        context.builder.unreachable()
        return ()
    write_back(context, backs, dests[len(shape) :])
    return dests[: len(shape)]
