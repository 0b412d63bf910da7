"""The coverage pages of the language: every section has its row, and every row names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"

CASES = {"A": 15, "R": 29, "W": 6, "N": 3, "P": 25, "Q": 7, "L": 20}
CODES = (
    "parse E1001 E1002 E1003 E1004 E1005 E1006 E1101 E1102 W1103 E1104 E1105 E1106 E1107 E1108 E1109 E1110 E1151 E1154 "
    "E1201 E1202 E1203 W1203 E1204 E1205 E1206 E1207 E1208 E1209 E1210 E1211 E1212 E1213 E1214 E1215 E1216 E1217 E1218 "
    "E1219 E1220 E1221 E1222 E1230 E1231 E1232 E1233 E1234 E1235 E1236 E1301 E1302 E1303 E1304 E1305 E1306 E1307 E1308 "
    "E1401 E1402 W1403 W1404 E1501 E1502 W1503 W1504 E1505 E1506 E1507 E1511 E1520 E1521 E1522 E1523 E1601 E1602 E1606 "
    "E1607 E1806 E1807 E1809"
)

KEYS: dict[str, tuple[str, ...]] = {
    "language-coverage.md": (*("1.1", "1.2", "1.3", "1.4", "1.4.1", "1.5"),),
    "language-coverage-cases.md": (
        *(f"{letter}{number}" for letter, count in CASES.items() for number in range(1, count + 1)),
        *CODES.split(),
    ),
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
