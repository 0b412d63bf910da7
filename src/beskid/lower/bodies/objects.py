"""Structs, arrays and places: literals, reads and assignment (`language.md` §5.1 for the order).

A pass inserts bounds checks. Only the first component of an element needs one; the others are accessed unchecked.
"""

from __future__ import annotations

from collections.abc import Sequence

from beskid.analysis import typed
from beskid.analysis.model.symbols import FieldSymbol
from beskid.analysis.model.types import I64, STRING, ArrayType, StructType, Type, is_value
from beskid.base.node import node
from beskid.ir.builder import integer
from beskid.ir.model import BinaryOp, CompareOp, FloatConstant, IntConstant, IRType, NullConstant, Operand
from beskid.ir.values import MIN_CONSTANT_RUN
from beskid.lower.bodies.arithmetic import apply, is_signed, resize
from beskid.lower.bodies.context import FunctionContext, Value, zero_value
from beskid.lower.bodies.dispatch import (
    flatten,
    lower,
    lower_all,
    lower_as,
    lower_operand,
    lower_statement,
    may_assign,
)
from beskid.lower.bodies.strings import concatenate
from beskid.lower.layout import ElementLayout, StructLayout, ValueLayout
from beskid.syntax.operators import BINARY, Family

MAX_HELD_VALUES = 32
"""The most values of a literal that are computed before the struct or array is made."""

_LITERALS = (typed.IntegerValue, typed.FloatValue, typed.BoolValue, typed.StringValue)


def lower_struct_new(context: FunctionContext, expression: typed.StructNew) -> Value:
    kind = context.concrete(expression.type)
    if is_value(kind):
        return _value_new(context, expression, context.layouts.value(kind))
    layout = _struct_layout(context, expression.type)
    initials = [initial for _, initial in expression.fields]
    wanted = [layout.types[field.index] for field, _ in expression.fields]
    builder = context.builder
    if _is_made_first(initials):
        context.at(expression.span)
        object = builder.allocate_object(layout.descriptor)
        for (field, initial), type in zip(expression.fields, wanted, strict=True):
            _store_components(context, object, layout.offsets[field.index], lower_as(context, initial, type))
        return (object,)
    values = lower_all(context, initials, wanted)
    context.at(expression.span)
    object = builder.allocate_object(layout.descriptor)
    for (field, _), value in zip(expression.fields, values, strict=True):
        for operand, offset in zip(value, layout.offsets[field.index], strict=True):
            if not is_zero(operand):
                builder.store_field(object, offset, operand, initializing=True)
    return (object,)


def _value_new(context: FunctionContext, expression: typed.StructNew, layout: ValueLayout) -> Value:
    """Return the registers of a value: those of its fields in declaration order."""
    initials = [initial for _, initial in expression.fields]
    wanted = [layout.types[field.index] for field, _ in expression.fields]
    values = lower_all(context, initials, wanted)
    given = {field.index: value for (field, _), value in zip(expression.fields, values, strict=True)}
    return flatten([given[index] for index in range(len(layout.types))])


def make_box(context: FunctionContext, kind: StructType, value: Value) -> Operand:
    """Return a new object with the fields of a value type's value."""
    layout = context.layouts.struct(kind)
    box = context.builder.allocate_object(layout.descriptor)
    places = [offset for offsets in layout.offsets for offset in offsets]
    for operand, offset in zip(value, places, strict=True):
        if not is_zero(operand):
            context.builder.store_field(box, offset, operand, initializing=True)
    return box


def load_box(context: FunctionContext, kind: StructType, box: Operand) -> Value:
    """Return the value in an object made by `make_box`."""
    layout = context.layouts.struct(kind)
    return flatten([load_field(context, layout, box, field) for field in kind.symbol.fields.values()])


def _store_components(context: FunctionContext, object: Operand, offsets: tuple[int, ...], value: Value) -> None:
    for operand, offset in zip(value, offsets, strict=True):
        if not is_zero(operand):
            context.builder.store_field(object, offset, operand)


