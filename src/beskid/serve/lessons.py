"""The programs of the page: the lessons of the tour, and the examples of its menu."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from beskid.base.node import value
from beskid.files.reading import is_file, read_file
from beskid.files.walking import names_in


@value
class Example:
    """A program of the menu, what it reads, and the arguments that it gets: names of files of `examples/data`."""

    name: str
    reads: str = ""
    arguments: tuple[str, ...] = ()


EXAMPLES = (
    Example("hello.bd"),
    Example("calculator.bd", "1 + 2 * 3\nx = (1 + 2) * 3\nx / 2\n"),
    Example("word_frequencies.bd", arguments=("text.txt",)),
    Example("csv_to_json.bd", arguments=("stock.csv",)),
    Example("log_report.bd", arguments=("access.log",)),
)


def lessons(tour: Path) -> list[dict[str, Any]]:
    """Return the lessons in their order, their texts as HTML. Raises `ImportError` without markdown-it-py."""
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    found = []
    for name in names_in(str(tour)):
        folder = tour / name
        given = folder / "input.txt"
        found.append(
            {
                "name": name,
                "html": markdown.render(_text(folder / "text.md")),
                "code": _text(folder / "main.bd"),
                "expected": _text(folder / "expected.txt"),
                "input": _text(given) if is_file(str(given)) else "",
            }
        )
    return found


def examples(folder: Path) -> list[dict[str, Any]]:
    return [
        {
            "name": each.name,
            "code": _text(folder / each.name),
            "input": each.reads,
            "arguments": each.arguments,
            "files": {name: _text(folder / "data" / name) for name in each.arguments},
        }
        for each in EXAMPLES
    ]


def _text(path: Path) -> str:
    return read_file(str(path)).data.decode("utf-8")
