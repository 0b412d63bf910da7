"""Generated functions of a type: equality and hash of enums and arrays, and the printed form (decisions L9, L23, R1).

Each function takes the components of its values; the printed form also takes the nesting depth. They are ordinary
functions of the module, shared by all uses of the type.
"""

from __future__ import annotations

from collections.abc import Callable

from beskid.analysis import typed
from beskid.analysis.model.relations import field_types
from beskid.analysis.model.symbols import ContractSymbol, FunctionSymbol
from beskid.analysis.model.types import (
    STRING,
    ArrayType,
    ContractType,
    EnumType,
    FunctionType,
    PrimitiveType,
    StructType,
    Type,
    substitute,
)
from beskid.analysis.model.world import CORE_LIBRARY, is_of_library
from beskid.analysis.names.conformance import CONTRACTS_MODULE
from beskid.analysis.types.boundary import is_opaque
from beskid.ir.builder import NULL, boolean, integer
from beskid.ir.model import BinaryOp, Block, CompareOp, IRType, Operand, Signature
from beskid.lower.bodies.comparison import combine, equal, hash_value, mix
from beskid.lower.bodies.constants import text
from beskid.lower.bodies.context import FunctionContext, Value, zero_value
from beskid.lower.bodies.dispatch import lower
from beskid.lower.bodies.enums import enum_tag, is_full, payload_field
from beskid.lower.bodies.objects import advance, field_of, load_element
from beskid.lower.bodies.strings import concatenate, quoted_text, scalar_text
from beskid.lower.layout import EnumForm, EnumLayout, VariantLayout, mapping_of
from beskid.lower.mono import HelperRole
from beskid.lower.tables import embedded_contracts, implementation, link_index, method_index
from beskid.source.text import NO_SPAN

FORM_DEPTH = 8
ELLIPSIS = text("…")
ENTRIES = "Entries"
"""The function of a map's module that lists its entries."""

TO_STRING = "ToString"
"""The method of `Display`."""


def split_variants(
    context: FunctionContext, layout: EnumLayout, value: Value, handle: Callable[[VariantLayout], None]
) -> None:
    """Call `handle` to emit the code for each variant in a block of its own, which it must end."""
    builder = context.builder
    blocks = [builder.new_block(f"variant.{variant.symbol.name}") for variant in layout.variants]
    if layout.form is EnumForm.NULLABLE:
        full = next(i for i, variant in enumerate(layout.variants) if is_full(layout, variant.symbol))
        is_null = builder.compare(CompareOp.EQ, value[0], NULL)
        builder.branch(is_null, blocks[1 - full], blocks[full])
    elif not blocks:
        # There is no value of an enum without cases.
        builder.unreachable()
    elif len(blocks) == 1:
        builder.jump(blocks[0])
    else:
        cases = tuple([(index, block) for index, block in enumerate(blocks[:-1])])
        builder.switch(enum_tag(context, layout, value), cases, blocks[-1])
    for variant, block in zip(layout.variants, blocks, strict=True):
        builder.position(block)
        handle(variant)


# Equality and hash ------------------------------------------------------------------------------------------------


def build_equals(context: FunctionContext, kind: EnumType, left: Value, right: Value) -> None:
    """Structural equality of two values of an enum."""
    builder = context.builder
    layout = context.layouts.enum(kind)
    different = builder.new_block("different")
    _branch_on_same_variant(context, layout, left, right, different)

    def compare_payload(variant: VariantLayout) -> None:
        for position, field in enumerate(variant.types):
            one = payload_field(context, layout, left, variant.symbol, position)
            other = payload_field(context, layout, right, variant.symbol, position)
            following = builder.new_block("next")
            builder.branch(equal(context, field, one, other, NO_SPAN), following, different)
            builder.position(following)
        builder.ret((boolean(True),))

    split_variants(context, layout, left, compare_payload)
    builder.position(different)
    builder.ret((boolean(False),))


