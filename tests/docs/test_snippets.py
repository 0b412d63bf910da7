"""Checks that the programs in the documentation compile. A fence marked `beskid fragment` is not checked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from beskid.driver.session import check_text
from beskid.source.diagnostics import has_errors
from beskid.source.render import short

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs" / "guide").glob("*.md"))]
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
    assert not has_errors(diagnostics), "\n" + short(diagnostics)


def test_there_are_snippets() -> None:
    assert len(SNIPPETS) >= 5
