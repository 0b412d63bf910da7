"""Fenced code blocks in the lines of documentation, as in CommonMark: between lines of three backticks or tildes.

A line of backticks with another backtick after them is code within a line, and no fence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from beskid.base.node import node

# A text, because few programs have fences: `re` compiles it on first use, not whenever the compiler starts.
_MARK: Final = r"\s*(```+(?=[^`]*\Z)|~~~+)\s*(.*?)\s*\Z"


@node
class Fence:
    """A fenced block. `first` and `last` number its fences from 0; `last` is that of the last line without an end.

    `words` is the text after the opening fence.
    """

    first: int
    last: int
    words: str
    is_closed: bool


def fences(texts: Iterable[str]) -> list[Fence]:
    """Return the fenced blocks of lines, in text order."""
    found: list[Fence] = []
    mark = words = ""
    first = number = -1
    for number, text in enumerate(texts):
        if "```" not in text and "~~~" not in text:
            continue
        match = re.match(_MARK, text)
        if match is None:
            continue
        if not mark:
            mark, first, words = match[1], number, match[2]
        elif match[1].startswith(mark) and not match[2]:
            found.append(Fence(first, number, words, True))
            mark = ""
    if mark:
        found.append(Fence(first, number, words, False))
    return found


def fenced_lines(texts: Iterable[str]) -> set[int]:
    """Return the numbers of the lines that belong to fenced blocks, with the fences."""
    return {number for fence in fences(texts) for number in range(fence.first, fence.last + 1)}
