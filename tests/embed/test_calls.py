"""Calls: arguments by position and by name, conversions with their errors, results."""

from __future__ import annotations

import inspect
import math
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import beskid

INTEGERS = {
    name: (0 if name[0] == "u" else -(1 << int(name[1:]) - 1), (1 << int(name[1:]) - (name[0] == "i")) - 1)
    for name in ("i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64")
}


def test_arguments_by_position_and_by_name(values: beskid.Module) -> None:
    assert values.Add(2, 3) == values.Add(2, b=3) == values.Add(b=3, a=2) == 5


@pytest.mark.parametrize(
    ("arguments", "named", "message"),
    [
        ((1,), {}, "missing required argument: 'b'"),
        ((1, 2, 3), {}, "takes 2 positional arguments but 3 were given"),
        ((1, 2), {"a": 3}, "got multiple values for argument 'a'"),
        ((1,), {"c": 3}, "got an unexpected keyword argument 'c'"),
    ],
)
def test_wrong_calls_name_the_parameter(
    values: beskid.Module, arguments: tuple[int, ...], named: dict[str, int], message: str
) -> None:
    with pytest.raises(TypeError, match=message):
        values.Add(*arguments, **named)


@pytest.mark.parametrize("name", INTEGERS)
def test_integers_keep_their_value_and_their_range(values: beskid.Module, name: str) -> None:
    low, high = INTEGERS[name]
    same = getattr(values, f"Same{name.upper()}")
    for number in (low, high, 0, 1):
        assert same(number) == number
    assert same(np.int64(1)) == 1
    for number in (low - 1, high + 1, 1 << 80):
        with pytest.raises(OverflowError, match=rf"argument `x` wants {name} \(.*\); got int"):
            same(number)
    for wrong in (True, 1.0, "1", None):
        with pytest.raises(TypeError, match=f"argument `x` wants {name}; got"):
            same(wrong)


@given(st.floats(width=64))
def test_f64_keeps_every_bit(values: beskid.Module, number: float) -> None:
    assert struct.pack("<d", values.SameF64(number)) == struct.pack("<d", number)


@given(st.floats(width=32))
def test_f32_keeps_its_value(values: beskid.Module, number: float) -> None:
    same = values.SameF32(number)
    assert same == number or (math.isnan(same) and math.isnan(number))


def test_an_integer_is_a_float_and_a_text_is_not(values: beskid.Module) -> None:
    assert values.SameF64(3) == 3.0
    with pytest.raises(TypeError, match="argument `x` wants f64; got str"):
        values.SameF64("3")


@given(st.text())
def test_texts_keep_every_character(values: beskid.Module, text: str) -> None:
    assert values.SameString(text) == text
    assert values.Twice(text) == text * 2
    assert values.Bytes(text) == len(text.encode())


def test_surrogates_are_refused(values: beskid.Module) -> None:
    with pytest.raises(ValueError, match="argument `x` wants string without surrogates"):
        values.SameString("\ud800")
    with pytest.raises(ValueError, match="argument `x` wants char"):
        values.SameChar("\udfff")


@given(st.characters(codec="utf-8"))
def test_characters(values: beskid.Module, text: str) -> None:
    assert values.SameChar(text) == text


def test_booleans_and_unit(values: beskid.Module) -> None:
    assert values.SameBool(True) is True and values.SameBool(False) is False
    with pytest.raises(TypeError, match="wants bool; got int 1"):
        values.SameBool(1)
    assert values.Nothing() is None


@given(st.none() | st.floats(allow_nan=False))
def test_options_are_none_or_a_value(values: beskid.Module, number: float | None) -> None:
    assert values.SameOption(number) == number


@given(st.none() | st.text(), st.none() | st.integers(0, 255))
def test_options_of_references_and_of_narrow_numbers(values: beskid.Module, text: str | None, byte: int | None) -> None:
    assert values.SameText(text) == text
    assert values.SameByte(byte) == byte


def test_results_are_values_or_raise(values: beskid.Module) -> None:
    assert values.Parse("one") == 1
    with pytest.raises(beskid.ResultError) as caught:
        values.Parse("two")
    assert caught.value.value == "not a number: two"


def test_a_result_without_a_value_is_none_or_raises(values: beskid.Module) -> None:
    assert values.Check(1) is None
    with pytest.raises(beskid.ResultError, match="not positive: 0") as caught:
        values.Check(0)
    assert caught.value.value == "not positive: 0"


def test_out_and_ref_parameters_are_returned(values: beskid.Module) -> None:
    assert values.Divide(17, 5) == (3, 2)
    assert values.Double(21) == (42,)


