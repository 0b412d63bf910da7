"""The search: apply edits as long as the program keeps failing.

Takes a text and a question about texts, and returns the smallest text found for which the answer is yes. Every
accepted text is smaller than the one before, so the search ends; the same input leads to the same result unless the
time limit cuts it short.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from tools.reducer.edits import MAKERS, Maker, Parsed

from beskid.base.node import value
from beskid.source.text import SourceText
from beskid.syntax.format import format_source


@value
class Reduction:
    """The result, the number of texts that were tried, and whether nothing smaller was left to try."""

    text: str
    tried: int
    is_finished: bool


def shrink(text: str, is_failing: Callable[[str], bool], seconds: float) -> Reduction:
    """Reduce a text that fails; `is_failing` is not asked about the text itself."""
    search = _Search(is_failing, time.monotonic() + seconds, Parsed(text).is_valid)
    changed = True
    while changed:
        before = text
        for maker in MAKERS:
            text = search.run(maker, text)
        changed = text != before
    return Reduction(search.formatted(text), len(search.seen), not search.is_over())


class _Search:
    """The texts tried so far and the time that is left."""

    __slots__ = ("end", "is_failing", "is_valid", "seen")

    def __init__(self, is_failing: Callable[[str], bool], end: float, is_valid: bool) -> None:
        self.is_failing = is_failing
        self.end = end
        self.is_valid = is_valid
        self.seen: set[str] = set()

    def is_over(self) -> bool:
        return time.monotonic() >= self.end

    def run(self, maker: Maker, text: str) -> str:
        """Apply the edits of one maker until none helps; after a success it goes on where it was."""
        position = 0
        while True:
            parsed = Parsed(text)
            for index, edit in enumerate(maker(parsed)):
                if index < position:
                    continue
                if self.is_over():
                    return text
                candidate = edit.apply(text)
                if size(candidate) < size(text) and self.fails(candidate):
                    text, position = candidate, index
                    break
            else:
                return text

    def fails(self, candidate: str) -> bool:
        if candidate in self.seen:
            return False
        self.seen.add(candidate)
        # Of a program without parse errors, only such programs can fail in the same way.
        return (not self.is_valid or Parsed(candidate).is_valid) and self.is_failing(candidate)

    def formatted(self, text: str) -> str:
        """The text in the canonical style, when it still fails so."""
        tidy = format_source(SourceText("reduced.bd", text)).text
        return tidy if tidy is not None and self.is_failing(tidy) else text


def size(text: str) -> tuple[int, int, str]:
    """What must become smaller: characters apart from white space, then all characters, then the text."""
    return sum(not character.isspace() for character in text), len(text), text