def _branch_on_same_variant(
    context: FunctionContext, layout: EnumLayout, left: Value, right: Value, different: Block
) -> None:
    """Continue when both values are of one variant."""
    builder = context.builder
    same = builder.new_block("same.variant")
    if layout.form is EnumForm.NULLABLE:
        left_null = builder.compare(CompareOp.EQ, left[0], NULL)
        right_null = builder.compare(CompareOp.EQ, right[0], NULL)
        builder.branch(builder.compare(CompareOp.EQ, left_null, right_null), same, different)
    else:
        one, other = enum_tag(context, layout, left), enum_tag(context, layout, right)
        builder.branch(builder.compare(CompareOp.EQ, one, other), same, different)
    builder.position(same)


def build_hash(context: FunctionContext, kind: EnumType, value: Value) -> None:
    """A hash of the variant and the payload."""
    builder = context.builder
    layout = context.layouts.enum(kind)

    def hash_payload(variant: VariantLayout) -> None:
        result: Operand = mix(context, integer(IRType.I64, variant.symbol.index + 1))
        for position, field in enumerate(variant.types):
            payload = payload_field(context, layout, value, variant.symbol, position)
            result = combine(context, result, hash_value(context, field, payload, NO_SPAN))
        builder.ret((result,))

    split_variants(context, layout, value, hash_payload)


def build_value_equals(context: FunctionContext, kind: StructType, left: Value, right: Value) -> None:
    """Equality of two values of a value type: equal fields."""
    builder = context.builder
    different = builder.new_block("different")
    for field, type in zip(kind.symbol.fields.values(), context.layouts.value(kind).types, strict=True):
        one, other = field_of(context, kind, left, field), field_of(context, kind, right, field)
        if not one:
            continue
        following = builder.new_block("next")
        builder.branch(equal(context, type, one, other, NO_SPAN), following, different)
        builder.position(following)
    builder.ret((boolean(True),))
    builder.position(different)
    builder.ret((boolean(False),))


def build_value_hash(context: FunctionContext, kind: StructType, value: Value) -> None:
    """A hash of the fields in order."""
    result: Operand = integer(IRType.I64, 1)
    for field, type in zip(kind.symbol.fields.values(), context.layouts.value(kind).types, strict=True):
        result = combine(context, result, hash_value(context, type, field_of(context, kind, value, field), NO_SPAN))
    context.builder.ret((result,))


def build_array_equals(context: FunctionContext, kind: ArrayType, left: Value, right: Value) -> None:
    """Equality of two arrays: equal lengths and equal elements in order."""
    builder = context.builder
    layout = context.layouts.element(kind.element)
    one, other = context.snapshot(left)[0], context.snapshot(right)[0]
    length = builder.length(one)
    compare, different = builder.new_block("compare"), builder.new_block("different")
    builder.branch(builder.compare(CompareOp.EQ, length, builder.length(other)), compare, different)
    builder.position(compare)

    def compare_elements(index: Operand) -> None:
        first = load_element(context, layout, one, index, unchecked=True)
        second = load_element(context, layout, other, index, unchecked=True)
        following = builder.new_block("next")
        builder.branch(equal(context, kind.element, first, second, NO_SPAN), following, different)
        builder.position(following)

    _each_index(context, length, compare_elements)
    builder.ret((boolean(True),))
    builder.position(different)
    builder.ret((boolean(False),))


def build_array_hash(context: FunctionContext, kind: ArrayType, value: Value) -> None:
    """A hash of the length and the elements in order."""
    builder = context.builder
    layout = context.layouts.element(kind.element)
    array = context.snapshot(value)[0]
    length = builder.length(array)
    result = context.temporary((IRType.I64,), "hash")
    context.store(result, (mix(context, length),))

    def hash_element(index: Operand) -> None:
        element = load_element(context, layout, array, index, unchecked=True)
        context.store(result, (combine(context, result[0], hash_value(context, kind.element, element, NO_SPAN)),))

    _each_index(context, length, hash_element)
    builder.ret((result[0],))


def _each_index(context: FunctionContext, length: Operand, handle: Callable[[Operand], None]) -> None:
    """Emit a loop over the indexes below a length, whose body `handle` emits."""
    builder = context.builder
    index = context.temporary((IRType.I64,), "index")
    head, body, done = builder.new_block("head"), builder.new_block("body"), builder.new_block("done")
    context.store(index, (integer(IRType.I64, 0),))
    builder.fall_into(head)
    builder.branch(builder.compare(CompareOp.SLT, index[0], length), body, done)
    builder.position(body)
    handle(index[0])
    context.store(index, (advance(context, index[0]),))
    builder.jump(head)
    builder.position(done)


