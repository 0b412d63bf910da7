"""The Markdown suites of diagnostics, each program through the whole front end."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.markdown_suite import Block, check_block, suite_cases

from beskid.source.diagnostics import Diagnostic

_CASES = suite_cases(Path(__file__).parent)


def _check(text: str) -> list[Diagnostic]:
    from beskid.driver.session import check_text

    return check_text("suite.bd", text)


@pytest.mark.parametrize(("path", "block"), [case[1:] for case in _CASES], ids=[case[0] for case in _CASES])
def test_suite(path: Path, block: Block, bless: bool) -> None:
    check_block(path, block, _check, bless)
