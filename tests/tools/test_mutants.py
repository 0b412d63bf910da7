"""Mutation testing: how a report of an earlier state finds its mutants in the present sources."""

from __future__ import annotations

from pathlib import Path

from tools.mutants import c_source, identity, python_source
from tools.mutants.__main__ import find, known_equivalents
from tools.mutants.model import Mutant

ROOT = Path(__file__).resolve().parents[2]
SOURCE = b"""\
LIMIT = 3

class Table:
    def add(self, key):
        if key < LIMIT and key:
            self.keys.append(key)
            self.keys.append(key)
        return len(self.keys) + 1
"""
C_SOURCE = b"""\
static size_t bk_area_double(size_t size)
{
    if (size > 8) {
        bk_area_grow(size);
    }
    return size + size;
}
"""


def rows_of(source: bytes, path: str = "table.py") -> list[identity.Row]:
    found = python_source.find(path, source)
    return identity.describe(found, {path: source})


def found_in(source: bytes, path: str = "table.py") -> list[str | None]:
    """Return what the mutants of SOURCE become in another state of it, in order."""
    present = rows_of(source, path)
    places = identity.match(rows_of(SOURCE), present)
    return [None if place is None else str(present[place]["after"]) for place in places]


AFTER = [str(row["after"]) for row in rows_of(SOURCE)]


def test_a_mutant_knows_its_scope_and_its_statement() -> None:
    rows = {str(row["after"]): row for row in rows_of(SOURCE)}
    assert rows["LIMIT = 4"]["scope"] == ""
    assert rows["if key <= LIMIT and key:"]["scope"] == "Table.add"
    assert rows["return len(self.keys) + 2"]["before"] == "return len(self.keys) + 1"


def test_equal_mutants_are_told_apart_by_number() -> None:
    assert [row["number"] for row in rows_of(SOURCE) if row["after"] == "pass"] == [0, 1]


def test_mutants_are_found_where_lines_moved_and_were_wrapped() -> None:
    moved = SOURCE.replace(b"LIMIT = 3\n", b"import os\n\nLIMIT = 3\n")
    wrapped = moved.replace(b"key < LIMIT and key:", b"key < LIMIT and \\\n            key:")
    assert found_in(wrapped) == [
        text.replace("and key:", "and \\ key:").replace("or key:", "or \\ key:") for text in AFTER
    ]


def test_mutants_are_found_in_another_file() -> None:
    assert found_in(SOURCE, "tables/model.py") == AFTER


def test_mutants_are_found_after_names_changed() -> None:
    renamed = SOURCE.replace(b"LIMIT", b"MAX_LIMIT").replace(b"def add", b"def insert")
    assert found_in(renamed) == [text.replace("LIMIT", "MAX_LIMIT") for text in AFTER]


def test_a_mutant_whose_code_was_removed_is_not_found() -> None:
    shorter = SOURCE.replace(b"        return len(self.keys) + 1\n", b"")
    assert found_in(shorter) == [None if text.startswith("return") else text for text in AFTER]


def test_a_mutant_in_c_knows_its_function() -> None:
    found = c_source.find("area.c", C_SOURCE)
    assert {mutant.scope for mutant in found} == {"bk_area_double"}
    assert [mutant.after(C_SOURCE) for mutant in found] == [
        "if (size >= 8) {",
        "if (size > 9) {",
        ";",
        "return size - size;",
    ]


def test_every_equivalent_mutant_exists() -> None:
    present: set[tuple[str, str, str, str]] = set()
    for path in {key[0] for key in known_equivalents()}:
        source = (ROOT / path).read_bytes()
        mutants: list[Mutant] = find(path, source)
        present |= {(path, mutant.scope, mutant.before(source), mutant.after(source)) for mutant in mutants}
    assert known_equivalents().keys() - present == set()
