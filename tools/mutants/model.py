"""A mutant: one replacement in one file, and what became of it."""

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
    """A replacement of the bytes from `start` to `end` of a file."""

    path: str
    line: int
    last_line: int
    start: int
    end: int
    replacement: str
    kind: str

    def apply(self, source: bytes) -> bytes:
        return source[: self.start] + self.replacement.encode() + source[self.end :]

    def changed_line(self, source: bytes) -> str:
        """Return the first changed line as it becomes; with the path, it identifies a mutant across edits elsewhere."""
        return self.apply(source).decode().split("\n")[self.line - 1].strip()

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