def _is_made_first(values: Sequence[typed.Expression]) -> bool:
    """Return whether to make an object before its values: so that few of many values are alive at once.

    Each value that is alive at a call has a slot in the frame, and passes of LLVM take time that grows with the square
    of the slots.
    """
    return len(values) > MAX_HELD_VALUES and not all(isinstance(value, _LITERALS) for value in values)


def is_zero(operand: Operand) -> bool:
    """Return whether the operand equals the content of new memory."""
    match operand:
        case IntConstant():
            return operand.value == 0
        case FloatConstant():
            return operand.bits == 0
        case NullConstant():
            return True
        case _:
            return False


def is_scalar_constant(value: Value) -> bool:
    return len(value) == 1 and isinstance(value[0], IntConstant | FloatConstant)


def _struct_layout(context: FunctionContext, type: Type) -> StructLayout:
    concrete = context.concrete(type)
    if not isinstance(concrete, StructType):
        raise AssertionError(f"{concrete!r} is not a struct")
    return context.layouts.struct(concrete)


def element_layout(context: FunctionContext, array: Type) -> ElementLayout:
    """Return the layout of the elements of an array type that may mention type parameters."""
    concrete = context.concrete(array)
    if not isinstance(concrete, ArrayType):
        raise AssertionError(f"{concrete!r} is not an array")
    return context.layouts.element(concrete.element)


def lower_array_new(context: FunctionContext, expression: typed.ArrayNew) -> Value:
    layout = element_layout(context, expression.type)
    kind = context.concrete(expression.type)
    element = kind.element if isinstance(kind, ArrayType) else kind
    if _is_made_first(expression.elements):
        return _array_made_first(context, expression, layout, element)
    values = lower_all(context, expression.elements, [element] * len(expression.elements))
    context.at(expression.span)
    array = context.builder.allocate_array(layout.descriptor, integer(IRType.I64, len(values)))
    # Without gaps where elements are zero, a back end can copy all elements as a whole.
    is_run = len(values) >= MIN_CONSTANT_RUN and all(is_scalar_constant(value) for value in values)
    for position, value in enumerate(values):
        if is_run or not all(is_zero(operand) for operand in value):
            store_element(context, layout, array, integer(IRType.I64, position), value, unchecked=True)
    return (array,)


def _array_made_first(
    context: FunctionContext, expression: typed.ArrayNew, layout: ElementLayout, element: Type
) -> Value:
    context.at(expression.span)
    array = context.builder.allocate_array(layout.descriptor, integer(IRType.I64, len(expression.elements)))
    for position, held in enumerate(expression.elements):
        value = lower_as(context, held, element)
        # Zeros among constants are stored too, as parts of what a back end copies as a whole.
        if is_scalar_constant(value) or not all(is_zero(operand) for operand in value):
            store_element(context, layout, array, integer(IRType.I64, position), value, unchecked=True)
    return (array,)


# Reading ----------------------------------------------------------------------------------------------------------


def lower_field_read(context: FunctionContext, expression: typed.FieldRead) -> Value:
    kind = context.concrete(expression.object.type)
    if is_value(kind):
        return _part_of_value(context, kind, expression)
    object = lower_operand(context, expression.object)
    context.at(expression.span)
    return load_field(context, _struct_layout(context, kind), object, expression.field)


def _part_of_value(context: FunctionContext, kind: StructType, expression: typed.FieldRead) -> Value:
    """Return a field of a value. Of one in an object or an array, only the words of the field are loaded."""
    own = context.layouts.value(kind)
    start = own.starts[expression.field.index]
    end = start + len(own.shapes[expression.field.index])
    owner = expression.object
    while isinstance(owner, typed.FieldRead):
        outer = context.concrete(owner.object.type)
        if not is_value(outer):
            break
        first = context.layouts.value(outer).starts[owner.field.index]
        start, end = start + first, end + first
        owner = owner.object
    if isinstance(owner, typed.FieldRead):
        object = lower_operand(context, owner.object)
        context.at(owner.span)
        return load_field(context, _struct_layout(context, owner.object.type), object, owner.field, start, end)
    if isinstance(owner, typed.IndexRead) and context.builder.is_open():
        return lower_index_read(context, owner, start, end)
    return lower(context, owner)[start:end]


