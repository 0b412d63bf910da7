"""Source files and positions in them.

Spans are character offsets; lines and columns are 1-based, columns in characters. Reads no files: the driver passes
texts in.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple


class Span(NamedTuple):
    """A half-open range of character offsets `[start, end)` in one source text."""

    start: int
    end: int

    def to(self, other: Span) -> Span:
        """Return the smallest span that covers this one and `other`."""
        return Span(min(self.start, other.start), max(self.end, other.end))


NO_SPAN = Span(0, 0)


class SourceText:
    """A source file with its display path, which is relative to the project root and separated by `/`."""

    __slots__ = ("_line_starts", "path", "text")

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._line_starts: list[int] | None = None

    def line_starts(self) -> list[int]:
        """Return the offsets at which lines start; the first is 0."""
        starts = self._line_starts
        if starts is None:
            starts = [0]
            find = self.text.find
            position = find("\n")
            while position != -1:
                starts.append(position + 1)
                position = find("\n", position + 1)
            self._line_starts = starts
        return starts

    def position(self, offset: int) -> tuple[int, int]:
        """Return the 1-based (line, column) of a character offset."""
        starts = self.line_starts()
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line(self, number: int) -> str:
        """Return the text of a 1-based line, without its line end."""
        starts = self.line_starts()
        start = starts[number - 1]
        end = starts[number] if number < len(starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")


def utf16_units(text: str) -> int:
    """Return the length of a text in code units of UTF-16, in which editors and browsers count."""
    return len(text) if text.isascii() else len(text) + sum([character > "\uffff" for character in text])