def test_constants_and_documentation(values: beskid.Module) -> None:
    assert (values.Limit, values.Half, values.Greeting) == (1007, 0.5, "hello")
    assert str(inspect.signature(values.Add)) == "(a, b)"
    assert values.Add.__doc__.startswith("Add(a: i64, b: i64) -> int\n\nAdds two numbers.")
    assert "Add" in dir(values)


def test_generic_functions_say_what_to_do(values: beskid.Module) -> None:
    with pytest.raises(TypeError, match=r"help: select an instance: Larger\[T\]"):
        values.Larger(1, 2)


def test_an_unknown_item_is_an_attribute_error(values: beskid.Module) -> None:
    with pytest.raises(AttributeError, match="no public item 'Missing'"):
        values.Missing  # noqa: B018


def nested(values: Any) -> st.SearchStrategy[Any]:
    leaves = st.integers(-(1 << 63), (1 << 63) - 1).map(values.Tree.Leaf) | st.just(values.Tree.Nothing)
    return st.recursive(leaves, lambda inner: st.builds(values.Tree.Node, inner, inner), max_leaves=20)


@given(st.data())
def test_enums_of_all_forms_go_through(values: beskid.Module, data: st.DataObject) -> None:
    assert values.SameColor(values.Color.Green) is values.Color.Green
    number = st.floats(allow_nan=False)
    shapes = [
        number.map(values.Shape.Circle),
        st.builds(values.Shape.Rectangle, number, number),
        st.just(values.Shape.Empty),
    ]
    shape = data.draw(st.one_of(shapes))
    assert values.SameShape(shape) == shape
    tree = data.draw(nested(values))
    assert values.SameTree(tree) == tree
    wide = data.draw(
        st.builds(values.Wide.All, st.integers(-9, 9), st.text(max_size=3), number, st.text(max_size=3), st.booleans())
    )
    assert values.SameWide(wide) == wide


def test_variants_match(values: beskid.Module) -> None:
    match values.SameShape(values.Shape.Rectangle(2.0, 3.0)):
        case values.Shape.Rectangle(width, height):
            assert (width, height) == (2.0, 3.0)
        case other:
            pytest.fail(f"{other!r}")


def test_structs_have_live_fields_and_methods(values: beskid.Module) -> None:
    point = values.Point(3.0, 4.0, name="p")
    assert point.Square() == 25.0
    point.x = 6.0
    point.name = "q"
    assert (values.Moved(point, 1.0).x, values.Moved(point, 1.0).name) == (7.0, "q")
    point.Move(1.0)
    assert point.x == 7.0
    assert values.SamePoint(point) is point
    assert repr(point) == "Point(x=7.0, y=4.0, name='q')"
    with pytest.raises(TypeError, match=r"Point\.x wants f64; got str"):
        point.x = "far"
    point.release()
    with pytest.raises(beskid.ReleasedError):
        values.SamePoint(point)


@given(st.lists(st.text(max_size=5), max_size=8))
def test_lists_of_texts_are_copied(values: beskid.Module, texts: list[str]) -> None:
    assert values.SameStrings(texts) == texts
    assert values.SameStrings(tuple(texts)) == texts


def test_lists_of_structs_and_characters(values: beskid.Module) -> None:
    assert values.SumOfX([values.Point(1.0, 0.0, "a"), values.Point(2.0, 0.0, "b")]) == 3.0
    points = values.Points(3)
    assert len(points) == 3 and points[0] is points[2]
    assert values.SameChars(["a", "ß"]) == ["a", "ß"]


def test_functions_that_only_compute_are_entered_without_the_runtime() -> None:
    module = beskid.compile(
        "pub u8 Next(u8 x) => x + 1;\npub bool Not(bool x) => !x;\npub i64 Part(i64 a, i64 b) => a / b;\n"
        "pub f32 Half(f32 x) => x / 2.0;\npub Option<i64> Some(i64 x) => Option::Some(x);\npub i64 Twice(ref i64 x) "
        "{ x *= 2; return x; }\n",
        name="computing",
    )
    paces = "".join([word[0] for word in module.__beskid__.fields["entries"][0].split()])
    assert paces[:4] == "bbqb"
    assert module.Next(255) == 0 and module.Not(True) is False and module.Half(3.0) == 1.5
    assert module.Some(3) == 3 and module.Twice(4) == (8, 8)
    with pytest.raises(beskid.Panic, match="division by zero"):
        module.Part(1, 0)
    with pytest.raises(OverflowError):
        module.Next(256)