def _words_of(layout: ElementLayout, start: int, end: int | None) -> ElementLayout:
    """Return the layout of some of the words of an element."""
    return ElementLayout(layout.shape[start:end], layout.offsets[start:end], layout.stride, layout.descriptor)


def field_of(context: FunctionContext, kind: StructType, value: Value, field: FieldSymbol) -> Value:
    """Return a field of a struct or of a value type's value."""
    if not is_value(kind):
        return load_field(context, context.layouts.struct(kind), value[0], field)
    layout = context.layouts.value(kind)
    start = layout.starts[field.index]
    return value[start : start + len(layout.shapes[field.index])]


def load_field(
    context: FunctionContext,
    layout: StructLayout,
    object: Operand,
    field: FieldSymbol,
    start: int = 0,
    end: int | None = None,
) -> Value:
    """Load a field, or those of its words from `start` to `end`."""
    builder = context.builder
    shape, offsets = layout.shapes[field.index][start:end], layout.offsets[field.index][start:end]
    return tuple(
        [builder.load_field(object, offset, component) for component, offset in zip(shape, offsets, strict=True)]
    )


def lower_index_read(
    context: FunctionContext, expression: typed.IndexRead, start: int = 0, end: int | None = None
) -> Value:
    """Load an element, or those of its words from `start` to `end`."""
    values = lower_all(context, (expression.object, expression.index))
    context.at(expression.span)
    if not context.builder.is_open():
        return zero_value(context.shape(expression.type)[start:end])
    array = values[0][0]
    index = as_index(context, values[1][0], expression.index.type)
    if context.concrete(expression.object.type) is STRING:
        return (context.builder.load_element(array, index, IRType.I8, 1),)
    layout = element_layout(context, expression.object.type)
    return load_element(context, _words_of(layout, start, end), array, index)


def as_index(context: FunctionContext, index: Operand, type: Type) -> Operand:
    """Return an index of any integer type as `I64`; a `u64` that is too large becomes negative and so out of range."""
    return resize(context, index, IRType.I64, is_signed(context.concrete(type)))


def load_element(
    context: FunctionContext, layout: ElementLayout, array: Operand, index: Operand, unchecked: bool = False
) -> Value:
    builder = context.builder
    if not layout.shape and not unchecked:
        builder.check_index(array, index)
    return tuple(
        [
            builder.load_element(array, index, component, layout.stride, offset, unchecked or position > 0)
            for position, (component, offset) in enumerate(zip(layout.shape, layout.offsets, strict=True))
        ]
    )


def store_element(
    context: FunctionContext,
    layout: ElementLayout,
    array: Operand,
    index: Operand,
    value: Value,
    unchecked: bool = False,
) -> None:
    builder = context.builder
    if not layout.shape and not unchecked:
        builder.check_index(array, index)
    for position, (operand, offset) in enumerate(zip(value, layout.offsets, strict=True)):
        builder.store_element(array, index, operand, layout.stride, offset, unchecked or position > 0)


# Assignment -------------------------------------------------------------------------------------------------------


@node
class FieldTarget:
    """An evaluated location inside an object."""

    layout: StructLayout
    object: Operand
    field: FieldSymbol


@node
class ElementTarget:
    """An evaluated location inside an array."""

    layout: ElementLayout
    array: Operand
    index: Operand


def lower_assign(context: FunctionContext, expression: typed.Assign) -> Value:
    place = expression.place
    if isinstance(place, typed.LocalPlace):
        return _assign_local(context, expression, place)
    if isinstance(place, typed.ItemPlace):
        return _assign_item(context, expression, place)
    target = evaluate_place(context, place, may_assign(expression.value))
    if not expression.operator:
        value = lower_as(context, expression.value, place.type)
    else:
        context.at(place.span)
        old = read_target(context, target)
        value = _combined(context, expression, old)
    context.at(place.span)
    if context.builder.is_open():
        write_target(context, target, value, is_checked=bool(expression.operator))
    return value


