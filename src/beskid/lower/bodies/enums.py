"""Enum values in each of their four forms: construction, tests of the variant, access to the payload.

Other code uses these functions and does not depend on the form, except to choose between a switch on the tag and a test
for null.
"""

from __future__ import annotations

from beskid.analysis import typed
from beskid.analysis.model.symbols import VariantSymbol
from beskid.analysis.model.types import EnumType
from beskid.ir.builder import NULL, integer
from beskid.ir.model import (
    CompareOp,
    ConvertOp,
    FloatConstant,
    IntConstant,
    IRType,
    Operand,
    UnaryOp,
    VariantConstant,
    type_of,
)
from beskid.lower.bodies.arithmetic import resize
from beskid.lower.bodies.context import FunctionContext, Value, zero
from beskid.lower.bodies.dispatch import flatten, lower_all
from beskid.lower.layout import BOXED_TAG_OFFSET, EnumForm, EnumLayout, Shape


def lower_enum_new(context: FunctionContext, expression: typed.EnumNew) -> Value:
    layout = enum_layout(context, expression.type)
    types = layout.variants[expression.variant.index].types
    payload = lower_all(context, expression.arguments, types)
    context.at(expression.span)
    return make_enum(context, layout, expression.variant, payload)


def enum_layout(context: FunctionContext, type: EnumType) -> EnumLayout:
    """Return the layout of an enum that may still mention type parameters."""
    concrete = context.concrete(type)
    if not isinstance(concrete, EnumType):
        raise AssertionError(f"{concrete!r} is not an enum")
    return context.layouts.enum(concrete)


def make_enum(context: FunctionContext, layout: EnumLayout, variant: VariantSymbol, payload: list[Value]) -> Value:
    """Return a value of one variant; `payload` holds the value of each field."""
    match layout.form:
        case EnumForm.TAG:
            return (integer(IRType.I32, variant.index),)
        case EnumForm.NULLABLE:
            return flatten(payload) or (NULL,)
        case EnumForm.WORDS:
            return _make_words(context, layout, variant, payload)
        case EnumForm.BOXED:
            return (_make_box(context, layout, variant, payload),)


def _make_words(context: FunctionContext, layout: EnumLayout, variant: VariantSymbol, payload: list[Value]) -> Value:
    result = [integer(IRType.I32, variant.index), *[zero(component) for component in layout.components[1:]]]
    for field, registers in zip(payload, layout.variants[variant.index].offsets, strict=True):
        for word, register in zip(field, registers, strict=True):
            # Copied because unreachable arms for other variants read this word as an object of another type.
            is_reference = type_of(word) is IRType.REF
            result[register] = context.builder.copy(word) if is_reference else _to_word(context, word)
    return tuple(result)


def _make_box(context: FunctionContext, layout: EnumLayout, variant: VariantSymbol, payload: list[Value]) -> Operand:
    own = layout.variants[variant.index]
    descriptor = context.layouts.describe_variant(own)
    if not any(own.shapes):
        return VariantConstant(descriptor, variant.index)
    builder = context.builder
    box = builder.allocate_object(descriptor)
    if variant.index:
        builder.store_field(box, BOXED_TAG_OFFSET, integer(IRType.I32, variant.index), initializing=True)
    for field, offsets in zip(payload, own.offsets, strict=True):
        for operand, offset in zip(field, offsets, strict=True):
            builder.store_field(box, offset, operand, initializing=True)
    # Copied because unreachable arms for other variants read the box as an object of another descriptor.
    return builder.copy(box)


def _to_word(context: FunctionContext, operand: Operand) -> Operand:
    """Convert a scalar to the 64-bit word that stores it."""
    component = type_of(operand)
    if component is IRType.PTR:
        return context.builder.convert(ConvertOp.ADDRESS_TO_WORD, operand, IRType.I64)
    if component not in (IRType.F32, IRType.F64):
        return resize(context, operand, IRType.I64, signed=False)
    if isinstance(operand, FloatConstant):
        return integer(IRType.I64, operand.bits)
    return resize(context, context.builder.unary(UnaryOp.BITS, operand), IRType.I64, signed=False)


def _from_word(context: FunctionContext, word: Operand, component: IRType) -> Operand:
    """Convert a 64-bit word to the scalar that it stores."""
    builder = context.builder
    match component:
        case IRType.F64:
            return builder.unary(UnaryOp.FROM_BITS, word)
        case IRType.PTR:
            return builder.convert(ConvertOp.WORD_TO_ADDRESS, word, IRType.PTR)
        case IRType.F32:
            return builder.unary(UnaryOp.FROM_BITS, builder.convert(ConvertOp.TRUNC, word, IRType.I32))
        case _:
            return resize(context, word, component, signed=False)


def enum_tag(context: FunctionContext, layout: EnumLayout, value: Value) -> Operand:
    """Return the tag in any form except the nullable one."""
    if layout.form is EnumForm.BOXED:
        return context.builder.load_field(value[0], BOXED_TAG_OFFSET, IRType.I32)
    return value[0]


def is_full(layout: EnumLayout, variant: VariantSymbol) -> bool:
    """Return whether the variant of a nullable enum is the one with the reference."""
    return any(layout.variants[variant.index].shapes)


def is_variant(context: FunctionContext, layout: EnumLayout, value: Value, variant: VariantSymbol) -> Operand:
    """Test whether the value is of the variant."""
    if layout.form is EnumForm.NULLABLE:
        op = CompareOp.NE if is_full(layout, variant) else CompareOp.EQ
        return context.builder.compare(op, value[0], NULL)
    tag = enum_tag(context, layout, value)
    if isinstance(tag, IntConstant):
        return integer(IRType.I1, int(tag.value == variant.index))
    return context.builder.compare(CompareOp.EQ, tag, integer(IRType.I32, variant.index))


def payload_field(
    context: FunctionContext, layout: EnumLayout, value: Value, variant: VariantSymbol, position: int
) -> Value:
    """Load a payload field of a value that is known to be of the variant."""
    own = layout.variants[variant.index]
    shape = own.shapes[position]
    match layout.form:
        case EnumForm.TAG:
            return ()
        case EnumForm.NULLABLE:
            return value if shape else ()
        case EnumForm.WORDS:
            return _words_field(context, value, shape, own.offsets[position])
        case EnumForm.BOXED:
            builder = context.builder
            return tuple(
                [
                    builder.load_field(value[0], offset, component)
                    for component, offset in zip(shape, own.offsets[position], strict=True)
                ]
            )


def _words_field(context: FunctionContext, value: Value, shape: Shape, registers: tuple[int, ...]) -> Value:
    return tuple(
        [
            value[register] if component is IRType.REF else _from_word(context, value[register], component)
            for component, register in zip(shape, registers, strict=True)
        ]
    )
