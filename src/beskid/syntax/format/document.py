"""Documents: what the formatter says about a text before it is known how wide its lines become.

A document is text with places where a line may break. A group is printed on one line when it fits; otherwise its own
breaks become line ends and the groups inside decide for themselves. The functions make documents and keep two facts
up to date: `hard` says that a document cannot stand on one line, `open_end` that a line must end behind it (it ends
with a comment that runs to the end of its line). Nothing here knows the language or prints anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from beskid.base.node import node


@node
class Text:
    """Characters that stay as they are."""

    text: str
    hard: bool
    open_end: bool


@node
class Line:
    """A place for a line end; `flat` stands there otherwise. `blank` makes it an empty line too."""

    flat: str
    blank: bool
    hard: bool
    open_end: bool


@node
class Comment:
    """A comment between two tokens.

    `own_line`: nothing stands before it on its line. `ends_line`: nothing stands behind it. `blank`: an empty line
    follows it. `leads`: it stands on the line of the token behind it, so that a space parts them.
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
    """One after the other."""

    parts: tuple[Document, ...]
    hard: bool
    open_end: bool


@node
class Indent:
    """Line ends inside are followed by `levels` more steps of indentation."""

    content: Document
    levels: int
    hard: bool
    open_end: bool


@node
class Group:
    """On one line when it fits, is not `hard`, and the group with the key `follows` stands on one line too."""

    content: Document
    key: int
    follows: int
    hard: bool
    open_end: bool


@node
class IfBroken:
    """Text that appears only when the group with this key is not on one line."""

    key: int
    text: str
    hard: bool
    open_end: bool


@node
class Choice:
    """`flat` when it fits on one line, else `hugged` when its first line fits, else `broken`."""

    flat: Document
    hugged: Document | None
    broken: Document
    hard: bool
    open_end: bool


@node
class Hang:
    """Content behind a place for a line end, which is taken when that is what lets the content stand on one line.

    `flat` stands there otherwise. `closes`: the place behind the content becomes a line end too.
    """

    content: Document
    flat: str
    closes: bool
    hard: bool
    open_end: bool


@node
class Fill:
    """Short texts, as many on a line as fit."""

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
    """Characters."""
    return Text(characters, False, False)


def line(flat: str = " ", blank: bool = False, hard: bool = False) -> Line:
    """A place for a line end."""
    return Line(flat, blank, hard, False)


def concat(parts: Iterable[Document]) -> Document:
    """Documents one after the other."""
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
    """A document whose lines stand further right."""
    return Indent(content, levels, content.hard, content.open_end)


def group(content: Document, broken: bool = False, key: int = 0, follows: int = 0) -> Group:
    """A document that stands on one line when it fits, unless it is to be broken."""
    return Group(content, key, follows, broken or content.hard, content.open_end)


def if_broken(key: int, characters: str) -> IfBroken:
    """Characters that appear when a group is broken."""
    return IfBroken(key, characters, False, False)


def choice(flat: Document, hugged: Document | None, broken: Document) -> Choice:
    """The first of three layouts that fits."""
    return Choice(flat, hugged, broken, flat.hard, flat.open_end)


def hang(content: Document, flat: str = " ", closes: bool = False) -> Hang:
    """Content that may stand on a line of its own."""
    return Hang(content, flat, closes, content.hard, content.open_end)


def fill(parts: Iterable[str]) -> Fill:
    """Short texts, as many on a line as fit."""
    return Fill(tuple(parts), False, False)


def forced(document: Document) -> Document | None:
    """The document with its last group broken; None when it has none, or what stands before cannot be on one line."""
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