# Printed form -----------------------------------------------------------------------------------------------------


def lower_stringify(context: FunctionContext, expression: typed.Stringify) -> Value:
    """Return the printed form of a value in `${…}`, where a string is not quoted."""
    kind = context.concrete(expression.operand.type)
    value = lower(context, expression.operand)
    context.at(expression.span)
    if not context.builder.is_open():
        return zero_value(context.shape(expression.type))
    return (value[0] if kind is STRING else form_value(context, kind, value),)


def form_value(context: FunctionContext, kind: Type, value: Value) -> Operand:
    """Return the printed form of a value; a string is quoted to distinguish it from other values."""
    return _form_at(context, kind, value, integer(IRType.I64, 0))


def _form_at(context: FunctionContext, kind: Type, value: Value, depth: Operand) -> Operand:
    """Return the printed form of a value inside another one, `depth` levels down."""
    if kind is STRING:
        return quoted_text(context, value[0])
    if isinstance(kind, PrimitiveType):
        return scalar_text(context, kind, value[0]) if value else text("unit")
    if isinstance(kind, FunctionType):
        return text("<function>")
    shown = _shown_by_itself(context, kind, value)
    if shown is not None:
        return shown
    if isinstance(kind, ContractType) or (isinstance(kind, StructType) and is_opaque(kind.symbol)):
        return text(f"<{kind.symbol.name}>")
    name = context.instances.helper(HelperRole.FORM, kind)
    return context.builder.call(name, (*value, depth), (IRType.REF,))[0]


def _shown_by_itself(context: FunctionContext, kind: Type, value: Value) -> Operand | None:
    """Return what `ToString` returns for a type that conforms to `Display`; None for other types."""
    if not isinstance(kind, ContractType | StructType):
        return None
    declared = [kind] if isinstance(kind, ContractType) else list(kind.symbol.conformances)
    pairs = [(each, part) for each in declared for part in (each, *embedded_contracts(each))]
    found = next((pair for pair in pairs if is_display(pair[1].symbol)), None)
    if found is None:
        return None
    builder = context.builder
    if isinstance(kind, ContractType):
        whole, display = found
        table = value[1] if whole == display else builder.load_table(value[1], link_index(whole, display))
        code = builder.load_table(table, method_index(display, TO_STRING))
        return builder.call_indirect(code, (value[0],), Signature((IRType.REF,), (IRType.REF,)))[0]
    implemented = implementation(context.instances, kind, TO_STRING)
    if implemented is None:
        raise AssertionError(f"{kind!r} has no {TO_STRING}")
    name = context.instances.function(*implemented, context.source, NO_SPAN)
    return builder.call(name, value, (IRType.REF,))[0]


def is_display(symbol: ContractSymbol) -> bool:
    """Return whether a contract is `Core.Contracts.Display`."""
    return is_of_library(symbol, CONTRACTS_MODULE, "Display")


def build_form(context: FunctionContext, kind: Type, value: Value, depth: Operand) -> None:
    """The printed form of a struct, enum or array."""
    if isinstance(kind, EnumType) and context.layouts.enum(kind).form is EnumForm.TAG:
        _form_enum(context, kind, value, depth)
        return
    builder = context.builder
    deep, shallow = builder.new_block("deep"), builder.new_block("shallow")
    is_deep = builder.compare(CompareOp.SGE, depth, integer(IRType.I64, FORM_DEPTH))
    builder.branch(is_deep, deep, shallow, likely=False)
    builder.position(deep)
    builder.ret((ELLIPSIS,))
    builder.position(shallow)
    inner = builder.binary(BinaryOp.IADD, depth, integer(IRType.I64, 1))
    match kind:
        case StructType():
            contents = _contents(context, kind)
            if contents is None:
                _form_struct(context, kind, value, inner)
            else:
                _form_container(context, kind, *contents, value, inner)
        case EnumType():
            _form_enum(context, kind, value, inner)
        case ArrayType():
            _form_array(context, kind, value[0], inner)
        case _:
            raise AssertionError(f"{kind!r} has no form function")


