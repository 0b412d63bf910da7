"""Checks the coverage pages of the language: every section has a row, and every row names existing tests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INTERNALS = ROOT / "docs" / "internals"

LANGUAGE = """
1.1 1.2 1.3 1.4 1.4.1 1.5 2.1 2.2 2.3 2.4 2.5 2.6 2.7 3/1 3/2 3/3 3/4 3/5 3/6 3/7 3/8 3/9 3/10 3/11 3/12 3/13 3/14
3/15 3/16 3/17 3/18 3/19 3/20 3/21 3/22 3/23 3/24 3/25 3/26 3/27 3/28 3/29 3/30 3/31 3/32 3/33 3/34 3/35 3/38 3/39
3/40 3/41 3/42 3/43 3/44 3/45 3/46 3/49 3/50 3.1 3.2 4.1 4.2 4.3 4.4 4.5 4.6 4.7 4.7.1 4.7.2 4.7.3 4.8 4.9 4.10 4.11
4.12 4.13 4.14 4.15 5.1 5.2 5.3 5.4 5.5 5.6 5.7 5.8 6.1 6.2 6.3 6.4 6.5 6.6 6.7 6.8 7.1 7.2 7.3 8.1 8.2 8.3 8.4 8.5
8.6 8.7 9 11.1 11.2 11.3 12.1 12.2 13/1 13/2 13/3 13/4 13/4a 13/5 13/6 13/7 13/8 13/9 13/10 13/11 13/12 13/13 13/14
13/15 13/16 13/17 13/17a 13/17b 13/18 13/19 13/19a 13/19b 13/19c 13/19d 13/20 13/21 13/22 13/23 13/23a 13/24 13/25
13/26 13/27 13/28 13/29 13/30 13/31 13/32 13/33 13/34 13/35 13/36 13/37 13/38 13/38a 13/39 13/40 13/41 13/42 13/43
13/44 13/45 13/46 13/47 13/48 13/49 13/50 13/51 13/52 13/53 13/54 13/55 13/56 13/57
"""

CASES = {"A": 15, "R": 29, "W": 6, "N": 3, "P": 25, "Q": 7, "L": 20}
LATER_DECISIONS = "L21 L22 L23 L24 L25 L26 L27 L28 L29/Number L30 L31"
CODES = (
    "parse E1001 E1002 E1003 E1004 E1005 E1006 E1101 E1102 W1103 E1104 E1105 E1106 E1107 E1108 E1109 E1110 E1151 E1154 "
    "E1201 E1202 E1203 W1203 E1204 E1205 E1206 E1207 E1208 E1209 E1210 E1211 E1212 E1213 E1214 E1215 E1216 E1217 E1218 "
    "E1219 E1220 E1221 E1222 E1230 E1231 E1232 E1233 E1234 E1235 E1236 E1301 E1302 E1303 E1304 E1305 E1306 E1307 E1308 "
    "E1401 E1402 W1403 W1404 E1501 E1502 W1503 W1504 E1505 E1506 E1507 E1511 E1520 E1521 E1522 E1523 E1601 E1602 E1606 "
    "E1607 E1806 E1807 E1809"
)

KEYS: dict[str, tuple[str, ...]] = {
    "language-coverage.md": tuple(LANGUAGE.split()),
    "language-coverage-cases.md": (
        *(f"{letter}{number}" for letter, count in CASES.items() for number in range(1, count + 1)),
        *LATER_DECISIONS.split(),
        *CODES.split(),
    ),
}

PAGES = sorted(INTERNALS.glob("language-coverage*.md"))

_TEST = re.compile(r"`((?:tests|corelib/tests|examples|docs)/[^`]+)`")


def rows(page: Path) -> list[tuple[str, ...]]:
    """Return the cells of every row except the headings."""
    found: list[tuple[str, ...]] = []
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("| ") and not line.startswith(("| Key |", "| --- |")):
            found.append(tuple(cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]))
    return found


def is_there(test: str) -> bool:
    """Return whether a file exists, and contains the heading after `#` or the function after `::` if one is named."""
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
