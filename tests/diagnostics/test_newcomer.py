"""Mistakes of newcomers: each program has one mistake, and gets one diagnostic at the right place with a help.

A section of a suite is a program, the report in a `text` block (`LINE:COLUMN [CODE] message`, then the help), and, in a
block `beskid fixed`, the program after the help was followed, which must have no error. Where the diagnostic has a fix
that is safe, the fixed program is what the fix makes. `--bless` rewrites the reports.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from beskid.driver.session import check_text
from beskid.source.diagnostics import Diagnostic, has_errors

FOLDER = Path(__file__).parent
SECTION = re.compile(
    r"^## (?P<title>[^\n]*)\n\n```beskid\n(?P<program>.*?)^```\n(?:\n```text\n(?P<report>.*?)^```\n)?"
    r"(?:\n```beskid fixed\n(?P<fixed>.*?)^```\n)",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Section:
    """One mistake."""

    path: Path
    title: str
    program: str
    report: str
    fixed: str


SECTIONS = [
    Section(path, match["title"], match["program"], match["report"] or "", match["fixed"])
    for path in sorted(FOLDER.glob("newcomer*.md"))
    for match in SECTION.finditer(path.read_text(encoding="utf-8"))
]
IDENTIFIERS = [f"{section.path.stem}: {section.title}" for section in SECTIONS]


def report_of(diagnostics: list[Diagnostic]) -> str:
    lines: list[str] = []
    for each in diagnostics:
        line, column = each.source.position(each.span.start)
        lines.append(f"{line}:{column} [{each.code}] {each.message}")
        lines += [] if each.help is None else [f"help: {each.help}"]
    return "".join(f"{line}\n" for line in lines)


def apply_fix(program: str, diagnostic: Diagnostic) -> str:
    edits = sorted(diagnostic.fixes[0].edits, key=lambda edit: edit.span.start, reverse=True)
    for edit in edits:
        program = program[: edit.span.start] + edit.text + program[edit.span.end :]
    return program


@pytest.mark.parametrize("section", SECTIONS, ids=IDENTIFIERS)
def test_mistake(section: Section, bless: bool) -> None:
    diagnostics = check_text("main.bd", section.program)
    report = report_of(diagnostics)
    if bless:
        text = section.path.read_text(encoding="utf-8")
        before = f"```beskid\n{section.program}```\n"
        old = f"{before}\n```text\n{section.report}```\n" if section.report else before
        section.path.write_text(text.replace(old, f"{before}\n```text\n{report}```\n", 1), encoding="utf-8")
        return
    assert report == section.report
    assert len(diagnostics) == 1
    diagnostic = diagnostics[0]
    assert diagnostic.help or diagnostic.fixes
    if diagnostic.fixes:
        repaired = apply_fix(section.program, diagnostic)
        after = check_text("main.bd", repaired)
        assert not has_errors(after), report_of(after)
        assert repaired == section.fixed or not diagnostic.fixes[0].safe
    assert section.fixed != section.program
    after = check_text("main.bd", section.fixed)
    assert not has_errors(after), report_of(after)


def test_titles_are_unique() -> None:
    assert len(set(IDENTIFIERS)) == len(IDENTIFIERS)


def test_every_section_has_a_fixed_program() -> None:
    titles = sum(path.read_text(encoding="utf-8").count("\n## ") for path in FOLDER.glob("newcomer*.md"))
    assert titles == len(SECTIONS) >= 150
