"""Groups of targets: the machines that a language program is for.

    // targets: posix (`ffs` is not in the C library of Windows)

names the groups, or single targets, that a program can run on, and why not on the others. With several such lines a
target must be in one of the groups of each line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from beskid.codegen.formats.model import FileFormat
from beskid.codegen.target import Target, find_target

GROUPS: Mapping[str, Callable[[Target], bool]] = {
    "posix": lambda target: target.format in (FileFormat.ELF, FileFormat.MACHO),
    "linux": lambda target: target.format is FileFormat.ELF,
    "windows": lambda target: target.format is FileFormat.COFF,
    # There are files without a name, statuses above 125, and a C library that is not ours.
    "native": lambda target: target.format is not FileFormat.WASM,
}

_RESTRICTION = re.compile(r"(?P<words>[a-z0-9_ -]+) \((?P<reason>.+)\)")


@dataclass(frozen=True)
class Restriction:
    """Groups or targets that a program is for, and why it is not for others."""

    words: tuple[str, ...]
    reason: str

    def allows(self, target: Target) -> bool:
        return any(GROUPS[word](target) if word in GROUPS else find_target(word) == target for word in self.words)


def read_restriction(text: str, file: str) -> Restriction:
    """Read a line `WORDS (REASON)`; raise `ValueError` for an unknown word or a line without a reason."""
    found = _RESTRICTION.fullmatch(text)
    if found is None:
        raise ValueError(f"{file}: `// targets: {text}` must be groups or targets and a reason in parentheses")
    words = tuple(found["words"].split())
    unknown = [word for word in words if word not in GROUPS and find_target(word) is None]
    if unknown or not words:
        raise ValueError(f"{file}: unknown targets {unknown}; the groups are {', '.join(GROUPS)}")
    return Restriction(words, found["reason"])


def reason_against(restrictions: Iterable[Restriction], target: Target) -> str:
    """Return why a program does not run on a target; empty if it does."""
    return next((each.reason for each in restrictions if not each.allows(target)), "")
