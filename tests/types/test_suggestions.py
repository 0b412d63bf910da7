"""What the help of a diagnostic proposes."""

from __future__ import annotations

import pytest

from beskid.analysis.spelling import closest_member
from beskid.driver.session import check_text


def help_of(body: str) -> str:
    """The help of the only diagnostic of a program."""
    (diagnostic,) = check_text("help.bd", f"type Point {{ i64 x, i64 y }}\n\npub unit main() {{\n    {body}\n}}\n")
    return diagnostic.help or ""


@pytest.mark.parametrize(
    ("body", "help"),
    [
        ('"abc".length();', "did you mean `Len`?"),
        ('"abc".substring(0, 1);', "did you mean `Slice`?"),
        ("5.toString();", 'convert it to a string with interpolation: `"${5}"`'),
        ("let total = 1; totl.Abs();", "did you mean `total`?"),
        ("let r = range(0, 1);", "`range` is allowed only after the `in` of a `for` loop"),
        ("let p = Point { x: 1, z: 2, y: 3 };", "its fields are `x`, `y`"),
    ],
)
def test_help(body: str, help: str) -> None:
    assert help_of(body) == help


def test_case_and_habits_come_before_likeness() -> None:
    assert closest_member("LENGTH", ["Strength", "Len"]) == "Len"
    assert closest_member("len", ["Lend", "Len"]) == "Len"
    assert closest_member("add", ["Odd", "Push"]) == "Push"


@pytest.mark.parametrize("name", ["List", "Map"])
def test_a_missing_import_is_offered_as_an_edit(name: str) -> None:
    text = f"// Head.\n\npub unit main() {{ let x = {name}.New<i64>(); }}\n"
    (diagnostic,) = check_text("import.bd", text)
    (fix,) = diagnostic.fixes
    (edit,) = fix.edits
    assert not fix.safe
    assert edit.text == f"use Collections.{name};\n\n"
    assert edit.span == (0, 0)


def test_an_import_follows_those_of_the_file() -> None:
    text = "use Std.Math;\n\npub f64 f(List<i64> l) { return Math.Pi; }\n"
    (diagnostic,) = check_text("import.bd", text)
    (edit,) = diagnostic.fixes[0].edits
    assert text[: edit.span.start] + edit.text == "use Std.Math;\nuse Collections.List;"
