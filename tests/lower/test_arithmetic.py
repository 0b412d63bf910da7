"""What lowered programs do: arithmetic, comparisons and conversions of numbers (decisions L2, L4)."""

from __future__ import annotations

import pytest
from tests.lower.execute import execute
from tests.lower.observe import convert, float_value, form, hide, printed, show, shown
from tests.lower.trees import (
    integer,
    main_of,
    stringify,
    write,
)

from beskid.analysis.model.types import (
    CHAR,
    F32,
    F64,
    I8,
    I32,
    I64,
    U8,
    U32,
    U64,
    UNIT,
    Type,
)


@pytest.mark.parametrize(
    ("operator", "type", "left", "right", "result"),
    [
        ("+", I8, 127, 1, "-128"),
        ("+", U8, 255, 1, "0"),
        ("-", U32, 0, 1, "4294967295"),
        ("*", I64, 1 << 62, 4, "0"),
        ("/", I32, -7, 2, "-3"),
        ("%", I32, -7, 2, "-1"),
        ("/", U8, 255, 2, "127"),
        (">>", I8, -128, 1, "-64"),
        (">>", U8, 128, 1, "64"),
        ("<<", I32, 1, 33, "2"),
        ("&", U64, (1 << 64) - 1, 1 << 63, "9223372036854775808"),
        ("<", I8, -1, 1, "true"),
        ("<", U8, 255, 1, "false"),
        (">=", U64, 1 << 63, 1, "true"),
        ("==", I64, 4, 4, "true"),
        ("!=", I64, 4, 4, "false"),
    ],
)
def test_integer_operations(operator: str, type: Type, left: int, right: int, result: str) -> None:
    assert shown(operator, integer(left, type), integer(right, type)) == result


def test_floats_follow_ieee() -> None:
    nan = float_value(float("nan"))
    assert shown("!=", nan, nan) == "true"
    assert shown("==", nan, nan) == "false"
    assert shown("%", float_value(7.5), float_value(2.0)) == "1.5"
    assert shown("/", float_value(1.0), float_value(0.0)) == "inf"
    assert shown("+", float_value(0.1, F32), float_value(0.2, F32)) == "0.3"


@pytest.mark.parametrize(
    ("value", "source", "target", "result"),
    [
        (300, I64, U8, "44"),
        (-1, I32, U64, "18446744073709551615"),
        (200, U8, I8, "-56"),
        (200, U8, I64, "200"),
        (65, U8, CHAR, "A"),
        (0x1F600, I32, CHAR, "😀"),
        (66, CHAR, I32, "66"),
        (3, I32, F64, "3.0"),
        ((1 << 64) - 1, U64, F64, "18446744073709552000.0"),
    ],
)
def test_conversions_of_integers(value: int, source: Type, target: Type, result: str) -> None:
    hidden, operand = hide(integer(value, source))
    assert printed(hidden, write(form(convert(operand, target)))) == result
    assert show(convert(integer(value, source), target)) == result


@pytest.mark.parametrize(
    ("value", "target", "result"),
    [
        (1e30, I8, "127"),
        (-1e30, I64, "-9223372036854775808"),
        (-1.0, U8, "0"),
        (3.99, I32, "3"),
        (float("nan"), I32, "0"),
    ],
)
def test_floats_to_integers_saturate(value: float, target: Type, result: str) -> None:
    hidden, operand = hide(float_value(value))
    assert printed(hidden, write(form(convert(operand, target)))) == result


@pytest.mark.parametrize("value", [-1, 0xD800, 0xDFFF, 0x110000])
def test_what_is_not_a_scalar_value_panics_as_char(value: int) -> None:
    hidden, operand = hide(integer(value))
    for number in (operand, integer(value)):
        outcome = execute(main_of(hidden, write(stringify(convert(number, CHAR))), result=UNIT))
        assert outcome.status == 101
        assert outcome.errors.splitlines() == ["panic: invalid char value", "  at test.bd:1:1 in Main.main"]
