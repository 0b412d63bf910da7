"""Notebooks: the committed ones are executed by a real kernel, and print what is written in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

import beskid
from beskid.embed.notebook import Cells

NOTEBOOKS = Path(__file__).resolve().parents[2] / "examples" / "notebooks"
VARIES = "varies"
"""The tag of cells whose output depends on the machine."""


def shown(cell: Any) -> list[str]:
    """What a cell prints and returns; an error as its message.

    A kernel sends what a cell writes to a stream in as many messages as it likes: neighbours are one text.
    """
    found: list[tuple[object, str]] = []
    for output in cell.get("outputs", ()):
        stream = output.get("name")
        text = output.get("text") or output.get("data", {}).get("text/plain") or output.get("evalue", "")
        if stream == "stderr":
            continue
        if stream is not None and found and found[-1][0] == stream:
            found[-1] = (stream, found[-1][1] + text)
        else:
            found.append((stream, text))
    return [text for _, text in found]


def test_a_stream_may_come_in_pieces() -> None:
    def stream(text: str, name: str = "stdout") -> dict[str, str]:
        return {"output_type": "stream", "name": name, "text": text}

    value = {"output_type": "execute_result", "data": {"text/plain": "3"}}
    pieces = [stream("one"), stream("warning", "stderr"), stream("\n"), value, stream("two\n")]
    assert shown({"outputs": pieces}) == ["one\n", "3", "two\n"]


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda path: str(path.stem))
def test_a_notebook_prints_what_it_says(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    read: Any = nbformat.read
    book = read(path, as_version=4)
    expected = [shown(cell) for cell in book.cells]
    NotebookClient(book, timeout=240, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    for cell, former in zip(book.cells, expected, strict=True):
        if VARIES in cell.metadata.get("tags", ()):
            assert len(shown(cell)) == len(former) > 0
        else:
            assert shown(cell) == former, cell.source


def test_there_are_three_notebooks() -> None:
    assert len(list(NOTEBOOKS.glob("*.ipynb"))) == 3


@pytest.fixture
def cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cells:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return Cells()


def compiled(cells: Cells, text: str) -> Any:
    return cells.compile(text, optimize=0)


def test_a_name_that_is_declared_again_is_replaced(cells: Cells) -> None:
    first = compiled(cells, "i64 step() => 1;\npub i64 Next(i64 n) => n + step();")
    second = compiled(cells, "/// Larger steps.\ni64 step() => 10;")
    assert (first.Next(1), second.Next(1)) == (2, 11)


def test_a_cell_with_errors_changes_nothing(cells: Cells) -> None:
    compiled(cells, "pub i64 Next(i64 n) => n + 1;")
    with pytest.raises(beskid.CompileError, match="cell 2>:2:24"):
        compiled(cells, "\npub i64 Next(i64 n) => missing;")
    with pytest.raises(beskid.CompileError):
        compiled(cells, "pub i64 Broken( {")
    assert compiled(cells, "pub i64 Twice(i64 n) => Next(Next(n));").Twice(1) == 3


def test_blocks_of_a_type_and_imports_are_replaced(cells: Cells) -> None:
    compiled(cells, "use Math;\npub type Point { i64 x }")
    compiled(cells, "impl Point { pub i64 Twice() => this.x * 2; }\nimpl Point { pub i64 Next() => this.x + 1; }")
    both = compiled(cells, "use  Math ;\npub i64 Sum(Point point) => point.Twice() + point.Next();")
    assert both.Sum(both.Point(3)) == 10
    again = compiled(cells, "impl  Point {\n    pub i64 Twice() => this.x * 20;\n    pub i64 Next() => this.x;\n}")
    assert again.Sum(again.Point(3)) == 63


def test_objects_of_earlier_cells_are_used_by_later_ones(cells: Cells) -> None:
    point = compiled(cells, "pub type Point { i64 x, }\npub enum Side { Left(i64 by), Right }").Point(3)
    later = compiled(cells, "use Math;\npub i64 XOf(Point point) => point.x;\npub Side Same(Side side) => side;")
    assert later.XOf(point) == 3 and later.Point is type(point)
    assert later.Same(later.Side.Left(2)) == later.Side.Left(2)
    changed = compiled(cells, "pub type Point { i64 x, i64 y, }")
    with pytest.raises(TypeError, match="wants Point"):
        changed.XOf(point)
    assert changed.XOf(changed.Point(4, 5)) == 4


def test_values_are_shown_in_their_printed_form(cells: Cells, capsys: pytest.CaptureFixture[str]) -> None:
    compiled(cells, "pub type Point { i64 x, }")
    cells.show("[Point { x: 1 }]")
    cells.show('"a".Len()')
    assert capsys.readouterr().out == "[Point { x: 1 }]\n1\n"
    with pytest.raises(beskid.CompileError):
        cells.show("missing")
