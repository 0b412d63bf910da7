"""Short ways to say what a lowered program prints."""

from __future__ import annotations

from tests.lower.execute import execute
from tests.lower.trees import (
    binary,
    intrinsic,
    let,
    local,
    main_of,
    read,
    string,
    write,
)

from beskid.analysis import typed
from beskid.analysis.model.types import (
    F64,
    STRING,
    UNIT,
    Type,
)
from beskid.source.text import NO_SPAN


def printed(*statements: typed.Statement) -> str:
    """What a main of these statements prints; it must end well."""
    outcome = execute(main_of(*statements, result=UNIT))
    assert (outcome.status, outcome.errors) == (0, ""), outcome
    return outcome.output


def form(value: typed.Expression) -> typed.Expression:
    return intrinsic("__form", STRING, value)


def show(*values: typed.Expression) -> str:
    """The printed forms of values, separated by spaces; strings are quoted."""
    return printed(*[write(binary("+", form(value), string(" "))) for value in values]).removesuffix(" ")


def hide(value: typed.Expression, name: str = "hidden") -> tuple[typed.Statement, typed.Expression]:
    """A variable that holds the value, so that nothing is folded."""
    symbol = local(name, value.type, assigned=True)
    return let(symbol, value), read(symbol)


def shown(operator: str, left: typed.Expression, right: typed.Expression) -> str:
    """The form of an operation on two variables."""
    first, one = hide(left)
    second, other = hide(right)
    return printed(first, second, write(form(binary(operator, one, other))))


def convert(value: typed.Expression, type: Type) -> typed.Expression:
    return typed.Convert(NO_SPAN, type, value)


def float_value(number: float, type: Type = F64) -> typed.Expression:
    return typed.FloatValue(NO_SPAN, type, number)
