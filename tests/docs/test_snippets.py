"""Checks that the programs in the documentation compile, and that what the tables of habits suggest is Beskid syntax.

A fence marked `beskid fragment` is not checked.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from beskid.driver.session import check_text
from beskid.source.codes import W1504
from beskid.source.render import short
from beskid.source.text import SourceText
from beskid.syntax.parser import parse

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs" / "guide").glob("*.md")),
    *sorted((ROOT / "site" / "pages").glob("*.md")),
]
FENCE = re.compile(r"^```beskid\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
SNIPPETS = [
    (f"{page.name}:{text[: match.start()].count(chr(10)) + 1}", match["body"])
    for page in PAGES
    for text in [page.read_text(encoding="utf-8")]
    for match in FENCE.finditer(text)
]


@pytest.mark.parametrize(("name", "body"), SNIPPETS, ids=[name for name, _ in SNIPPETS])
def test_snippet(name: str, body: str) -> None:
    diagnostics = check_text(name, body)
    # A page may show a function without a call.
    shown = [diagnostic for diagnostic in diagnostics if diagnostic.code != W1504]
    assert shown == [], "\n" + short(shown)


def test_there_are_snippets() -> None:
    assert len(SNIPPETS) >= 5


HABITS = sorted((ROOT / "docs" / "guide").glob("coming-from-*.md"))
ROW = re.compile(r"^\| `(?P<theirs>.*?)` \| (?:`(?P<ours>.*?)`)?.*\|$", re.MULTILINE)
PLACES = ("{}", "unit main() {{ {} }}", "unit main() {{ let x = {}; }}", "unit main() {{ {}; }}")
"""Where a suggestion may be valid: as an item, as statements, as a value, as an expression for its effect."""


def is_syntax(text: str) -> bool:
    return any(not parse(SourceText("cell.bd", place.format(text))).diagnostics for place in PLACES)


@pytest.mark.parametrize("page", HABITS, ids=[page.stem for page in HABITS])
def test_habits(page: Path) -> None:
    text = page.read_text(encoding="utf-8").replace("\\|", "|")
    rows = list(ROW.finditer(text))
    assert len(rows) >= 40
    assert [row["ours"] for row in rows if row["ours"] and not is_syntax(row["ours"])] == []


def test_a_habit_of_another_language_is_noticed() -> None:
    assert not is_syntax("for i in 0..n { }")
