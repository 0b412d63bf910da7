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


@pytest.mark.parametrize(
    ("assigned", "shown"),
    [
        ("changing.from.x = 2;", ""),
        ("given.x = 2;", "given = Point { x: …, y: given.y }"),
        ("a.x = 2;", ""),
        ("made().x = 2;", ""),
        ("holder.at.x = 2;", "holder.at = Point { x: …, y: holder.at.y }"),
        ("holder.line.from.x = 2;", ""),
        ("points[0].y += 2;", "points[0] = Point { x: points[0].x, y: … }"),
    ],
)
def test_a_new_value_is_shown_where_it_can_be_assigned(assigned: str, shown: str) -> None:
    text = f"""[Value] type Point {{ i64 x, i64 y }}
[Value] type Line {{ Point from }}
type Holder {{ Point at, Line line }}
Point made() => Point {{ x: 1, y: 2 }};
pub unit all(Point given, Holder holder, Point[] points) {{
    let a = made();
    let mut changing = Line {{ from: a }};
    {assigned}
    PrintLine("${{changing}} ${{given}}");
}}
"""
    (diagnostic,) = check_text("help.bd", text)
    assert diagnostic.code == "E1248"
    if not shown:
        assert diagnostic.help == "assign a new `Point`, or declare the type without `[Value]`"
        return
    assert diagnostic.help == f"assign a new value: `{shown};`"
    assert check_text("help.bd", text.replace(assigned, f"{shown.replace('…', '2')};")) == []


@pytest.mark.parametrize("imports", ["use Shapes.Point;", ""])
def test_a_new_value_is_shown_where_its_type_can_be_named(imports: str) -> None:
    text = f"""{imports}
mod Shapes {{
    [Value] pub type Point {{ pub i64 x, pub i64 y }}
    pub Point made() => Point {{ x: 1, y: 2 }};
}}
pub unit all() {{
    let mut at = Shapes.made();
    at.x = 2;
    PrintLine("${{at.x}}");
}}
"""
    (diagnostic,) = check_text("help.bd", text)
    literal = "`at = Point { x: …, y: at.y };`"
    assert (literal in (diagnostic.help or "")) == bool(imports)