def _assign_item(context: FunctionContext, expression: typed.Assign, place: typed.ItemPlace) -> Value:
    for part in place.parts:
        lower_statement(context, part)
    if place.read is None:
        value = lower_as(context, expression.value, place.type)
    else:
        value = _combined(context, expression, context.snapshot(lower(context, place.read)))
    if not context.builder.is_open():
        return zero_value(context.shape(place.type))
    context.at(place.span)
    context.bind(place.value, value)
    lower(context, place.write)
    return context.read(place.value)


def _assign_local(context: FunctionContext, expression: typed.Assign, place: typed.LocalPlace) -> Value:
    if not expression.operator:
        value = lower_as(context, expression.value, place.type)
    else:
        old = context.read(place.local)
        if may_assign(expression.value):
            old = context.snapshot(old)
        value = _combined(context, expression, old)
    if context.builder.is_open():
        context.assign(place.local, value)
    return value


def _combined(context: FunctionContext, expression: typed.Assign, old: Value) -> Value:
    """Return the new value of a compound assignment; `value` of a shift may have another type than the place."""
    kind = context.concrete(expression.place.type)
    row = BINARY[expression.operator]
    is_shift = row.family is Family.SHIFT
    right = lower_operand(context, expression.value, expression.value.type if is_shift else kind)
    context.at(expression.span)
    if row.joins_strings and kind is STRING:
        return (concatenate(context, [old[0], right]),)
    return (apply(context, expression.operator, kind, old[0], right),)


def evaluate_place(
    context: FunctionContext, place: typed.FieldPlace | typed.IndexPlace, keeps: bool
) -> FieldTarget | ElementTarget:
    """Evaluate object and index once; with `keeps`, later code must not change them."""
    if isinstance(place, typed.FieldPlace):
        object = (lower_operand(context, place.object),)
        if keeps:
            object = (context.snapshot(object)[0],)
        return FieldTarget(_struct_layout(context, place.object.type), object[0], place.field)
    array, index = lower_all(context, (place.object, place.index), (place.object.type, I64))
    if keeps:
        array, index = context.snapshot(array), context.snapshot(index)
    context.at(place.span)
    layout = element_layout(context, place.object.type)
    return ElementTarget(layout, array[0], as_index(context, index[0], place.index.type))


def read_target(context: FunctionContext, target: FieldTarget | ElementTarget) -> Value:
    if isinstance(target, FieldTarget):
        return load_field(context, target.layout, target.object, target.field)
    return load_element(context, target.layout, target.array, target.index)


def write_target(context: FunctionContext, target: FieldTarget | ElementTarget, value: Value, is_checked: bool) -> None:
    """Store; a compound assignment has read the element before, so its index is known to be valid."""
    if isinstance(target, ElementTarget):
        store_element(context, target.layout, target.array, target.index, value, unchecked=is_checked)
        return
    offsets = target.layout.offsets[target.field.index]
    for operand, offset in zip(value, offsets, strict=True):
        context.builder.store_field(target.object, offset, operand)


def filled_array(context: FunctionContext, layout: ElementLayout, length: Operand, value: Value) -> Operand:
    """Make an array whose elements are all the same value."""
    builder = context.builder
    array = builder.allocate_array(layout.descriptor, length)
    if all(is_zero(operand) for operand in value):
        return array
    index = context.temporary((IRType.I64,), "fill")
    head, body, done = builder.new_block("fill"), builder.new_block("fill.body"), builder.new_block("filled")
    context.store(index, zero_value((IRType.I64,)))
    builder.fall_into(head)
    builder.branch(_below(context, index[0], length), body, done)
    builder.position(body)
    store_element(context, layout, array, index[0], value, unchecked=True)
    context.store(index, (advance(context, index[0]),))
    builder.jump(head)
    builder.position(done)
    return array


def advance(context: FunctionContext, index: Operand) -> Operand:
    """Return the next index."""
    return context.builder.binary(BinaryOp.IADD, index, integer(IRType.I64, 1))


def _below(context: FunctionContext, index: Operand, length: Operand) -> Operand:
    return context.builder.compare(CompareOp.SLT, index, length)
