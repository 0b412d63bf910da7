"""Prints documents: decides which groups fit on one line.

Takes a document and a line width, returns the text. A line end is written only before the next characters, so that
lines
never end with spaces, and a line comment is always followed by a line end, whatever the document says. Knows nothing of
the language.
"""

from __future__ import annotations

from typing import Final, assert_never

from beskid.syntax.format.document import (
    SOFT_LINE,
    Choice,
    Comment,
    Concat,
    Document,
    Fill,
    Group,
    Hang,
    IfBroken,
    Indent,
    Line,
    Text,
)

INDENTATION: Final = 4

_FLAT: Final = False
_BROKEN: Final = True
_NO_SPACE_BEHIND: Final = frozenset(" ([")


def render(document: Document, width: int) -> str:
    """Return the text of a document, without a final line end."""
    return _Printer(width).run(document)


def flat_text(document: Document) -> str:
    """Return the text of a document without hard breaks on one line, however long."""
    pieces: list[str] = []
    pending = [document]
    while pending:
        current = pending.pop()
        match current:
            case Text():
                pieces.append(current.text)
            case Line():
                pieces.append(current.flat)
            case Concat():
                pending.extend(reversed(current.parts))
            case Indent() | Group():
                pending.append(current.content)
            case Choice():
                pending.append(current.flat)
            case Hang():
                pieces.append(current.flat)
                pending.append(current.content)
            case Fill():
                pieces.append(" ".join(current.parts))
            case Comment():
                pieces.append(current.text)
            case IfBroken():
                pass
            case _:
                assert_never(current)
    return "".join(pieces)


