"""Documents: the layout of a text before the widths of its lines are known.

A document is text with positions where a line may break. A group is printed on one line if it fits; otherwise its own
breaks become line ends and each inner group is decided separately. The functions build documents and maintain two
properties: `hard` means that a document cannot be printed on one line, `open_end` that a line end must follow it (it
ends with a line comment). Nothing here knows the language or prints anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from beskid.base.node import node


@node
class Text:
    text: str
    hard: bool
    open_end: bool


@node
class Line:
    """A possible line end; otherwise `flat` is printed. `blank` adds an empty line."""

    flat: str
    blank: bool
    hard: bool
    open_end: bool


@node
class Comment:
    """A comment between two tokens.

    `own_line`: it is first on its line. `ends_line`: it is last on its line. `blank`: an empty line follows.
    `leads`: it is on the line of the next token, separated by a space.
    """

    text: str
    own_line: bool
    ends_line: bool
    blank: bool
    leads: bool
    hard: bool
    open_end: bool


@node
class Concat:
    """Documents in sequence."""

    parts: tuple[Document, ...]
    hard: bool
    open_end: bool


@node
class Indent:
    """Lines that start inside are indented by `levels` more steps."""

    content: Document
    levels: int
    hard: bool
    open_end: bool


@node
class Group:
    """Printed on one line if it fits, is not `hard`, and the group with the key `follows` is on one line too."""

    content: Document
    key: int
    follows: int
    hard: bool
    open_end: bool


@node
class IfBroken:
    """Text that is printed only if the group with this key is broken."""

    key: int
    text: str
    hard: bool
    open_end: bool


@node
class Choice:
    """Prints `flat` if it fits on one line, else `hugged` if its first line fits, else `broken`."""

    flat: Document
    hugged: Document | None
    broken: Document
    hard: bool
    open_end: bool


@node
class Hang:
    """Content after a possible line end, which is taken only if the content then fits on one line.

    Otherwise `flat` is printed. `closes`: a line end follows the content as well.
    """

    content: Document
    flat: str
    closes: bool
    hard: bool
    open_end: bool


@node
class Fill:
    """Short texts, as many per line as fit."""

    parts: tuple[str, ...]
    hard: bool
    open_end: bool


Document: TypeAlias = Text | Line | Comment | Concat | Indent | Group | IfBroken | Choice | Hang | Fill

NOTHING = Concat((), False, False)
SPACE = Text(" ", False, False)
SOFT_LINE = Line("", False, False, False)
LINE = Line(" ", False, False, False)
HARD_LINE = Line("", False, True, False)


def text(characters: str) -> Text:
    return Text(characters, False, False)


def line(flat: str = " ", blank: bool = False, hard: bool = False) -> Line:
    """Create a possible line end."""
    return Line(flat, blank, hard, False)


def concat(parts: Iterable[Document]) -> Document:
    """Concatenate documents."""
    found = tuple(part for part in parts if part is not NOTHING)
    if not found:
        return NOTHING
    if len(found) == 1:
        return found[0]
    hard = found[-1].hard
    for part in found[:-1]:
        hard = hard or part.hard or part.open_end
    return Concat(found, hard, found[-1].open_end)


def indent(content: Document, levels: int = 1) -> Document:
    """Indent the lines of a document."""
    return Indent(content, levels, content.hard, content.open_end)


def group(content: Document, broken: bool = False, key: int = 0, follows: int = 0) -> Group:
    """Print a document on one line if it fits, unless `broken`."""
    return Group(content, key, follows, broken or content.hard, content.open_end)


def if_broken(key: int, characters: str) -> IfBroken:
    """Print characters only if the group is broken."""
    return IfBroken(key, characters, False, False)


def choice(flat: Document, hugged: Document | None, broken: Document) -> Choice:
    """Return a document that is printed in the first of three layouts that fits."""
    return Choice(flat, hugged, broken, flat.hard, flat.open_end)


def hang(content: Document, flat: str = " ", closes: bool = False) -> Hang:
    """Allow content to move to a line of its own."""
    return Hang(content, flat, closes, content.hard, content.open_end)


def fill(parts: Iterable[str]) -> Fill:
    """Place short texts, as many per line as fit."""
    return Fill(tuple(parts), False, False)


def forced(document: Document) -> Document | None:
    """Return the document with its last group broken; None if it has none or what precedes it cannot be on one line."""
    match document:
        case Group():
            return Group(document.content, document.key, 0, True, document.open_end)
        case Choice():
            return document.hugged
        case Indent():
            inner = forced(document.content)
            return None if inner is None else indent(inner, document.levels)
        case Concat():
            parts = list(document.parts)
            for position in range(len(parts) - 1, -1, -1):
                inner = forced(parts[position])
                if inner is None:
                    if _is_plain(parts[position]):
                        continue
                    return None
                if any(part.hard or part.open_end for part in parts[:position]):
                    return None
                parts[position] = inner
                return concat(parts)
    return None


def _is_plain(document: Document) -> bool:
    if isinstance(document, Concat):
        return all(_is_plain(part) for part in document.parts)
    return isinstance(document, (Text, Comment, IfBroken))
