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
Each `##` section runs in its own folder; files before the first one are in all of them. In a section with a fence
`console fault=NAME` the compiler is one with that fault (`tests/planted_faults.py`).
"""

from __future__ import annotations

import fcntl
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests import limits

TIME_LIMIT = 120
_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"file=(?P<name>\S+)")
_CONSOLE = re.compile(r"console(?: fault=(?P<fault>\w+))?")


@dataclass
class Section:
    """One test: its title, its files, and the transcripts with their places in the Markdown text."""

    title: str
    files: dict[str, str] = field(default_factory=dict)
    transcripts: list[tuple[int, int, str]] = field(default_factory=list)
    fault: str = ""


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
        console = _CONSOLE.fullmatch(match["info"].strip())
        if name:
            section.files[name["name"]] = match["body"]
        elif console:
            section.fault = console["fault"] or section.fault
            section.transcripts.append((match.start("body"), match.end("body"), match["body"]))
    for section in sections:
        section.files = {**shared.files, **section.files}
    return sections


def write_files(section: Section, folder: Path) -> None:
    for name, content in section.files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")


def run_transcript(
    body: str, folder: Path, variables: Mapping[str, str] | None = None, timeout: float = TIME_LIMIT
) -> str:
    """The transcript as it is when its commands are run now, with more environment variables."""
    commands = [line[2:] for line in body.splitlines() if line.startswith("$ ")]
    return "".join(f"$ {command}\n{run_command(command, folder, variables or {}, timeout)}" for command in commands)


def bless(path: Path, old: list[str], new: list[str]) -> None:
    """Replace the expected output by what was printed; other workers may bless sections of the same file."""
    with path.open("r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        text = file.read()
        for before, after in zip(old, new, strict=True):
            text = text.replace(f"\n{before}```", f"\n{after}```", 1)
        file.seek(0)
        file.write(text)
        file.truncate()


def run_command(command: str, folder: Path, variables: Mapping[str, str], timeout: float) -> str:
    """What one command prints, the folder's name and status put into a form that does not change."""
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(folder / ".home"),
        "XDG_CACHE_HOME": str(folder / ".cache"),
        "LC_ALL": "C.UTF-8",
        **variables,
    }
    done = limits.run(
        ["/bin/sh", "-c", command],
        cwd=folder,
        env=environment,
        capture_output=True,
        timeout=timeout,
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
