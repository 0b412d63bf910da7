"""The Markdown suites of the parser."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.markdown_suite import Block, check_block, suite_cases

from beskid.source.diagnostics import Diagnostic
from beskid.source.text import SourceText
from beskid.syntax.parser import parse

_CASES = suite_cases(Path(__file__).parent / "suites")


def _check(text: str) -> list[Diagnostic]:
    return parse(SourceText("suite.bd", text)).diagnostics


@pytest.mark.parametrize(("path", "block"), [case[1:] for case in _CASES], ids=[case[0] for case in _CASES])
def test_suite(path: Path, block: Block, bless: bool) -> None:
    check_block(path, block, _check, bless)
