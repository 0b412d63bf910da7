"""The laws of the formatter, for every source of the repository and for sources with random trivia."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.example_counts import examples
from tests.format.laws import check_laws
from tests.format.programs import ProgramMaker
from tests.markdown_suite import blocks

from beskid.source.text import SourceText
from beskid.syntax.format import format_source
from beskid.syntax.lexer import tokenize
from beskid.syntax.parser import parse
from beskid.syntax.tokens import HOLE_CLOSE, HOLE_OPEN, STRING_END, STRING_START, STRING_TEXT

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("corelib", "examples", "tests", "bench", "docs")
FILES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.bd"))]
SUITES = [ROOT / "tests" / "syntax" / "suites" / "accepted.md", *sorted((ROOT / "tests" / "format").rglob("*.md"))]
SUITE = [block.text for path in SUITES for block in blocks(path)]
PROGRAMS = [*SUITE, *(path.read_text(encoding="utf-8") for path in FILES if path.stat().st_size < 2500)]
READABLE = [text for text in PROGRAMS if not parse(SourceText("x.bd", text)).diagnostics]

_TRIVIA = (
    "", "", "", " ", " ", "\n", "\n\n", "\n\n\n", "\r\n", " // line\n", "// line  \n", "\n// own\n", "\n\n// own\n\n",
    "\n/// doc\n", " /* in */ ", "/* in */", "\n/* own */\n", "\n/* own */ ", "/* two\n   lines */", " /* a */ // b\n",
    "\n// one\n// two\n", "\n/// one\n\n/// two\n", "///\n",
)  # fmt: skip
_INSIDE_STRING = frozenset({STRING_START, STRING_TEXT, HOLE_CLOSE})


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(ROOT)) for path in FILES])
def test_every_source(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if parse(SourceText(path.name, text)).diagnostics:
        assert format_source(SourceText(path.name, text)).text is None
        return
    check_laws(text)


@pytest.mark.parametrize("width", [1, 20, 40, 100])
@pytest.mark.parametrize("text", SUITE)
def test_every_construct(text: str, width: int) -> None:
    check_laws(text, width)


@pytest.mark.parametrize("width", [1, 20, 40, 100])
@pytest.mark.parametrize("text", [text for text in SUITE if "//" not in text])
def test_every_construct_written_on_one_line(text: str, width: int) -> None:
    check_laws(" ".join(text.split()), width)


def with_trivia(text: str, chance: random.Random, density: float) -> str:
    """Return the tokens of a text with random trivia between some of them."""
    tokens = tokenize(SourceText("x.bd", text))
    pieces: list[str] = []
    for index, kind in enumerate(tokens.kinds):
        before = tokens.kinds[index - 1] if index else ""
        own = tokens.trivia(index)
        fixed = before in _INSIDE_STRING or kind in (STRING_TEXT, STRING_END, HOLE_OPEN)
        fixed = fixed or (before == ">" and not own)
        if not fixed and chance.random() < density:
            own = chance.choice(_TRIVIA) or own
        pieces += [own, tokens.text(index)]
    return "".join(pieces)


@settings(max_examples=examples(200), deadline=None)
@given(st.sampled_from(READABLE), st.integers(), st.sampled_from([0.5, 0.1, 0.02]), st.integers(10, 100))
def test_random_trivia(text: str, seed: int, density: float, width: int) -> None:
    changed = with_trivia(text, random.Random(seed), density)
    if not parse(SourceText("x.bd", changed)).diagnostics:
        check_laws(changed, width)


@settings(max_examples=examples(300), deadline=None)
@given(st.integers(), st.sampled_from([0.0, 0.0, 0.02, 0.2]), st.integers(10, 100))
def test_random_programs(seed: int, density: float, width: int) -> None:
    text = with_trivia(ProgramMaker(seed).program(), random.Random(seed), density)
    if not parse(SourceText("x.bd", text)).diagnostics:
        check_laws(text, width)


def test_most_random_programs_parse() -> None:
    texts = [ProgramMaker(seed).program() for seed in range(200)]
    assert sum(not parse(SourceText("x.bd", text)).diagnostics for text in texts) > 100


@pytest.mark.parametrize(
    "body",
    [
        "(" * 240 + "1" + ")" * 240,
        "f(" * 120 + "1" + ")" * 120,
        "f(x => " * 80 + "{ a(); }" + ")" * 80,
        "f(x => { return " * 60 + "1" + "; })" * 60,
        "[" * 200 + "1" + "]" * 200,
        "1" + " + 1" * 990,
        "a" + ".b(1)" * 490,
        "a" + " as i64" * 990,
        "match x { _ => " * 100 + "1" + "}" * 100,
        '"${f("a", ' * 60 + "1" + ')}"' * 60,
    ],
    ids=lambda body: body[:12],
)
def test_deep_nesting_and_long_chains(body: str) -> None:
    text = f"i64 main() {{ return {body}; }}"
    formatted = format_source(SourceText("deep.bd", text)).text
    assert formatted is not None
    assert format_source(SourceText("deep.bd", formatted)).text == formatted
    assert _bare(formatted) == _bare(text)


def _bare(text: str) -> str:
    return "".join(text.split()).replace(",", "")
