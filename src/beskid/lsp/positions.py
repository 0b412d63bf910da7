"""Offsets of texts as positions of the protocol, whose columns count code units of the negotiated encoding."""

from __future__ import annotations

import os
from urllib.parse import unquote, urlsplit

from lsprotocol import types
from pygls import uris

from beskid.source.text import SourceText, Span, utf16_units


class Positions:
    """Converts with one encoding. A column is in UTF-16 units unless client and server agreed on another one."""

    __slots__ = ("encoding",)

    def __init__(self, encoding: types.PositionEncodingKind | str = types.PositionEncodingKind.Utf16) -> None:
        self.encoding = str(getattr(encoding, "value", encoding))

    def _units(self, text: str) -> int:
        if text.isascii() or self.encoding == "utf-32":
            return len(text)
        if self.encoding == "utf-8":
            return len(text.encode("utf-8", "surrogatepass"))
        return utf16_units(text)

    def position(self, source: SourceText, offset: int) -> types.Position:
        line, column = source.position(offset)
        start = offset - column + 1
        return types.Position(line - 1, self._units(source.text[start:offset]))

    def range(self, source: SourceText, span: Span) -> types.Range:
        return types.Range(self.position(source, span.start), self.position(source, max(span.start, span.end)))

    def offset(self, source: SourceText, position: types.Position) -> int:
        """Return the offset of a position. One beyond its line or the text is moved to the end of it."""
        starts = source.line_starts()
        if position.line >= len(starts):
            return len(source.text)
        start = starts[position.line]
        end = starts[position.line + 1] - 1 if position.line + 1 < len(starts) else len(source.text)
        line = source.text[start:end].removesuffix("\r")
        if line.isascii() or self.encoding == "utf-32":
            return start + min(position.character, len(line))
        units = 0
        for index, character in enumerate(line):
            if units >= position.character:
                return start + index
            units += self._units(character)
        return start + len(line)

    def span(self, source: SourceText, range: types.Range) -> Span:
        start = self.offset(source, range.start)
        return Span(start, max(start, self.offset(source, range.end)))


def path_of(uri: str) -> str:
    """Return the absolute path of a document; the URI itself for one that is not a file."""
    if not uri.startswith("file:"):
        return uri
    path = uris.to_fs_path(uri)
    return os.path.normpath(path) if path else unquote(urlsplit(uri).path)


def uri_of(path: str) -> str:
    return (uris.from_fs_path(path) or path) if path.startswith("/") or path[1:3] in (":\\", ":/") else path
