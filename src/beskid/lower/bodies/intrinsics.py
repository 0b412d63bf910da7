"""Intrinsics: the expansion of each row of `analysis/types/intrinsics.py`.

A test compares the two tables. Every expansion takes the evaluated arguments and returns the result.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from beskid.analysis import typed
from beskid.analysis.model.types import F32, F64, STRING, U64, UNIT, EnumType, PrimitiveType, is_value
from beskid.analysis.types.boundary import is_handle
from beskid.analysis.types.formats import kind_of
from beskid.ir.builder import Builder, boolean, integer
from beskid.ir.model import BinaryOp, CompareOp, ConvertOp, FloatConstant, IRType, Operand, UnaryOp
from beskid.lower.bodies.arithmetic import resize
from beskid.lower.bodies.calls import call_function, json_function
from beskid.lower.bodies.comparison import hash_value
from beskid.lower.bodies.context import NOTHING, FunctionContext, Value, zero_value
from beskid.lower.bodies.derived import form_value
from beskid.lower.bodies.dispatch import flatten, lower, lower_all
from beskid.lower.bodies.interop import expand_interop
from beskid.lower.bodies.objects import element_layout, filled_array
from beskid.lower.errors import not_a_handle, not_an_object

_MIN = -(1 << 63)
_MAX = (1 << 63) - 1

Expansion: TypeAlias = Callable[[FunctionContext, typed.IntrinsicCall, list[Value]], Value]


def lower_intrinsic_call(context: FunctionContext, expression: typed.IntrinsicCall) -> Value:
    values = lower_all(context, expression.arguments)
    context.at(expression.span)
    if not context.builder.is_open():
        return zero_value(context.shape(expression.type))
    return EXPANSIONS[expression.name](context, expression, values)


def _length(context: FunctionContext, _expression: typed.IntrinsicCall, values: list[Value]) -> Value:
    return (context.builder.length(values[0][0]),)


def _array_filled(context: FunctionContext, expression: typed.IntrinsicCall, values: list[Value]) -> Value:
    layout = element_layout(context, expression.type)
    return (filled_array(context, layout, context.snapshot(values[0])[0], context.snapshot(values[1])),)


def _array_make(context: FunctionContext, expression: typed.IntrinsicCall, values: list[Value]) -> Value:
    layout = element_layout(context, expression.type)
    return (context.builder.allocate_array(layout.descriptor, values[0][0], unused=True),)


def _array_clear(context: FunctionContext, expression: typed.IntrinsicCall, values: list[Value]) -> Value:
    layout = element_layout(context, expression.arguments[0].type)
    context.builder.clear_element(values[0][0], values[1][0], layout.descriptor)
    return NOTHING


def _array_copy(context: FunctionContext, _expression: typed.IntrinsicCall, values: list[Value]) -> Value:
    context.builder.call_runtime("array_copy", flatten(values))
    return NOTHING


def _array_slice(context: FunctionContext, _expression: typed.IntrinsicCall, values: list[Value]) -> Value:
    return (context.builder.call_runtime_value("array_slice", flatten(values)),)


def _hash(context: FunctionContext, expression: typed.IntrinsicCall, values: list[Value]) -> Value:
    kind = context.concrete(expression.arguments[0].type)
    return (hash_value(context, kind, values[0], expression.span),)


def _form(context: FunctionContext, expression: typed.IntrinsicCall, values: list[Value]) -> Value:
    return (form_value(context, context.concrete(expression.arguments[0].type), values[0]),)


def _is_primitive(context: FunctionContext, expression: typed.IntrinsicCall, _values: list[Value]) -> Value:
    return (boolean(isinstance(context.concrete(expression.type_arguments[0]), PrimitiveType)),)


def _has_sort_key(context: FunctionContext, expression: typed.IntrinsicCall, _values: list[Value]) -> Value:
    kind = context.concrete(expression.type_arguments[0])
    return (boolean(isinstance(kind, PrimitiveType) and kind is not STRING and kind is not UNIT),)


def _sort_key(context: FunctionContext, expression: typed.IntrinsicCall, values: list[Value]) -> Value:
    builder = context.builder
    kind = context.concrete(expression.type_arguments[0])
    if kind is F32 or kind is F64:
        return (_float_key(builder, values[0][0], kind is F32),)
    if not isinstance(kind, PrimitiveType) or kind is STRING or kind is UNIT:
        return (integer(IRType.I64, 0),)
    key = resize(context, values[0][0], IRType.I64, kind.is_signed)
    return (builder.binary(BinaryOp.XOR, key, integer(IRType.I64, _MIN)) if kind is U64 else key,)


def _float_key(builder: Builder, value: Operand, is_narrow: bool) -> Operand:
    """Both zeros have one key, and every NaN the greatest."""
    wide = builder.convert(ConvertOp.FLOAT_EXTEND, value, IRType.F64) if is_narrow else value
    number = builder.binary(BinaryOp.FADD, wide, FloatConstant(IRType.F64, 0))
    bits = builder.unary(UnaryOp.BITS, number)
    sign = builder.binary(BinaryOp.ASHR, bits, integer(IRType.I64, 63))
    key = builder.binary(BinaryOp.XOR, bits, builder.binary(BinaryOp.AND, sign, integer(IRType.I64, _MAX)))
    flag = builder.convert(ConvertOp.ZEXT, builder.compare(CompareOp.FNE, number, number), IRType.I64)
    mask = builder.binary(BinaryOp.ISUB, integer(IRType.I64, 0), flag)
    outside = builder.binary(BinaryOp.AND, mask, integer(IRType.I64, _MIN))
    return builder.binary(BinaryOp.XOR, builder.binary(BinaryOp.OR, key, mask), outside)


def _format_kind(context: FunctionContext, expression: typed.IntrinsicCall, _values: list[Value]) -> Value:
    return (integer(IRType.I64, kind_of(context.concrete(expression.type_arguments[0])).value),)


def _as_float(context: FunctionContext, expression: typed.IntrinsicCall, values: list[Value]) -> Value:
    kind = context.concrete(expression.type_arguments[0])
    if kind is F32:
        return (context.builder.convert(ConvertOp.FLOAT_EXTEND, values[0][0], IRType.F64),)
    return values[0] if kind is F64 else (FloatConstant(IRType.F64, 0),)


def _handle(context: FunctionContext, expression: typed.IntrinsicCall, values: list[Value]) -> Value:
    """Convert a handle to its address, which needs no code."""
    kind = context.concrete(expression.type_arguments[0])
    if not is_handle(kind):
        context.instances.report(not_a_handle(kind, context.source, expression.span))
        return zero_value(context.shape(expression.type))
    return values[0]


def _object_of_word(context: FunctionContext, expression: typed.IntrinsicCall, values: list[Value]) -> Value:
    kind = context.concrete(expression.type_arguments[0])
    if context.layouts.shape(kind) != (IRType.REF,) or isinstance(kind, EnumType) or is_value(kind):
        context.instances.report(not_an_object(kind, context.source, expression.span))
        return zero_value(context.shape(expression.type))
    return (context.builder.convert(ConvertOp.WORD_TO_OBJECT, values[0][0], IRType.REF),)


def _json(context: FunctionContext, expression: typed.IntrinsicCall, values: list[Value]) -> Value:
    """Call the function that the type has for it."""
    kind = context.concrete(expression.type_arguments[0])
    function, type_arguments = json_function(context, expression.name, kind)
    return call_function(context, expression, function, type_arguments, flatten(values))


def _json_absent(context: FunctionContext, expression: typed.IntrinsicCall, _values: list[Value]) -> Value:
    from beskid.analysis.types.check.json import absent_value

    option = context.concrete(expression.type)
    assert isinstance(option, EnumType)
    return lower(context, absent_value(expression.span, context.concrete(expression.type_arguments[0]), option))


def _unary(op: UnaryOp) -> Expansion:
    def expand(context: FunctionContext, _expression: typed.IntrinsicCall, values: list[Value]) -> Value:
        return (context.builder.unary(op, values[0][0]),)

    return expand


def _binary(op: BinaryOp) -> Expansion:
    def expand(context: FunctionContext, _expression: typed.IntrinsicCall, values: list[Value]) -> Value:
        return (context.builder.binary(op, values[0][0], values[1][0]),)

    return expand


EXPANSIONS: dict[str, Expansion] = {
    "__str_len": _length,
    "__array_len": _length,
    "__array_filled": _array_filled,
    "__array_make": _array_make,
    "__array_copy": _array_copy,
    "__array_clear": _array_clear,
    "__array_slice": _array_slice,
    "__hash": _hash,
    "__form": _form,
    "__is_primitive": _is_primitive,
    "__has_sort_key": _has_sort_key,
    "__sort_key": _sort_key,
    "__format_kind": _format_kind,
    "__as_float": _as_float,
    "__word_of_handle": _handle,
    "__handle_of_word": _handle,
    "__object_of_word": _object_of_word,
    "__json_write": _json,
    "__json_read": _json,
    "__json_absent": _json_absent,
    "__interop": expand_interop,
    "__f64_bits": _unary(UnaryOp.BITS),
    "__f64_from_bits": _unary(UnaryOp.FROM_BITS),
    "__bit_count": _unary(UnaryOp.BIT_COUNT),
    "__leading_zeros": _unary(UnaryOp.LEADING_ZEROS),
    "__trailing_zeros": _unary(UnaryOp.TRAILING_ZEROS),
    "__math_sqrt": _unary(UnaryOp.SQRT),
    "__math_abs": _unary(UnaryOp.ABS),
    "__math_floor": _unary(UnaryOp.FLOOR),
    "__math_ceil": _unary(UnaryOp.CEIL),
    "__math_trunc": _unary(UnaryOp.TRUNC),
    "__math_round": _unary(UnaryOp.ROUND),
    "__math_sin": _unary(UnaryOp.SIN),
    "__math_cos": _unary(UnaryOp.COS),
    "__math_tan": _unary(UnaryOp.TAN),
    "__math_asin": _unary(UnaryOp.ASIN),
    "__math_acos": _unary(UnaryOp.ACOS),
    "__math_atan": _unary(UnaryOp.ATAN),
    "__math_atan2": _binary(BinaryOp.ATAN2),
    "__math_exp": _unary(UnaryOp.EXP),
    "__math_log": _unary(UnaryOp.LOG),
    "__math_log2": _unary(UnaryOp.LOG2),
    "__math_log10": _unary(UnaryOp.LOG10),
    "__math_pow": _binary(BinaryOp.POW),
    "__math_fmod": _binary(BinaryOp.FMOD),
}
