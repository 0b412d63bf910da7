"""The guide is true: its program compiles, and its examples print what it says."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "python.md"


def test_every_example_of_the_guide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = GUIDE.read_text(encoding="utf-8")
    (program,) = re.findall(r"```beskid\n(.*?)```", text, re.DOTALL)
    (tmp_path / "kernel.bd").write_text(program, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    test = doctest.DocTestParser().get_doctest(text, {}, "python.md", str(GUIDE), 0)
    assert len(test.examples) > 15
    found = doctest.DocTestRunner(verbose=False).run(test)
    assert found.failed == 0
