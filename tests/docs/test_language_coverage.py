"""The coverage pages of the language: every section has its row, and every row names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"

KEYS: dict[str, tuple[str, ...]] = {
    "language-coverage.md": (*("1.1", "1.2", "1.3", "1.4", "1.4.1", "1.5"),),
}

PAGES = sorted(REFERENCE.glob("language-coverage*.md"))

_TEST = re.compile(r"`((?:tests|corelib/tests|examples|docs)/[^`]+)`")


def rows(page: Path) -> list[tuple[str, ...]]:
    """The cells of every row, headings left out."""
    found: list[tuple[str, ...]] = []
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("| ") and not line.startswith(("| Key |", "| --- |")):
            found.append(tuple(cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]))
    return found


def is_there(test: str) -> bool:
    """Whether a file exists, with the heading behind `#` or the function behind `::` if one is named."""
    path, mark, part = re.fullmatch(r"([^#:]+)(#|::)?(.*)", test).groups()  # type: ignore[union-attr]
    file = ROOT / path
    if mark is None or not file.is_file():
        return file.exists()
    text = file.read_text(encoding="utf-8")
    wanted = rf"#+ {re.escape(part)}" if mark == "#" else rf"def {re.escape(part)}\(.*"
    return re.search(rf"^{wanted}$", text, re.MULTILINE) is not None


def test_every_page_is_watched() -> None:
    assert {page.name for page in PAGES} == set(KEYS)


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_every_key_has_one_row(page: Path) -> None:
    assert [cells[0] for cells in rows(page)] == list(KEYS[page.name])


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_no_row_is_empty(page: Path) -> None:
    bare = [cells for cells in rows(page) if len(cells) != 3 or not all(cells) or not _TEST.findall(cells[2])]
    assert not bare


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_every_named_test_exists(page: Path) -> None:
    named = [test for cells in rows(page) for test in _TEST.findall(cells[-1])]
    assert [test for test in named if not is_there(test)] == []


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_cells_hold_nothing_but_tests(page: Path) -> None:
    assert [cells for cells in rows(page) if _TEST.sub("", cells[-1]).strip()] == []
