"""The checker orders diagnostics as the renderer does, so that the first of several is the one that is shown first."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.types.programs import check_source

from beskid.source.render import arrange

_SUITES = sorted((Path(__file__).parent / "shown").glob("*.md"))


@pytest.mark.parametrize("path", _SUITES, ids=[path.stem for path in _SUITES])
def test_the_checker_uses_the_order_of_the_renderer(path: Path) -> None:
    programs = re.findall(r"```beskid\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
    assert programs
    for program in programs:
        diagnostics = check_source(program).result.diagnostics
        assert arrange(diagnostics) == diagnostics, program
