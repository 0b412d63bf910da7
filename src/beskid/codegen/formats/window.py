"""Bounds-checked reading: every read names what it reads, and one outside of the file is an `ObjectFileError` with its
place.

Numbers in a file are never trusted with memory or time: parts are views of the file, and names that overlap share one
budget, which is a multiple of the size of the file.
"""

from __future__ import annotations

from struct import Struct

from beskid.codegen.objectfile import ObjectFileError

MAX_SHARING = 16
"""How often the bytes of a file may be read as names: names may share their ends."""


class Window:
    """A part of a file. Positions are relative to its start; errors state the position in the file."""

    __slots__ = ("_base", "_image", "_names_left", "format", "size")

    def __init__(self, format: str, image: bytes | memoryview, base: int = 0) -> None:
        self.format = format
        self._image = memoryview(image)
        self._base = base
        self._names_left = MAX_SHARING * len(image)
        self.size = len(image)

    def damage(self, what: str, position: int) -> ObjectFileError:
        """Return the error for `what` at a position."""
        return ObjectFileError(f"a damaged {self.format} file: {what}", self._base + position)

    def unpack(self, form: Struct, position: int, what: str) -> tuple[int, ...]:
        """Read the numbers of `form`."""
        if position < 0 or position + form.size > self.size:
            raise self.damage(f"{what} outside of the file", position)
        numbers: tuple[int, ...] = form.unpack_from(self._image, position)
        return numbers

    def byte(self, position: int, what: str) -> int:
        if not 0 <= position < self.size:
            raise self.damage(f"{what} outside of the file", position)
        return self._image[position]

    def part(self, position: int, size: int, what: str) -> Window:
        """Return the window of a part. Nothing is copied."""
        if position < 0 or size < 0 or position + size > self.size:
            raise self.damage(f"{what} outside of the file", position)
        return Window(self.format, self._image[position : position + size], self._base + position)

    def content(self) -> bytes:
        return self._image.tobytes()

    def require_rows(self, count: int, size: int, position: int, what: str) -> None:
        """Require `count` rows of `size` bytes at a position, before any of them is read."""
        if position < 0 or position + count * size > self.size:
            raise self.damage(f"{count} {what} outside of the file", position)

    def name(self, position: int, what: str, limit: int = -1) -> str:
        """Return the text from a position to the next zero byte, at most `limit` bytes; without one, the window's end
        also ends it."""
        if not 0 <= position <= self.size:
            raise self.damage(f"{what} outside of the file", position)
        stop = self.size if limit < 0 else min(self.size, position + limit)
        text = self._find_end(position, stop)
        self._names_left -= len(text) + 1
        if self._names_left < 0:
            raise self.damage("names that overlap too often", position)
        return text.decode("utf-8", "replace")

    def _find_end(self, position: int, stop: int) -> bytes:
        # Most names are short: whole tables are not copied for each of them.
        length = 64
        while True:
            text = self._image[position : min(position + length, stop)].tobytes()
            end = text.find(0)
            if end >= 0:
                return text[:end]
            if position + length >= stop:
                return text
            length *= 8

    def leb128(self, position: int, what: str) -> tuple[int, int]:
        """Decode an unsigned LEB128 number of at most 64 bits. Return it and the position after it."""
        number = shift = 0
        start = position
        while True:
            byte = self.byte(position, what)
            number |= (byte & 0x7F) << shift
            position += 1
            shift += 7
            if not byte & 0x80:
                return number, position
            if shift > 63:
                raise self.damage(f"{what} without end", start)
