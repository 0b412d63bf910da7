"""Markdown suites of the formatter.

A heading names a case, a `beskid` fence holds what is written, the `formatted` fence behind it what that becomes.
With `--bless` the second fence is rewritten.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.format.laws import check_laws

FOLDER = Path(__file__).parent / "suites"
_CASE = re.compile(
    r"^## (?P<title>[^\n]+)\n(?:(?!## |```)[^\n]*\n)*?"
    r"```beskid\n(?P<input>.*?)```\n\n```formatted\n(?P<output>.*?)```$",
    re.MULTILINE | re.DOTALL,
)
CASES = [
    (path, match["title"], match["input"], match["output"])
    for path in sorted(FOLDER.glob("*.md"))
    for match in _CASE.finditer(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(
    ("path", "title", "written", "expected"), CASES, ids=[f"{path.stem}: {title}" for path, title, _, _ in CASES]
)
def test_suite(path: Path, title: str, written: str, expected: str, bless: bool) -> None:
    formatted = check_laws(written)
    if bless:
        replace(path, title, formatted)
    else:
        assert formatted == expected


def replace(path: Path, title: str, formatted: str) -> None:
    """Replace the expected text by the actual one."""
    text = path.read_text(encoding="utf-8")
    for match in _CASE.finditer(text):
        if match["title"] == title:
            path.write_text(text[: match.start("output")] + formatted + text[match.end("output") :], encoding="utf-8")
            return


def test_every_case_was_read() -> None:
    heads = sum(path.read_text(encoding="utf-8").count("\n## ") for path in FOLDER.glob("*.md"))
    assert len(CASES) == heads > 40
    assert len({(path, title) for path, title, _, _ in CASES}) == heads
