"""Sessions of `beskid debug` in Markdown: programs (`beskid file=NAME`), and what is typed and seen (`text session`).

Lines that differ between machines are left out, and addresses are cut.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests import limits

PROMPT = "(gdb) "
WIDE = "set width 0"
"""The first command: lines do not depend on the width of the terminal."""
_FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_LEFT_OUT = re.compile(
    r"^(?:Starting program: .*|Using host libthread_db.*|\[Thread debugging.*|"
    r"\[Inferior 1 \(process \d+\) (?:exited|killed).*|warning: Error disabling address.*|)\n",
    re.MULTILINE,
)
_ADDRESS = re.compile(r"0x[0-9a-f]+")
SECONDS = 120


@dataclass(frozen=True)
class Session:
    """The command, the lines that are typed, and the whole text."""

    command: tuple[str, ...]
    typed: tuple[str, ...]
    text: str


def sessions_of(text: str, folder: Path) -> list[Session]:
    """Write the programs of a page to a folder. Return its sessions."""
    found: list[Session] = []
    for fence in _FENCE.finditer(text):
        name = re.fullmatch(r"beskid file=(\S+)", fence["info"])
        if name:
            (folder / name[1]).write_text(fence["body"], encoding="utf-8")
        elif fence["info"] == "text session":
            first, *rest = fence["body"].splitlines()
            typed = [line.removeprefix(PROMPT) for line in rest if line.startswith(PROMPT)]
            found.append(Session(tuple(first.removeprefix("$ beskid ").split()), tuple(typed), fence["body"]))
    return found


def play(session: Session, folder: Path) -> str:
    """Return the text of a session as it is now."""
    done = limits.run(
        [sys.executable, "-m", "beskid", *session.command],
        input="".join([f"{line}\n" for line in (WIDE, *session.typed, "kill")]),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
        env=os.environ | {"HOME": str(folder)},
        timeout=SECONDS,
        check=False,
    )
    parts = [_LEFT_OUT.sub("", part) for part in _ADDRESS.sub("0x…", done.stdout).split(PROMPT)]
    lines = [f"$ beskid {' '.join(session.command)}\n", parts[0]]
    for typed, answer in zip(session.typed, parts[2:], strict=False):
        lines += [f"{PROMPT}{typed}\n", answer]
    return "".join(lines)