class _Printer:
    """The state of printing one document."""

    __slots__ = ("_broken", "_column", "_last", "_owed", "_owed_indent", "_pieces", "_stack", "_width")

    def __init__(self, width: int) -> None:
        self._width = width
        self._pieces: list[str] = []
        self._column = 0
        self._last = ""
        self._owed = 0
        self._owed_indent = -1
        self._broken: dict[int, bool] = {}
        self._stack: list[tuple[int, bool, Document]] = []

    def run(self, document: Document) -> str:
        stack = self._stack
        stack.append((0, _BROKEN, document))
        while stack:
            indentation, mode, current = stack.pop()
            match current:
                case Text():
                    self._write(current.text, indentation)
                case Line():
                    if mode == _BROKEN or current.hard:
                        self._owe(2 if current.blank else 1, indentation)
                    else:
                        self._write(current.flat, indentation)
                case Concat():
                    for part in reversed(current.parts):
                        stack.append((indentation, mode, part))
                case Indent():
                    stack.append((indentation + INDENTATION * current.levels, mode, current.content))
                case Group():
                    self._group(current, indentation, mode)
                case Choice():
                    self._choose(current, indentation, mode)
                case Hang():
                    self._hang(current, indentation, mode)
                case Comment():
                    self._comment(current, indentation)
                case IfBroken():
                    if self._broken.get(current.key, False):
                        self._write(current.text, indentation)
                case Fill():
                    self._fill(current, indentation, mode)
                case _:
                    assert_never(current)
        return "".join(self._pieces)

    # Characters -----------------------------------------------------------------------------------------------

    def _owe(self, count: int, indentation: int) -> None:
        self._owed = max(self._owed, count)
        self._owed_indent = indentation

    def _here(self, indentation: int) -> int:
        # The column at which the next characters are printed.
        if not self._owed:
            return self._column
        return indentation if self._owed_indent < 0 else self._owed_indent

    def _write(self, characters: str, indentation: int) -> None:
        if self._owed or not self._pieces:
            characters = characters.lstrip(" ")
            if not characters:
                return
            self._end_line(indentation)
        if not characters:
            return
        self._pieces.append(characters)
        self._last = characters[-1]
        newline = characters.rfind("\n")
        self._column = self._column + len(characters) if newline < 0 else len(characters) - newline - 1

    def _end_line(self, indentation: int) -> None:
        column = self._here(indentation)
        pieces = self._pieces
        while pieces and pieces[-1] == " ":
            pieces.pop()
        if pieces:
            pieces.append("\n" * self._owed + " " * column)
            self._column = column
        self._owed = 0
        self._owed_indent = -1

    def _comment(self, comment: Comment, indentation: int) -> None:
        if comment.own_line:
            if not self._owed:
                self._owed = 1
        elif self._last and self._last not in _NO_SPACE_BEHIND:
            self._write(" ", indentation)
        self._write(comment.text, indentation)
        if comment.ends_line:
            self._owed = 2 if comment.blank else 1
            self._owed_indent = -1
        elif comment.leads:
            self._write(" ", indentation)

    # Decisions ------------------------------------------------------------------------------------------------

    def _group(self, current: Group, indentation: int, mode: bool) -> None:
        broken = current.hard or self._broken.get(current.follows, False)
        broken = broken or (mode == _BROKEN and not self._fits(current.content, indentation))
        if current.key:
            self._broken[current.key] = broken
        self._stack.append((indentation, broken, current.content))

    def _choose(self, current: Choice, indentation: int, mode: bool) -> None:
        stack = self._stack
        if not current.hard and (mode == _FLAT or self._fits(current.flat, indentation)):
            stack.append((indentation, _FLAT, current.flat))
        elif current.hugged is not None and self._fits(current.hugged, indentation):
            stack.append((indentation, _FLAT, current.hugged))
        else:
            stack.append((indentation, _BROKEN, current.broken))

    def _hang(self, current: Hang, indentation: int, mode: bool) -> None:
        stack = self._stack
        content = current.content
        inner = indentation + INDENTATION
        fits = mode == _FLAT or self._fits(current, indentation)
        if fits or content.hard or not self._fits_alone(content, inner, current.closes):
            self._write(current.flat, indentation)
            stack.append((indentation, _FLAT if fits and not content.hard else _BROKEN, content))
            return
        self._owe(1, inner)
        if current.closes:
            stack.append((indentation, _BROKEN, SOFT_LINE))
        stack.append((inner, _FLAT, content))

    def _fill(self, current: Fill, indentation: int, mode: bool) -> None:
        for position, part in enumerate(current.parts):
            if position:
                if mode == _BROKEN and self._here(indentation) + 1 + len(part) > self._width:
                    self._owe(1, indentation)
                else:
                    self._write(" ", indentation)
            self._write(part, indentation)

    def _fits(self, document: Document, indentation: int) -> bool:
        """Return whether a document printed on one line, with what must follow it there, ends within the width."""
        return self._ends_within(document, self._width - self._here(indentation), len(self._stack))

    def _fits_alone(self, document: Document, indentation: int, closes: bool) -> bool:
        """Return whether a document fits on a line of its own; `closes`: the line ends after it."""
        return self._ends_within(document, self._width - indentation, 0 if closes else len(self._stack))

    def _ends_within(self, document: Document, left: int, rest: int) -> bool:
        # `rest` counts the documents on the stack that come next.
        pending: list[tuple[bool, Document]] = [(_FLAT, document)]
        while left >= 0:
            if not pending:
                if not rest:
                    return True
                rest -= 1
                _, mode, outer = self._stack[rest]
                pending.append((mode, outer))
                continue
            mode, current = pending.pop()
            match current:
                case Text():
                    newline = current.text.find("\n")
                    if newline >= 0:
                        if newline > left:
                            return False
                        left = self._width + current.text.rfind("\n") + 1
                    left -= len(current.text)
                case Line():
                    if mode == _BROKEN or current.hard:
                        return True
                    left -= len(current.flat)
                case Concat():
                    for part in reversed(current.parts):
                        pending.append((mode, part))
                case Indent():
                    pending.append((mode, current.content))
                case Group():
                    pending.append((mode or current.hard, current.content))
                case Choice():
                    pending.append((mode, current.broken) if mode == _BROKEN or current.hard else (mode, current.flat))
                case Hang():
                    if mode == _BROKEN and not current.hard:
                        return True
                    left -= len(current.flat)
                    pending.append((mode, current.content))
                case Comment():
                    if current.own_line or current.text.startswith("//") or "\n" in current.text:
                        return True
                    left -= len(current.text) + 1
                    if current.ends_line:
                        return left >= 0
                case IfBroken():
                    if self._broken.get(current.key, False):
                        left -= len(current.text)
                case Fill():
                    if mode == _BROKEN:
                        return len(current.parts[0]) <= left
                    left -= sum(map(len, current.parts)) + len(current.parts) - 1
                case _:
                    assert_never(current)
        return False
