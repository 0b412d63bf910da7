"""Compares `Core.Optional` and `Core.Results` with a model in Python, in which an option is an integer or None and a
result an integer or a text, on sequences of functions that hypothesis chooses.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import limits
from tests.corelib.building import PROGRAMS, STRESS, built

SEQUENCES = int(os.environ.get("BESKID_EXAMPLES", "200")) // 5
"""Each is two runs of the program."""
NUMBERS = st.integers(-3, 3)
STARTS = st.tuples(st.sampled_from(("some", "none", "ok", "error")), NUMBERS)
FUNCTIONS = st.tuples(st.sampled_from(("more", "okOr", "toOption", "is", "or", "equals", "value")), NUMBERS)
LINES = st.lists(st.tuples(STARTS, st.lists(FUNCTIONS, min_size=1, max_size=8)), min_size=1, max_size=10)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(PROGRAMS / "choices.bd", tmp_path_factory.mktemp("choices"), "-O0")


def words_of(*values: bool) -> str:
    return " ".join(str(value).lower() for value in values)


class Option:
    """A value or None."""

    def __init__(self, value: int | None) -> None:
        self.value = value

    def apply(self, name: str, number: int) -> tuple[Option | Result, str]:
        value = self.value
        if name == "more":
            return Option(None if value is None else value + 100), ""
        if name == "okOr":
            return Result(f"e{number}" if value is None else value), ""
        has = value is not None
        answers = {
            "is": words_of(has, has, not has, has),
            "or": str(number if value is None else value),
            "equals": words_of(value == number, value != number, not has),
            "value": "-" if value is None else str(value),
        }
        # A function of results leaves an option as it is.
        return self, answers.get(name, "-" if value is None else str(value))

    def __str__(self) -> str:
        return "none" if self.value is None else f"some {self.value}"


class Result:
    """A value or an error."""

    def __init__(self, value: int | str) -> None:
        self.value = value

    def apply(self, name: str, number: int) -> tuple[Option | Result, str]:
        value = self.value
        if name == "more":
            return Result(value if isinstance(value, str) else value + 100), ""
        if name == "toOption":
            return Option(None if isinstance(value, str) else value), ""
        is_error = isinstance(value, str)
        answers = {
            "is": words_of(not is_error, is_error),
            "or": str(number if is_error else value),
            "equals": words_of(value == number, value == f"e{number}"),
        }
        return self, answers.get(name, "-" if is_error else str(value))

    def __str__(self) -> str:
        return f"error {self.value}" if isinstance(self.value, str) else f"ok {self.value}"


def expected(start: tuple[str, int], functions: list[tuple[str, int]]) -> str:
    kind, number = start
    starts: dict[str, Option | Result] = {
        "some": Option(number),
        "none": Option(None),
        "ok": Result(number),
        "error": Result(f"e{number}"),
    }
    choice, found = starts[kind], []
    for name, other in functions:
        choice, answer = choice.apply(name, other)
        found.append(answer or str(choice))
    return ",".join(found)


def test_choices_agree_with_the_model(program: Path) -> None:
    @given(LINES)
    @settings(max_examples=SEQUENCES, deadline=None)
    def agree(lines: list[tuple[tuple[str, int], list[tuple[str, int]]]]) -> None:
        text = "".join(
            " ".join(f"{name} {number}" for name, number in (start, *functions)) + "\n" for start, functions in lines
        )
        wanted = [expected(*line) for line in lines]
        for environment in (None, STRESS):
            done = limits.run([program], input=text, capture_output=True, text=True, check=True, env=environment)
            assert done.stdout.splitlines() == wanted

    agree()


@pytest.mark.parametrize(
    ("name", "panic"), [("unwrap", "option has no value"), ("expect", "so wants ä"), ("panic", "so wants ä")]
)
@pytest.mark.parametrize("environment", [None, STRESS], ids=["", "stress"])
def test_what_has_no_value_panics(program: Path, name: str, panic: str, environment: dict[str, str] | None) -> None:
    done = limits.run([program, name, "so wants ä"], capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stdout, done.stderr.splitlines()[0]) == (101, "", f"panic: {panic}")
