"""Language test programs: the behavior that a `.bd` file expects of itself.

Each file is one fact. Comments that take a whole line state the expectation:

    // expect: a line of standard output
    // expect-status: 101
    // expect-stderr: a line of standard error, from the first one on
    // stdin: a line of standard input
    // stdin-hex: ff 0a                (bytes of standard input, after the lines)
    // args: words for the program
    // engines: jit-O2 aot-O2          (default: all)
    // targets: posix (reason)         (default: all; tests/lang/groups.py lists the words)

A folder with a `Project.proj` is one program too; its entry file carries the comments.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests.lang.groups import Restriction, read_restriction

ENGINES = ("interpreter", "jit-O0", "jit-O2", "aot-O0", "aot-O2", "stress")

_DIRECTIVE = re.compile(
    r"^[ \t]*// (?P<key>expect|expect-status|expect-stderr|stdin|stdin-hex|args|engines|targets):(?: (?P<text>.*))?$",
    re.MULTILINE,
)

UNSTABLE_TRACES = ("panic: stack overflow", "panic: out of memory")


@dataclass(frozen=True)
class Outcome:
    """The output, errors and exit status of one run."""

    stdout: str
    stderr: str
    status: int

    def comparable(self) -> Outcome:
        """Remove the stack trace where its text depends on the engine (decision R2)."""
        first = self.stderr.partition("\n")[0]
        return Outcome(self.stdout, first, self.status) if first in UNSTABLE_TRACES else self


@dataclass(frozen=True)
class Case:
    """One program with its expectations; `input` is the argument of `beskid run`."""

    name: str
    input: Path
    entry: Path
    stdout: tuple[str, ...]
    stderr: tuple[str, ...]
    status: int
    stdin: bytes
    arguments: tuple[str, ...]
    engines: tuple[str, ...]
    restrictions: tuple[Restriction, ...] = ()


def read_case(name: str, input: Path, entry: Path) -> Case:
    """Read the expectations from the entry file."""
    found: dict[str, list[str]] = {}
    for match in _DIRECTIVE.finditer(entry.read_text(encoding="utf-8")):
        found.setdefault(match["key"], []).append(match["text"] or "")
    stdin = found.get("stdin", [])
    engines = tuple(" ".join(found.get("engines", [])).split()) or ENGINES
    unknown = set(engines) - set(ENGINES)
    if unknown:
        raise ValueError(f"{entry}: unknown engines {sorted(unknown)}")
    return Case(
        name=name,
        input=input,
        entry=entry,
        stdout=tuple(found.get("expect", [])),
        stderr=tuple(found.get("expect-stderr", [])),
        status=int(found.get("expect-status", ["0"])[-1]),
        stdin="".join(line + "\n" for line in stdin).encode() + bytes.fromhex("".join(found.get("stdin-hex", []))),
        arguments=tuple(" ".join(found.get("args", [])).split()),
        engines=engines,
        restrictions=tuple([read_restriction(text, str(entry)) for text in found.get("targets", [])]),
    )


def find_cases(root: Path) -> list[Case]:
    """Find every program below a folder; a project is one program."""
    projects = {path.parent for path in root.rglob("Project.proj")}
    cases = [_project_case(root, folder) for folder in sorted(projects)]
    for file in sorted(root.rglob("*.bd")):
        if not any(file.is_relative_to(folder) for folder in projects):
            cases.append(read_case(file.relative_to(root).with_suffix("").as_posix(), file, file))
    return cases


def _project_case(root: Path, folder: Path) -> Case:
    return read_case(folder.relative_to(root).as_posix(), folder, folder / "Src" / "Main.bd")


def problems(case: Case, outcome: Outcome) -> list[str]:
    """Describe how an outcome differs from the expectations."""
    found: list[str] = []
    if tuple(outcome.stdout.splitlines()) != case.stdout:
        found.append(f"stdout is {outcome.stdout.splitlines()}, expected {list(case.stdout)}")
    if outcome.status != case.status:
        found.append(f"status is {outcome.status}, expected {case.status}; stderr: {outcome.stderr.strip()[:400]}")
    lines = tuple(outcome.stderr.splitlines())
    if lines[: len(case.stderr)] != case.stderr or (lines and not case.stderr):
        found.append(f"stderr is {list(lines)}, expected {list(case.stderr)}")
    return found


def bless(case: Case, outcome: Outcome) -> None:
    """Rewrite the expectations of a program to match an outcome."""
    text = case.entry.read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if not re.match(r"[ \t]*// expect(-status|-stderr)?:", line)]
    while kept and not kept[-1].strip():
        kept.pop()
    wanted = [_directive("expect", line) for line in outcome.stdout.splitlines()]
    wanted += [_directive("expect-stderr", line) for line in outcome.comparable().stderr.splitlines()]
    if outcome.status:
        wanted.append(f"// expect-status: {outcome.status}")
    case.entry.write_text("\n".join([*kept, *wanted]) + "\n", encoding="utf-8")


def _directive(key: str, line: str) -> str:
    """Format one expectation; a line of output keeps its trailing spaces."""
    return f"// {key}: {line}" if line else f"// {key}:"
