"""Properties of lexer and parser: nothing raises, trees match their texts, no character is lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.example_counts import examples
from tests.markdown_suite import blocks
from tests.syntax.walk import walk

from beskid.source.text import SourceText
from beskid.syntax import tree
from beskid.syntax.lexer import tokenize
from beskid.syntax.parser import ParseResult, parse

_PROGRAMS = [block.text for block in blocks(Path(__file__).parent / "suites" / "accepted.md")]
_WORDS = sorted({word for program in _PROGRAMS for word in re.findall(r"\w+|[^\w\s]", program)})
_PIECES = st.sampled_from([*_WORDS, " ", "\n", '"', "${", "/*", "*/", "'", "\\", "\0", "\ud800", "é", "#"])


def _check(text: str) -> ParseResult:
    result = parse(SourceText("random.bd", text))
    tokens = result.tokens
    pieces = [tokens.trivia(index) + tokens.text(index) for index in range(len(tokens.kinds))]
    assert "".join(pieces) == text
    ids: set[int] = set()
    for node, parent in walk(result.program):
        assert 0 <= node.span.start <= node.span.end <= len(text), node
        ids.add(node.id)
        assert node.id < result.program.node_count
        if parent is not None:
            assert parent.span.start <= node.span.start and node.span.end <= parent.span.end, (parent, node)
        if type(node).__name__.startswith("Error"):
            assert result.diagnostics
    for diagnostic in result.diagnostics:
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
        assert diagnostic.message
    return result


@settings(max_examples=examples(300), deadline=None)
@given(st.text(alphabet=st.characters(), max_size=200))
def test_any_text(text: str) -> None:
    _check(text)


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(_PIECES, max_size=80).map(" ".join))
def test_any_tokens(text: str) -> None:
    _check(text)


@settings(max_examples=examples(300), deadline=None)
@given(st.data())
def test_edited_programs(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(_PROGRAMS))
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 30)))
        text = text[:start] + data.draw(st.lists(_PIECES, max_size=3).map("".join)) + text[end:]
    _check(text)


@pytest.mark.parametrize("program", _PROGRAMS)
def test_ids_are_unique_and_counted(program: str) -> None:
    result = _check(program)
    ids = [node.id for node, _ in walk(result.program)]
    assert len(ids) == len(set(ids))
    assert result.program.node_count == max(ids) + 1


@pytest.mark.parametrize("program", _PROGRAMS)
def test_every_prefix(program: str) -> None:
    for end in range(0, len(program), 7):
        _check(program[:end])


@pytest.mark.parametrize(
    "text",
    [
        "i64 main() { return " + "(" * 100_000,
        "i64 main() { return " + "(" * 300 + "1" + ")" * 300 + "; }",
        "i64 main() { return " + "-" * 100_000 + "1; }",
        "i64 main() { return " + "f(" * 50_000,
        "i64 main() { " + "if a { " * 50_000,
        "i64 main() { return " + '"${' * 50_000,
        "i64 main() { return " + "x => " * 50_000,
        "i64 main() { return " + "match x { a => " * 20_000,
        "mod a { " * 50_000,
        "A<" * 50_000,
        "unit f(" + "A(" * 50_000,
        "i64" + "[]" * 50_000 + " f() { }",
        "i64 main() { return 1" + " + 1" * 50_000 + "; }",
        "i64 main() { return a" + ".a" * 50_000 + "; }",
        "i64 main() { if a { }" + " else if a { }" * 50_000 + " }",
    ],
    ids=lambda text: text[:30],
)
def test_deep_nesting_is_a_diagnostic(text: str) -> None:
    result = parse(SourceText("deep.bd", text))
    assert len(result.diagnostics) <= 3
    assert any("deeper" in each.message or "chain" in each.message for each in result.diagnostics)


def test_nesting_of_250_levels_is_accepted() -> None:
    text = "i64 main() { return " + "(" * 240 + "1" + ")" * 240 + "; }"
    assert not parse(SourceText("deep.bd", text)).diagnostics


def test_errors_after_too_deep_nesting_are_still_found() -> None:
    text = "i64 a() { return " + "(" * 300 + "1" + ")" * 300 + "; }\ni64 b() { return ; }\ni64 c() { let = 1; }\n"
    lines = [each.source.position(each.span.start)[0] for each in parse(SourceText("deep.bd", text)).diagnostics]
    assert lines == [1, 3]


def test_documentation_runs_and_comments() -> None:
    lost = "/// lost\n\n/// first\n///  second\n// plain\n"
    text = lost + "/// kept\n///\n/// more\n\npub type P {\n    /// x of it\n    i64 x,\n}\n"
    result = parse(SourceText("docs.bd", text))
    item = result.program.items[0]
    assert isinstance(item, tree.TypeItem)
    assert item.doc == "kept\n\nmore"
    assert item.fields[0].doc == "x of it"
    assert [comment.text for comment in result.tokens.comments if not comment.is_doc] == ["// plain"]


def test_a_byte_order_mark_and_carriage_returns_are_white_space() -> None:
    text = "\ufeff/// doc\r\nunit main() {\r\n    f(); // c\r\n}\r\n"
    result = _check(text)
    assert not result.diagnostics
    item = result.program.items[0]
    assert isinstance(item, tree.FunctionItem)
    assert item.doc == "doc"
    assert [comment.text for comment in result.tokens.comments] == ["/// doc", "// c"]


def test_strings_never_contain_unpaired_surrogates() -> None:
    result = parse(SourceText("x.bd", 'unit main() { f("a\ud800b"); }'))
    assert [each.message for each in result.diagnostics] == ["the text is not valid Unicode"]
    literals = [node for node, _ in walk(result.program) if isinstance(node, tree.StringLiteral)]
    assert literals[0].pieces == ("a\ufffdb",)


def test_tokenizing_is_lossless_on_the_suites() -> None:
    for program in _PROGRAMS:
        tokens = tokenize(SourceText("x.bd", program))
        assert all(kind for kind in tokens.kinds)
        assert [tokens.partners[tokens.partners[i]] for i in range(len(tokens.kinds)) if tokens.partners[i] != -1] == [
            i for i in range(len(tokens.kinds)) if tokens.partners[i] != -1
        ]
