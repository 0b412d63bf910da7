"""Sessions of `beskid debug` in Markdown: programs (`beskid file=NAME`), and what is typed and seen (`text session`).

Lines that differ between machines are left out, and addresses are cut. With `--lldb` the debugger is lldb.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests import limits

from beskid.driver.debugging import Debugger

PROMPT = "(gdb) "
LLDB_PROMPT = "(lldb) "
WIDE = "set width 0"
"""The first command: lines do not depend on the width of the terminal."""
_FENCE = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_LEFT_OUT = re.compile(
    r"^(?:Starting program: .*|Using host libthread_db.*|\[Thread debugging.*|"
    r"\[Inferior 1 \(process \d+\) (?:exited|killed).*|warning: Error disabling address.*|)\n",
    re.MULTILINE,
)
_ADDRESS = re.compile(r"0x[0-9a-f]+")
_LEFT_OUT_OF_LLDB = re.compile(r"^Process \d+ (?:launched|stopped|resuming|exited).*\n", re.MULTILINE)
_EXECUTABLE = re.compile(r"\b[0-9a-f]{40}\b")
_IN_FUNCTION = re.compile(r"(?<= \+ )\d+(?= .*address = )")
_SETTINGS = ("settings set target.output-path /dev/null", "settings set target.error-path /dev/null")
"""The first commands of lldb, which prints what the program prints at a time of its own."""
SECONDS = 120


@dataclass(frozen=True)
class Session:
    """The command, the lines that are typed, and the whole text."""

    command: tuple[str, ...]
    typed: tuple[str, ...]
    text: str

    @property
    def debugger(self) -> Debugger:
        return Debugger.LLDB if "--lldb" in self.command else Debugger.GDB


def write_programs(text: str, folder: Path) -> None:
    """Write the programs of a page to a folder."""
    for fence in _FENCE.finditer(text):
        name = re.fullmatch(r"beskid file=(\S+)", fence["info"])
        if name:
            (folder / name[1]).write_text(fence["body"], encoding="utf-8")


def sessions_of(text: str) -> list[Session]:
    """Return the sessions of a page."""
    found: list[Session] = []
    for fence in _FENCE.finditer(text):
        if fence["info"] == "text session":
            first, *rest = fence["body"].splitlines()
            prompt = LLDB_PROMPT if "--lldb" in first.split() else PROMPT
            typed = [line.removeprefix(prompt) for line in rest if line.startswith(prompt)]
            found.append(Session(tuple(first.removeprefix("$ beskid ").split()), tuple(typed), fence["body"]))
    return found


def play(session: Session, folder: Path) -> str:
    """Return the text of a session as it is now."""
    if session.debugger is Debugger.LLDB:
        return _play_in_lldb(session, folder)
    typed = "".join([f"{line}\n" for line in (WIDE, *session.typed, "kill")])
    parts = [_LEFT_OUT.sub("", part) for part in _output(session.command, typed, folder).split(PROMPT)]
    lines = [f"$ beskid {' '.join(session.command)}\n", parts[0]]
    for typed, answer in zip(session.typed, parts[2:], strict=False):
        lines += [f"{PROMPT}{typed}\n", answer]
    return "".join(lines)


def _play_in_lldb(session: Session, folder: Path) -> str:
    """Let lldb read the commands from a file: it runs those that are typed while the program runs."""
    (folder / "typed").write_text("\n".join([*_SETTINGS, *session.typed, "kill"]), encoding="utf-8")
    command, *words = session.command
    output = _output((command, "-x", "typed", *words), "", folder).partition("Executing commands in")[2]
    output = _IN_FUNCTION.sub("…", _EXECUTABLE.sub("program", output))
    parts = _LEFT_OUT_OF_LLDB.sub("", output).split(LLDB_PROMPT)
    lines = [f"$ beskid {' '.join(session.command)}\n"]
    # lldb repeats a command that it reads.
    for part in parts[1 + len(_SETTINGS) : 1 + len(_SETTINGS) + len(session.typed)]:
        lines += [LLDB_PROMPT, part]
    return "".join(lines)


def _output(words: Sequence[str], typed: str, folder: Path) -> str:
    done = limits.run(
        [sys.executable, "-m", "beskid", *words],
        input=typed,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
        env=os.environ | {"HOME": str(folder)},
        timeout=SECONDS,
        check=False,
    )
    return _ADDRESS.sub("0x…", done.stdout)
