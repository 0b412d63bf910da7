"""The interface of a module: what of a text other modules can depend on."""

from __future__ import annotations

import pytest

from beskid.analysis.interface import Interfaces, blocks_of, extends_types, interface_digest, without_bodies
from beskid.source.text import SourceText
from beskid.syntax.parser import ParseResult, parse

TEXT = """\
/// What it is for.
use Core.Math;
const i64 Limit = 10;
pub type Box<T> : Equatable {
    T value,
    bool Equals(Box<T> other) { return Limit > 0; }
    T Get() => this.value;
}
contract Shape { f64 Area(); }
extend type i64 { i64 Twice() => this * 2; }
pub enum Side { Left, Right(i64 far) }
mod inner {
    pub i64 Deep(i64 x) { if x > 0 { return x; } return 0; }
}
test a_box { Assert.IsTrue(true); }
unit main() { PrintLine("${Limit} { }"); }
"""


def parsed(text: str) -> ParseResult:
    result = parse(SourceText("m.bd", text))
    assert not result.diagnostics
    return result


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("return Limit > 0;", "return Limit > 1;"),
        ("=> this.value;", "=> { this.value };"),
        ("this * 2", "this + this"),
        ("return 0;", "return 0 - 1;"),
        ("Assert.IsTrue(true);", ""),
        ("test a_box", "test two_boxes"),
        ('PrintLine("${Limit} { }");', "// Nothing.\n"),
        ("/// What it is for.\n", ""),
        ("const i64 Limit = 10;", "const   i64 Limit\n  = 10; // ten"),
    ],
)
def test_bodies_comments_and_layout_do_not_belong_to_it(old: str, new: str) -> None:
    assert TEXT.count(old) == 1
    assert interface_digest(parsed(TEXT.replace(old, new))) == interface_digest(parsed(TEXT))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Limit = 10", "Limit = 11"),
        ("use Core.Math;", "use Core.Text;"),
        ("T value", "T content"),
        (": Equatable", ": Hashable"),
        ("f64 Area()", "f32 Area()"),
        ("Left, Right(i64 far)", "Right(i64 far), Left"),
        ("pub i64 Deep", "i64 Deep"),
        ("i64 Twice()", "i64 Double()"),
        ("mod inner", "mod outer"),
        ("unit main()", "i32 main()"),
        ("(i64 x)", "(i64 x, i64 y)"),
        ("bool Equals", "[Inline]\n    bool Equals"),
    ],
)
def test_everything_else_belongs_to_it(old: str, new: str) -> None:
    assert TEXT.count(old) == 1
    assert interface_digest(parsed(TEXT.replace(old, new))) != interface_digest(parsed(TEXT))


def test_tokens_are_not_joined() -> None:
    digests = {interface_digest(parsed(f"const {text};")) for text in ("i64 ab = 1", "i64 a = 1", 'string a = "b"')}
    assert len(digests) == 3


def test_a_text_without_bodies_has_the_same_interface_in_the_same_places() -> None:
    result = parsed(TEXT)
    blank = without_bodies(TEXT, blocks_of(result.program.items))
    assert len(blank) == len(TEXT)
    assert [len(line) for line in blank.splitlines()] == [len(line) for line in TEXT.splitlines()]
    assert "return" not in blank
    assert "PrintLine" not in blank
    again = parsed(blank)
    assert interface_digest(again) == interface_digest(result)
    assert [item.span for item in again.program.items] == [item.span for item in result.program.items]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("type Own { i64 x } impl Own { i64 Get() => 1; }", False),
        ("type Own<T> { T x } extend type Own<T> { i64 Get() => 1; }", False),
        ("enum Own { A } impl Own { i64 Get() => 1; }", False),
        ("extend type i64 { i64 Get() => 1; }", True),
        ("extend type Other { i64 Get() => 1; }", True),
        ("type Own { i64 x } extend type Own.Inner { i64 Get() => 1; }", True),
        ("mod inner { extend type i64 { i64 Get() => 1; } }", True),
        ("mod inner { type Own { i64 x } } impl Own { i64 Get() => 1; }", True),
        ("i64 f() => 1;", False),
    ],
)
def test_whether_a_module_adds_methods_to_types_of_others(text: str, expected: bool) -> None:
    assert extends_types(parsed(text).program.items) is expected


def test_texts_of_one_name_are_noticed() -> None:
    found = Interfaces()
    found.parse(SourceText("m.bd", TEXT))
    assert not found.is_ambiguous
    found.parse(SourceText("m.bd", "i64 f() => 1;"))
    assert found.is_ambiguous
