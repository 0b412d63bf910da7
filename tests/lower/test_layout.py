"""Layouts: registers of every type, the four forms of enums, offsets and descriptors."""

from __future__ import annotations

import pytest
from tests.lower.trees import add_variants, enum, option_of, refuse, refuse_large, result_of, struct, type_parameter

from beskid.analysis.model.types import (
    BOOL,
    CHAR,
    F32,
    F64,
    I8,
    I64,
    STRING,
    U16,
    UNIT,
    ArrayType,
    EnumType,
    FunctionType,
    StructType,
    Type,
    TypeParameterType,
)
from beskid.ir.model import IRType, Module
from beskid.lower.layout import EnumForm, Layouts
from beskid.lower.mangle import Mangler

I1, I32, W64, REF = IRType.I1, IRType.I32, IRType.I64, IRType.REF


@pytest.fixture
def layouts() -> Layouts:
    return Layouts(Module("test"), Mangler(), refuse, refuse_large)


POINT = StructType(struct("Point", {"x": I64, "y": I64}))
COLOR = EnumType(enum("Color", {"Red": (), "Green": ()}))


@pytest.mark.parametrize(
    ("type", "shape"),
    [
        (UNIT, ()),
        (BOOL, (I1,)),
        (CHAR, (I32,)),
        (U16, (IRType.I16,)),
        (F32, (IRType.F32,)),
        (STRING, (REF,)),
        (ArrayType(I64), (REF,)),
        (FunctionType((I64,), UNIT), (REF,)),
        (POINT, (REF,)),
        (COLOR, (I32,)),
        (option_of(STRING), (REF,)),
        (option_of(POINT), (REF,)),
        (option_of(I64), (I32, W64)),
        (option_of(BOOL), (I32, W64)),
        (option_of(UNIT), (I32,)),
        (option_of(COLOR), (I32, W64)),
        (option_of(option_of(STRING)), (I32, REF)),
        (option_of(option_of(I64)), (I32, W64, W64)),
        (option_of(option_of(option_of(I64))), (I32, W64, W64, W64)),
        (option_of(option_of(option_of(option_of(I64)))), (REF,)),
        (option_of(result_of(I64, STRING)), (I32, REF, W64, W64)),
        (result_of(I64, STRING), (I32, REF, W64)),
        (result_of(STRING, STRING), (I32, REF)),
        (result_of(UNIT, STRING), (REF,)),
        (result_of(F64, COLOR), (I32, W64)),
    ],
)
def test_registers(layouts: Layouts, type: Type, shape: tuple[IRType, ...]) -> None:
    assert layouts.shape(type) == shape


def test_forms(layouts: Layouts) -> None:
    assert layouts.enum(COLOR).form is EnumForm.TAG
    assert layouts.enum(option_of(STRING)).form is EnumForm.NULLABLE
    assert layouts.enum(option_of(I64)).form is EnumForm.WORDS
    assert layouts.enum(option_of(option_of(I64))).form is EnumForm.WORDS
    assert layouts.enum(option_of(option_of(result_of(I64, STRING)))).form is EnumForm.BOXED


def test_each_component_of_words_has_a_register(layouts: Layouts) -> None:
    symbol = enum("Held", {})
    add_variants(symbol, {"Two": (STRING, POINT), "One": (F64,), "None": (), "Mixed": (BOOL, STRING)})
    layout = layouts.enum(EnumType(symbol))
    assert layout.components == (I32, REF, REF, W64)
    assert [variant.offsets for variant in layout.variants] == [((1,), (2,)), ((3,),), (), ((3,), (1,))]


def test_a_recursive_enum_is_boxed_and_its_option_nullable(layouts: Layouts) -> None:
    symbol = enum("Tree", {})
    tree = EnumType(symbol)
    add_variants(symbol, {"Leaf": (I64,), "Node": (tree, tree), "Maybe": (option_of(tree),)})
    assert layouts.enum(option_of(tree)).form is EnumForm.NULLABLE
    assert layouts.enum(tree).form is EnumForm.BOXED
    assert [variant.offsets for variant in layouts.enum(tree).variants] == [((16,),), ((16,), (24,)), ((16,),)]
    held = [variant.descriptor for variant in layouts.enum(tree).variants]
    assert [(each.size, each.reference_offsets) for each in held if each is not None] == [
        (24, ()), (32, (16, 24)), (24, (16,)),
    ]  # fmt: skip


def test_mutual_recursion_has_the_same_layouts_from_both_sides() -> None:
    first, second = enum("First", {}), enum("Second", {})
    add_variants(first, {"A": (EnumType(second),), "B": ()})
    add_variants(second, {"C": (EnumType(first),), "D": (I64, STRING)})
    forms = []
    for order in ((first, second), (second, first)):
        layouts = Layouts(Module("test"), Mangler(), refuse, refuse_large)
        found = {symbol.name: layouts.enum(EnumType(symbol)).form for symbol in order}
        forms.append((found["First"], found["Second"]))
    assert forms[0] == forms[1]
    assert forms[0][1] is EnumForm.BOXED


def test_a_wrapper_of_itself_is_boxed(layouts: Layouts) -> None:
    symbol = enum("Peano", {})
    add_variants(symbol, {"Zero": (), "Next": (EnumType(symbol),)})
    assert layouts.enum(EnumType(symbol)).form is EnumForm.BOXED


def test_payloads_that_grow_without_end_are_refused() -> None:
    parameter = type_parameter("T")
    symbol = enum("Grow", {}, (parameter,))
    inner = EnumType(symbol, (ArrayType(TypeParameterType(parameter)),))
    add_variants(symbol, {"End": (), "More": (inner,)})
    found: list[EnumType] = []
    layouts = Layouts(Module("test"), Mangler(), found.append, refuse_large)
    endless = EnumType(symbol, (I64,))
    assert layouts.shape(endless) == (REF,)
    assert layouts.shape(option_of(endless)) == (REF,)
    assert found == [endless]


def test_struct_offsets_and_descriptor(layouts: Layouts) -> None:
    kind = StructType(struct("S", {"a": I8, "name": STRING, "b": BOOL, "r": result_of(I64, STRING), "c": U16}))
    layout = layouts.struct(kind)
    assert layout.offsets == ((8,), (16,), (24,), (28, 32, 40), (48,))
    descriptor = layouts._module.descriptors[layout.descriptor]
    assert (descriptor.size, descriptor.align, descriptor.reference_offsets) == (56, 8, (16, 32))
    assert descriptor.display == "S"


def test_element_strides(layouts: Layouts) -> None:
    assert layouts.element(I8).stride == 1
    assert layouts.element(BOOL).stride == 1
    assert layouts.element(UNIT).stride == 1
    assert layouts.element(option_of(I64)).offsets == (0, 8)
    assert layouts.element(result_of(I64, STRING)).stride == 24
    descriptor = layouts._module.descriptors[layouts.element(result_of(I64, STRING)).descriptor]
    assert descriptor.reference_offsets == (8,)
