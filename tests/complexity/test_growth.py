"""Twice the program costs at most two and a half times the calls, for every construct; deep nesting is a diagnostic.

Calls are counted and not seconds, so the result is the same on every machine.
"""

from __future__ import annotations

import pytest
from tests.complexity.calls import count_calls
from tests.complexity.inputs import LARGE
from tests.complexity.nested import CHAINS, NESTED

from beskid.driver.session import check_text
from beskid.source.codes import PARSE
from beskid.source.diagnostics import Diagnostic, error
from beskid.source.render import human
from beskid.source.text import SourceText, Span

SIZE = 250
MAX_GROWTH = 2.5
NESTING_LIMIT = 256

CHAIN = 110
"""Twice as many links are below the limit of nesting."""

SHORT = {"field_path": 100, "method_chain": 100, "untyped_lambdas_in_a_chain": 60, "functions_with_many_calls": 25}
"""Constructs whose tree is as deep as they are long: they are measured below the limit of nesting."""


def check(text: str) -> list[Diagnostic]:
    """Check a program and show what is wrong with it."""
    diagnostics = check_text("large.bd", text)
    if diagnostics:
        human(diagnostics)
    return diagnostics


def calls_of_check(text: str) -> int:
    """Return the calls that checking a program makes."""
    return count_calls(lambda: check(text))


@pytest.fixture(scope="module")
def fixed_cost() -> int:
    """The calls that every program costs."""
    calls_of_check("unit main() {}\n")
    return calls_of_check("unit main() {}\n")


@pytest.mark.parametrize("name", LARGE)
def test_calls_grow_with_the_program(name: str, fixed_cost: int) -> None:
    size = SHORT.get(name, SIZE)
    smaller, larger = (calls_of_check(LARGE[name](n)) - fixed_cost for n in (size, 2 * size))
    assert larger <= MAX_GROWTH * max(smaller, 300), f"{larger} calls after {smaller}"


@pytest.mark.parametrize("name", CHAINS)
def test_calls_grow_with_the_length_of_a_chain(name: str, fixed_cost: int) -> None:
    smaller, larger = (calls_of_check(CHAINS[name](n)) - fixed_cost for n in (CHAIN, 2 * CHAIN))
    assert larger <= MAX_GROWTH * max(smaller, 300), f"{larger} calls after {smaller}"


@pytest.mark.parametrize("name", NESTED)
def test_nesting_below_the_limit_is_fine(name: str) -> None:
    assert [each.code for each in check(NESTED[name](100)) if not each.code.is_warning] == []


@pytest.mark.parametrize("depth", [400, 20_000])
@pytest.mark.parametrize("name", NESTED)
def test_nesting_above_the_limit_is_one_diagnostic_for_each_place(name: str, depth: int) -> None:
    found = [each.message for each in check(NESTED[name](depth)) if not each.code.is_warning]
    # A type, a value and a pattern may each be as deep.
    assert set(found) == {f"nesting is deeper than {NESTING_LIMIT} levels"} and len(found) <= 3


@pytest.mark.parametrize("cycle", [2, 31, 32, 33, 64, 5000])
def test_constants_that_refer_forward_and_in_a_cycle(cycle: int) -> None:
    assert check(LARGE["constants_forward"](cycle)) == []
    rows = "".join([f"const i64 C{i} = C{(i + 1) % cycle} + 1;\n" for i in range(cycle)])
    assert [each.code for each in check(rows + "unit main() {}\n") if not each.code.is_warning] == ["E1232"]


@pytest.mark.parametrize("letter", ["x", "é", "\t", "漢", "\x1b"])
def test_a_message_costs_what_it_shows_of_a_long_line(letter: str) -> None:
    """Not the characters of the line are looked at, but the few of them that are shown."""

    def calls_for(length: int) -> int:
        source = SourceText("long.bd", letter * length + "Y" + letter * length)
        diagnostics = [
            error(PARSE, "wrong", source, Span(length, length + 1), "here", "help"),
            error(PARSE, "wrong", source, Span(0, 2 * length + 1), "all of it", "help"),
        ]
        return count_calls(lambda: human(diagnostics))

    assert calls_for(300_000) <= 1.1 * calls_for(3_000)


def test_quadratic_work_would_be_seen(monkeypatch: pytest.MonkeyPatch, fixed_cost: int) -> None:
    """A checker that looks at all earlier functions for each function is caught."""
    from beskid.analysis import check as module

    original = module.check_program

    def slower(*arguments: object, **named: object) -> object:
        checked = original(*arguments, **named)  # type: ignore[arg-type]
        names = list(range(growth_lines))
        for each in names:
            for other in names[:each]:
                max(each, other)
                min(each, other)
        return checked

    monkeypatch.setattr("beskid.driver.session.check_program", slower)
    growth_lines = SIZE
    smaller = calls_of_check(LARGE["functions"](growth_lines)) - fixed_cost
    growth_lines = 2 * SIZE
    assert calls_of_check(LARGE["functions"](growth_lines)) - fixed_cost > MAX_GROWTH * smaller
