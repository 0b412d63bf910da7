"""The walk through a page of the guide: its files are written and its commands run, in the order of the page."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.cli.transcript import run_command

_FENCE = re.compile(r"^```(?:console|beskid file=(?P<file>\S+))\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_SECONDS = 120


@dataclass(frozen=True)
class Step:
    """A command, what the page says that it prints, what it printed, and how long it took in seconds."""

    command: str
    expected: str
    printed: str
    seconds: float


def walk(page: str, folder: Path, variables: Mapping[str, str]) -> Iterator[Step]:
    """Yield each step of a page after it was taken. `cd` changes the folder of the commands after it."""
    current = folder
    for fence in _FENCE.finditer(page):
        if fence["file"]:
            file = folder / fence["file"]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(fence["body"], encoding="utf-8")
            continue
        for block in re.split(r"^\$ ", fence["body"], flags=re.MULTILINE)[1:]:
            command, _, expected = block.partition("\n")
            if command.startswith("cd "):
                current = current / command.removeprefix("cd ")
                continue
            start = time.monotonic()
            printed = run_command(command, current, variables, _SECONDS)
            yield Step(command, expected, printed, time.monotonic() - start)


def blessed(page: str, steps: list[Step]) -> str:
    """Return the page with what its commands printed."""
    for step in steps:
        page = page.replace(f"$ {step.command}\n{step.expected}", f"$ {step.command}\n{step.printed}", 1)
    return page
