"""Breaks of the rows of the conformance page: none is missing, the page lists them, and a few are made here.

`make check-all` makes all of them.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.boundary.test_conformance import IN_THE_SEEDS
from tools.breaks import DOCUMENTS, ROOT, Break, all_breaks
from tools.clauses import PAGE, Copy, failing_before, with_tables

SAMPLE = ("S1-REC", "S2-ADD", "S3-KINDS", "a stored field has a barrier")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return Copy(tmp_path_factory.mktemp("copy"))


def test_every_row_of_the_documents_has_a_break() -> None:
    assert [*DOCUMENTS] == IN_THE_SEEDS


def test_the_page_lists_the_breaks() -> None:
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    assert with_tables(page, all_breaks()) == page


@pytest.mark.parametrize("row", all_breaks())
def test_every_break_fits_the_sources(row: str) -> None:
    held = all_breaks()[row]
    assert held.old != held.new
    assert (ROOT / held.file).read_text(encoding="utf-8").count(held.old) == 1


def test_a_few_breaks_are_caught(copy: Copy) -> None:
    breaks = [all_breaks()[row] for row in SAMPLE]
    assert failing_before(copy, breaks) == []
    assert [copy.is_caught(held) for held in breaks] == [True] * len(breaks)
    # The copy is as it was.
    for held in breaks:
        assert (copy.tree / held.file).read_bytes() == (ROOT / held.file).read_bytes()


def test_a_break_that_no_test_notices_is_reported(copy: Copy) -> None:
    harmless = Break("docs/internals/index.md", "# Inside the compiler\n", "# Inside\n", all_breaks()["S2-ADD"].test)
    assert not copy.is_caught(harmless)
    with pytest.raises(SystemExit, match="has 0 times"):
        copy.is_caught(replace(harmless, old="# No such title\n"))


def test_a_command_that_a_test_starts_belongs_to_the_copy(copy: Copy) -> None:
    """A test may start the compiler with an environment of its own."""
    test = copy.tree / "tests" / "test_where.py"
    test.write_text(
        "import subprocess, sys\n"
        "def test_where():\n"
        "    command = [sys.executable, '-c', 'import beskid; print(beskid.__file__)']\n"
        "    done = subprocess.run(command, env={}, cwd='/', capture_output=True, text=True)\n"
        f"    assert done.stdout.strip() == {str(copy.tree / 'src' / 'beskid' / '__init__.py')!r}\n",
        encoding="utf-8",
    )
    assert copy.failures([str(test.relative_to(copy.tree))]) == []
