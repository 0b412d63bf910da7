"""The try operator `e?`: the value of the good variant, or the failing one returned, or a panic (decision L22)."""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.relations import option_variants, payload_types, result_variants
from beskid.analysis.model.symbols import EnumSymbol, VariantSymbol
from beskid.analysis.model.types import STRING, EnumType
from beskid.ir.model import Operand
from beskid.lower.bodies.constants import text
from beskid.lower.bodies.context import FunctionContext, Value
from beskid.lower.bodies.derived import form_value
from beskid.lower.bodies.dispatch import lower
from beskid.lower.bodies.enums import enum_layout, is_variant, make_enum, payload_field
from beskid.lower.bodies.strings import concatenate


def lower_try(context: FunctionContext, expression: typed.Try) -> Value:
    operand_type = context.concrete(expression.operand.type)
    if not isinstance(operand_type, EnumType):
        raise AssertionError("the operand of `?` is a Result or an Option")
    layout = enum_layout(context, operand_type)
    value = context.snapshot(lower(context, expression.operand))
    context.at(expression.span)
    builder = context.builder
    failed, good = builder.new_block("try.error"), builder.new_block("try.ok")
    builder.branch(is_variant(context, layout, value, expression.ok), good, failed, likely=True)
    builder.position(failed)
    if expression.propagates:
        _propagate(context, expression, value)
    else:
        builder.call_runtime("panic_str", (_failure(context, operand_type, expression, value),))
    builder.position(good)
    return payload_field(context, layout, value, expression.ok, 0)


def _failure(context: FunctionContext, kind: EnumType, expression: typed.Try, value: Value) -> Operand:
    """The panic message of a failure that nothing can return, with a string as it is (decision L22)."""
    failing = expression.error
    if not failing.fields:
        return text(f"error: {kind.symbol.name}::{failing.name}")
    payload = payload_field(context, enum_layout(context, kind), value, failing, 0)
    reason = payload_types(kind, failing)[0]
    form = payload[0] if reason is STRING else form_value(context, reason, payload)
    return concatenate(context, [text("error: "), form])


def _propagate(context: FunctionContext, expression: typed.Try, value: Value) -> None:
    source = context.concrete(expression.operand.type)
    target = context.concrete(expression.return_type)
    if not isinstance(source, EnumType) or not isinstance(target, EnumType):
        raise AssertionError("`?` returns a Result or an Option")
    source_layout, target_layout = context.layouts.enum(source), context.layouts.enum(target)
    if source == target:
        context.leave(value)
        return
    error = _failing(target.symbol)
    has_payload = bool(expression.error.fields)
    payload = [payload_field(context, source_layout, value, expression.error, 0)] if has_payload else []
    context.leave(make_enum(context, target_layout, error, payload))


def _failing(symbol: EnumSymbol) -> VariantSymbol:
    """The failing variant of a Result, whatever its name, or the `None` of an Option."""
    variants = option_variants(symbol) or result_variants(symbol)
    if variants is None or variants[1] is None:
        raise AssertionError("`?` returns a Result or an Option")
    return variants[1]
