"""Completion, signatures and hover in code that is being written: bodies without an end, and names without a type."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from beskid.analysis.check import deep_recursion
from beskid.ide import completion, navigation, signatures
from beskid.ide.editor import Editor
from beskid.ide.snapshot import Snapshot
from beskid.source.text import SourceText

HEAD = """\
type Point {
    string name,
    string Tag() => this.name;
}
enum Shape { Dot, Circle(i64 radius) }
unit main() {
    let s = "abc";
    let p = Point { name: s };
    let xs = [1, 2];
"""

TAILS = ("", "\n", "\n\ni64 f() => 1;\n", "\n}\n", ";\n    let z = 1;\n}\n\ni64 f() => 1;\n")
"""What follows the place where the user writes: nothing, the next declaration, the end of the body, a statement."""


@contextmanager
def at_mark(text: str) -> Iterator[tuple[Snapshot, SourceText, int]]:
    """Open a program; `|` marks the offset."""
    offset = text.index("|")
    editor = Editor(lambda path, source, found: None)
    name = "/nowhere/main.bd"
    with deep_recursion():
        editor.open(name, text[:offset] + text[offset + 1 :])
        snapshot = editor.snapshot(name)
        source = snapshot.project.source_of(name)
        assert source is not None
        yield snapshot, source, offset


def completed(text: str) -> list[str]:
    with at_mark(text) as (snapshot, source, offset):
        return [item.label for item in completion.complete(snapshot, source, offset).items]


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize(
    ("written", "member"),
    [
        ("s.|", "Trim"),
        ('"abc".|', "Trim"),
        ("let q = s.Trim().|", "Trim"),
        ("p.|", "Tag"),
        ("PrintLine(p.name.|", "Trim"),
        ("while s.| {", "Len"),
        ('PrintLine("${p.|', "name"),
        ('PrintLine("${p.|}");', "name"),
        ("let ys = xs.Map(x => x.|", "Abs"),
        ("let shape = Shape::|", "Circle"),
    ],
)
def test_members_are_completed(written: str, member: str, tail: str) -> None:
    assert member in completed(f"{HEAD}    {written}{tail}")


@pytest.mark.parametrize("tail", TAILS)
def test_locals_are_completed(tail: str) -> None:
    assert completed(f"{HEAD}    let first = 1;\n    fi|{tail}")[0] == "first"


def test_nothing_is_completed_in_a_string_without_an_end() -> None:
    assert completed(f'{HEAD}    PrintLine("s.|') == []


@pytest.mark.parametrize(
    "text",
    [
        "type T {\n    i64 n,\n    i64 A(|) => 1;\n    i64 Later() => 2;\n}\n",
        "type T {\n    i64 n,\n    i64 A() => L|;\n    i64 Later() => 2;\n}\n",
        "i64 A(|) => 1; i64 Later() => 2;\n",
        "mod inner { i64 A() => L|; i64 Later() => 2; }\n",
    ],
)
def test_what_follows_in_closed_text_is_completed(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text whose brackets all have partners is not cut off at the offset."""
    monkeypatch.setattr(completion, "repaired", None)
    assert "Later" in completed(text)


@pytest.mark.parametrize("tail", TAILS)
def test_the_signature_of_a_call(tail: str) -> None:
    text = f"i64 add(i64 first, i64 second) => first + second;\n{HEAD}    let sum = add(1, |{tail}"
    with at_mark(text) as (snapshot, source, offset):
        found = signatures.signature_help(snapshot, source, offset)
    assert found is not None
    assert (found.parameters, found.active) == (("i64 first", "i64 second"), 1)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("i64 f|(Missing m, i64 n) => n;", "i64 f(Missing m, i64 n)"),
        ("Missing[] f|() => [];", "Missing[] f()"),
        ("i64 f(Map<string, Missing> |m) => 1;", "Map<string, Missing> m (parameter)"),
        ("type T { Missing |m }", "Missing T.m (field)"),
        ("unit f() { Missing |m = 1; }", "Missing m (local)"),
        ("const Missing |C = 1;", "const Missing C"),
        ("unit f() { let |m = missing(); }", "? m (local)"),
        ("unit f() { let g = (Missing m) => |m; }", "Missing m (parameter)"),
        ("type T { event E|(Missing m, i64 n) }", "event E(Missing m, i64 n)"),
        ("enum E { V|(Missing, i64 n) }", "E::V(Missing _0, i64 n)"),
        ("impl Missing { i64 f|() => 1; }", "i64 Missing.f()"),
        ("mod inner { impl Missing { i64 f|() => 1; } }", "i64 Missing.f()"),
    ],
)
def test_a_type_that_is_unknown_is_shown_as_it_is_written(text: str, shown: str) -> None:
    with at_mark(text) as (snapshot, source, offset):
        found = navigation.hover(snapshot, source, offset)
    assert found is not None
    assert found.code == shown


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("unit f() { Missing mine = 1; m|; }", "Missing mine (local)"),
        ("unit f(Missing mine) { m|", "Missing mine (parameter)"),
        ("enum E { V(Missing m) }\nunit f() { E::|; }", "E::V(Missing m)"),
        ("type T { event Own(Missing m) }\nunit f(T t) { t.|; }", "event Own(Missing m)"),
    ],
)
def test_a_type_that_is_unknown_is_completed_as_it_is_written(text: str, detail: str) -> None:
    with at_mark(text) as (snapshot, source, offset):
        found = completion.complete(snapshot, source, offset)
    assert detail in [each.detail for each in found.items]


def test_a_type_that_is_unknown_is_in_a_signature_as_it_is_written() -> None:
    with at_mark("enum E { V(Missing m, i64 n) }\nunit f() { E::V(|); }") as (snapshot, source, offset):
        found = signatures.signature_help(snapshot, source, offset)
    assert found is not None
    assert (found.label, found.parameters) == ("E::V(Missing m, i64 n)", ("Missing m", "i64 n"))