def _form_struct(context: FunctionContext, kind: StructType, value: Value, depth: Operand) -> None:
    name = kind.symbol.name
    parts: list[Operand] = []
    for field, type in zip(kind.symbol.fields.values(), field_types(kind), strict=True):
        parts.append(text(f", {field.name}: " if parts else f"{name} {{ {field.name}: "))
        parts.append(_form_at(context, type, field_of(context, kind, value, field), depth))
    parts.append(text(" }" if parts else f"{name} {{ }}"))
    context.builder.ret((concatenate(context, parts),))


def _contents(context: FunctionContext, kind: StructType) -> tuple[FunctionSymbol, Type] | None:
    """Return the function that lists the elements of a core library container, and its result; None for other types.

    The fields of a container cannot be printed: they include capacity without values.
    """
    module = kind.symbol.module
    if module is None or module.package != CORE_LIBRARY:
        return None
    for name in ("ToArray", ENTRIES):
        function = module.members.get(name)
        if isinstance(function, FunctionSymbol):
            # Its signature is complete once its body is checked.
            context.instances.program.body(function)
            taken = function.parameters[0].type
            if isinstance(taken, StructType) and taken.symbol is kind.symbol:
                mapping = mapping_of(function.all_type_parameters(), kind.arguments)
                return function, substitute(function.result, mapping)
    return None


def _form_container(
    context: FunctionContext, kind: StructType, function: FunctionSymbol, held: Type, value: Value, depth: Operand
) -> None:
    """Format what a container holds: `[1, 2]`, of a set `{1, 2}`, of a map `{"a": 1}`."""
    name = context.instances.function(function, kind.arguments, context.source, NO_SPAN)
    array = context.builder.call(name, value, (IRType.REF,))[0]
    assert isinstance(held, ArrayType)
    if kind.symbol.name not in ("Map", "Set"):
        _form_elements(context, held, array, lambda element: _form_at(context, held.element, element, depth), "[]")
        return

    def form_entry(element: Value) -> Operand:
        entry = held.element
        if function.name != ENTRIES or not isinstance(entry, StructType):
            return _form_at(context, entry, element, depth)
        key, content = [
            _form_at(context, type, field_of(context, entry, element, field), depth)
            for field, type in zip(entry.symbol.fields.values(), field_types(entry), strict=True)
        ]
        return concatenate(context, [key, text(": "), content])

    _form_elements(context, held, array, form_entry, "{}")


def _form_enum(context: FunctionContext, kind: EnumType, value: Value, depth: Operand) -> None:
    layout = context.layouts.enum(kind)

    def form_variant(variant: VariantLayout) -> None:
        name = f"{kind.symbol.name}::{variant.symbol.name}"
        parts: list[Operand] = []
        for position, type in enumerate(variant.types):
            parts.append(text(", " if parts else f"{name}("))
            payload = payload_field(context, layout, value, variant.symbol, position)
            parts.append(_form_at(context, type, payload, depth))
        parts.append(text(")" if parts else name))
        context.builder.ret((concatenate(context, parts),))

    split_variants(context, layout, value, form_variant)


def _form_array(context: FunctionContext, kind: ArrayType, array: Operand, depth: Operand) -> None:
    _form_elements(context, kind, array, lambda element: _form_at(context, kind.element, element, depth), "[]")


def _form_elements(
    context: FunctionContext, kind: ArrayType, array: Operand, form_element: Callable[[Value], Operand], brackets: str
) -> None:
    """Return the forms of all elements, separated by commas, between two brackets."""
    builder = context.builder
    layout = context.layouts.element(kind.element)
    texts = context.layouts.element(STRING)
    length = builder.length(array)
    parts = builder.allocate_array(texts.descriptor, length)

    def store_form(index: Operand) -> None:
        form = form_element(load_element(context, layout, array, index, unchecked=True))
        builder.store_element(parts, index, form, texts.stride, unchecked=True)

    _each_index(context, length, store_form)
    joined = builder.call_runtime_value("str_join", (parts, text(", ")))
    builder.ret((builder.concat((text(brackets[0]), joined, text(brackets[1]))),))
