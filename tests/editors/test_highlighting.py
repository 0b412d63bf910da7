"""The TextMate grammar and the Pygments lexer agree with the compiler's lexer."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pygments.lexers import get_lexer_by_name
from tools import grammars

from beskid.analysis.model.types import PRIMITIVES
from beskid.highlight import BeskidLexer
from beskid.source.text import SourceText
from beskid.syntax import highlighting
from beskid.syntax.lexer import tokenize
from beskid.syntax.tokens import CHAR, NUMBER, RESERVED_WORDS, STRING_TEXT

ROOT = Path(__file__).parents[2]
EXTENSION = ROOT / "editors" / "vscode"
FILES = sorted([*(ROOT / "examples").glob("*.bd"), *(ROOT / "corelib" / "src" / "Core").glob("*.bd")])


def test_every_word_of_the_lexer_has_one_kind() -> None:
    kinds = (highlighting.CONSTANTS, highlighting.DECLARATIONS, highlighting.CONTROL)
    assert sorted(word for kind in kinds for word in kind) == sorted(RESERVED_WORDS)
    assert set(highlighting.PRIMITIVE_NAMES) == set(PRIMITIVES)


def test_pygments_finds_the_lexer() -> None:
    assert isinstance(get_lexer_by_name("beskid"), BeskidLexer)


def colors(text: str) -> dict[int, tuple[str, str]]:
    """Return the kind and the text of each token of Pygments by its offset."""
    return {start: (str(kind), value) for start, kind, value in BeskidLexer().get_tokens_unprocessed(text)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_tokens_have_the_kind_of_the_lexer_of_the_compiler(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = colors(text)
    assert not [value for kind, value in found.values() if kind == "Token.Error"]
    tokens = tokenize(SourceText(path.name, text))
    for kind, start, end in zip(tokens.kinds, tokens.starts, tokens.ends, strict=True):
        written = text[start:end]
        if kind in RESERVED_WORDS:
            assert found[start][0].startswith("Token.Keyword"), (start, written)
            assert found[start][1] == written
        elif kind == NUMBER:
            assert found[start] == ("Token.Literal.Number", written)
        elif kind == CHAR:
            assert found[start] == ("Token.Literal.String.Char", written)
        elif kind == STRING_TEXT and end > start:
            assert "String" in found.get(start, ("String", ""))[0]
    for comment in tokens.comments:
        assert (found[comment.span.start][0] == "Token.Literal.String.Doc") == comment.is_doc


@pytest.mark.parametrize("line", ["/// a", "//// a", "////", "// a", "///", "//", "/////"])
def test_the_slashes_of_a_line_say_whether_it_is_documentation(line: str) -> None:
    (comment,) = tokenize(SourceText("a.bd", line)).comments
    color = colors(f"{line}\n")[0]
    assert color == ("Token.Literal.String.Doc" if comment.is_doc else "Token.Comment.Single", line)
    rules = grammars.grammar()["repository"]["code"]["patterns"]
    rule = next(each for each in rules if re.match(each.get("match", each.get("begin", "$^")), line))
    assert rule["name"] == f"comment.line.{'documentation' if comment.is_doc else 'double-slash'}.beskid"


def test_the_grammar_knows_the_format_of_a_value_before_its_code() -> None:
    (hole,) = [each for each in grammars.grammar()["repository"]["string"]["patterns"] if "begin" in each]
    text = 'f(a::b) :>4}"'
    matches = [re.search(each["match"], text) for each in hole["patterns"][:1]]
    assert [found and found[0] for found in matches] == [":>4"]


def patterns(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part[key] for key in ("match", "begin", "end") if isinstance(part.get(key), str)]
        return own + [each for value in part.values() for each in patterns(value)]
    return [each for value in part for each in patterns(value)] if isinstance(part, list) else []


def test_the_patterns_of_the_grammar_compile() -> None:
    found = patterns(grammars.grammar())
    assert len(found) > 20
    for pattern in found:
        re.compile(pattern)


def test_the_extension_refers_to_files_that_exist() -> None:
    manifest = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    language = manifest["contributes"]["languages"][0]
    named = [manifest["main"], language["configuration"], manifest["contributes"]["grammars"][0]["path"], "README.md"]
    assert [name for name in named if not (EXTENSION / name).is_file()] == []
    json.loads((EXTENSION / language["configuration"]).read_text(encoding="utf-8"))


def test_the_problem_matcher_reads_what_check_prints() -> None:
    manifest = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    pattern = manifest["contributes"]["problemMatchers"][0]["pattern"]
    line = "Src/Main.bd:3:5: error[E1206]: expected `i64`, got `string`"
    found = re.fullmatch(pattern["regexp"], line)
    assert found is not None
    assert [found[pattern[key]] for key in ("file", "line", "column", "severity", "code")] == [
        "Src/Main.bd",
        "3",
        "5",
        "error",
        "E1206",
    ]
