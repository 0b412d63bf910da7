"""A mutant: one replacement in one file, how a later state of the file recognizes it, and what became of it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from enum import Enum


class Verdict(Enum):
    """What the tests said about a mutant."""

    KILLED = "killed"
    SURVIVED = "survived"
    UNREACHED = "executed by no test"
    EQUIVALENT = "equivalent"
    INVALID = "does not compile"


@dataclass(frozen=True)
class Mutant:
    """A replacement of the bytes from `start` to `end` of a file.

    `scope` is the qualified name of the function or class around it, empty at the top of the module. `statement` is the
    extent of the innermost statement, of a compound one only its header.
    """

    path: str
    line: int
    last_line: int
    start: int
    end: int
    replacement: str
    kind: str
    scope: str
    statement: tuple[int, int]

    def apply(self, source: bytes) -> bytes:
        return source[: self.start] + self.replacement.encode() + source[self.end :]

    def before(self, source: bytes) -> str:
        """Return the statement in one line, so that a new layout does not change it."""
        start, end = self.statement
        return _one_line(source[start:end])

    def after(self, source: bytes) -> str:
        """Return the statement as it becomes, in one line."""
        start, end = self.statement
        return _one_line(source[start : self.start] + self.replacement.encode() + source[self.end : end])

    def difference(self, source: bytes) -> str:
        """Return the change as a unified diff."""
        before, after = source.decode().splitlines(), self.apply(source).decode().splitlines()
        lines = difflib.unified_diff(before, after, self.path, self.path, lineterm="", n=2)
        return "\n".join(lines)


@dataclass(frozen=True)
class Result:
    """A mutant with its verdict; `detail` names the tests that ran or the reason."""

    mutant: Mutant
    verdict: Verdict
    detail: str
    seconds: float


def _one_line(text: bytes) -> str:
    return " ".join(text.decode().split())
