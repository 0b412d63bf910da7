"""Command-line transcripts: Markdown files whose `console` fences show commands and what they print.

    ```beskid file=hello.bd
    unit main() { PrintLine("hello"); }
    ```

    ```console
    $ beskid run hello.bd
    hello
    $ beskid run missing.bd
    error: no such file: missing.bd
    [status 3]
    ```

Fences with `file=NAME` write files. Standard output comes first, then standard error, then a status other than 0.
Each `##` section runs in its own folder; files before the first one are in all of them.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests import limits

TIME_LIMIT = 120
_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"file=(?P<name>\S+)")


@dataclass
class Section:
    """One test: its title, its files, and the transcripts with their places in the Markdown text."""

    title: str
    files: dict[str, str] = field(default_factory=dict)
    transcripts: list[tuple[int, int, str]] = field(default_factory=list)


def read_sections(text: str) -> list[Section]:
    """The sections of a transcript file."""
    heads = [match.start() for match in re.finditer(r"^## ", text, re.MULTILINE)]
    shared = Section("")
    sections: list[Section] = []
    for match in _FENCE.finditer(text):
        position = sum(1 for head in heads if head < match.start())
        while len(sections) < position:
            head = heads[len(sections)]
            sections.append(Section(text[head + 3 :].partition("\n")[0].strip()))
        section = sections[position - 1] if position else shared
        name = _FILE.search(match["info"])
        if name:
            section.files[name["name"]] = match["body"]
        elif match["info"].strip() == "console":
            section.transcripts.append((match.start("body"), match.end("body"), match["body"]))
    for section in sections:
        section.files = {**shared.files, **section.files}
    return sections


def run_transcript(body: str, folder: Path) -> str:
    """The transcript as it is when its commands are run now."""
    commands = [line[2:] for line in body.splitlines() if line.startswith("$ ")]
    return "".join(f"$ {command}\n{run_command(command, folder)}" for command in commands)


def run_command(command: str, folder: Path) -> str:
    """What one command prints, the folder's name and status put into a form that does not change."""
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(folder / ".home"),
        "XDG_CACHE_HOME": str(folder / ".cache"),
        "LC_ALL": "C.UTF-8",
    }
    done = limits.run(
        ["/bin/sh", "-c", command],
        cwd=folder,
        env=environment,
        capture_output=True,
        timeout=TIME_LIMIT,
        check=False,
    )
    text = done.stdout.decode("utf-8", "replace")
    if text and not text.endswith("\n"):
        text += "\n"
    text += done.stderr.decode("utf-8", "replace")
    if text and not text.endswith("\n"):
        text += "\n"
    text = text.replace(str(folder), "<folder>")
    return text if done.returncode == 0 else f"{text}[status {done.returncode}]\n"
