"""The syntax suites of `tests/errors`, run on the parser alone: its results do not depend on later stages."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.markdown_suite import Block, blocks, check_block

from beskid.source.diagnostics import Diagnostic
from beskid.source.text import SourceText
from beskid.syntax.parser import parse

_FOLDER = Path(__file__).parent.parent / "errors"
_CASES = [
    (_FOLDER / name, block)
    for name in ("parse.md", "other_languages.md", "reserved.md")
    for block in blocks(_FOLDER / name)
]


def _check(text: str) -> list[Diagnostic]:
    return parse(SourceText("suite.bd", text)).diagnostics


@pytest.mark.parametrize(("path", "block"), _CASES)
def test_suite(path: Path, block: Block) -> None:
    check_block(path, block, _check)


@pytest.mark.parametrize(("path", "block"), [case for case in _CASES if case[0].stem != "parse"])
def test_habits_suggest_the_beskid_equivalent(path: Path, block: Block) -> None:
    for diagnostic in _check(block.text):
        assert diagnostic.code == ("E1110" if path.stem == "reserved" else "E1109")
        assert diagnostic.help or diagnostic.label, diagnostic
