"""The configurations that `beskid editor` prints are those of the guide."""

from __future__ import annotations

from pathlib import Path

import pytest

from beskid.cli.editor import SETUPS, Setup

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("setup", SETUPS, ids=lambda setup: setup.name)
def test_the_guide_shows_the_configuration(setup: Setup) -> None:
    text = (ROOT / "src" / "beskid" / "_editors" / setup.file).read_text(encoding="utf-8")
    assert text in (ROOT / "docs" / "guide" / "editors.md").read_text(encoding="utf-8")
