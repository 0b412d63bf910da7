"""Numeric relations: ranges, widening, common types; and constants with run-time meaning."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.types.programs import check_source

from beskid.analysis.model.relations import common_numeric, fits, integer_range, widens, wrap
from beskid.analysis.model.symbols import ConstSymbol
from beskid.analysis.model.types import F32, F64, I8, I16, I32, I64, U8, U16, U32, U64, PrimitiveType
from beskid.analysis.types.evaluate import show_value

INTEGERS = (I8, I16, I32, I64, U8, U16, U32, U64)
integers = st.sampled_from(INTEGERS)
numbers = st.sampled_from((*INTEGERS, F32, F64))


@given(integers, integers)
def test_widening_between_integers_is_containment_of_ranges(source: PrimitiveType, target: PrimitiveType) -> None:
    low, high = integer_range(source)
    assert widens(source, target) == (fits(low, target) and fits(high, target))


@given(integers, st.sampled_from((F32, F64)))
def test_widening_to_a_float_keeps_every_value(source: PrimitiveType, target: PrimitiveType) -> None:
    exact = 1 << (24 if target is F32 else 53)
    assert widens(source, target) == (integer_range(source)[1] <= exact)


@given(numbers, numbers)
def test_the_common_type_holds_both_and_is_the_smallest(left: PrimitiveType, right: PrimitiveType) -> None:
    common = common_numeric(left, right)
    assert common is common_numeric(right, left)
    candidates = [t for t in (*INTEGERS, F32, F64) if widens(left, t) and widens(right, t)]
    if common is None:
        assert candidates == []
        return
    assert common in candidates
    assert common.bits == min(t.bits for t in candidates if t.is_float == common.is_float)


def test_decided_pairs() -> None:
    assert common_numeric(I32, U32) is I64
    assert common_numeric(U8, I8) is I16
    assert common_numeric(I32, F64) is F64
    assert common_numeric(U64, I8) is None
    assert common_numeric(I64, F64) is None


@given(st.integers(), integers)
def test_wrapping_lands_in_range_and_keeps_the_low_bits(value: int, type: PrimitiveType) -> None:
    wrapped = wrap(value, type)
    assert fits(wrapped, type)
    assert (wrapped - value) % (1 << type.bits) == 0


@pytest.mark.parametrize(
    ("declaration", "value"),
    [
        ("u8 C = 200 + 50", 250),
        ("u8 C = (200 + 100) as u8", 44),
        ("i64 C = -7 / 2", -3),
        ("i64 C = -7 % 2", -1),
        ("i64 C = 1 << 65", 2),
        ("i8 C = 300 as i8", 44),
        ("i64 C = -1 as u32", 4294967295),
        ("i64 C = 1e30 as i64", 9223372036854775807),
        ("i64 C = (0.0 / 0.0) as i64", 0),
        ("f64 C = 1.0 / 0.0", math.inf),
        ("f32 C = 0.1", 0.10000000149011612),
        ("char C = 97 as char", 97),
        ("i32 C = 'a' as i32 + 1", 98),
        ("bool C = 1 > 2 || !(3 == 4)", True),
        ('string C = "a" + "b${1 + 1}${\'c\'}${true}${2.0}"', "ab2ctrue2.0"),
        ("u32 C = ~0", 4294967295),
        ("i64 C = 6 & 3 | 8 ^ 1", 6 & 3 | 8 ^ 1),
    ],
)
def test_constants_mean_what_they_would_at_run_time(declaration: str, value: object) -> None:
    checked = check_source(f"pub const {declaration};")
    assert checked.program is not None
    symbol = checked.modules()[0].members["C"]
    assert isinstance(symbol, ConstSymbol)
    assert symbol.value == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1.0"),
        (0.1, "0.1"),
        (-0.0, "-0.0"),
        (1e20, "100000000000000000000.0"),
        (1e21, "1e21"),
        (1.5e300, "1.5e300"),
        (1e-6, "0.000001"),
        (1.25e-7, "1.25e-7"),
        (123456.789, "123456.789"),
        (math.nan, "NaN"),
        (-math.inf, "-inf"),
    ],
)
def test_printed_form_of_floats(value: float, text: str) -> None:
    assert show_value(value, F64) == text
