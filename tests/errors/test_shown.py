"""Diagnostics as people see them: the marked place, the secondary places and the help, one program a section.

Each section of a suite below `shown/` names in its heading the codes its program gives, each once and in the order of
their places; a `text` block behind the program is the whole report. `--bless` rewrites the reports.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from beskid.driver.session import check_text
from beskid.source.render import arrange, human

_FOLDER = Path(__file__).parent / "shown"
_SECTION = re.compile(
    r"^## (?P<title>[^\n]*)\n\n(?:[^#`\n][^\n]*\n+)*"
    r"```beskid\n(?P<program>.*?)^```\n(?:\n```text\n(?P<report>.*?)^```\n)?",
    re.MULTILINE | re.DOTALL,
)
_CODE = re.compile(r"\b(?:[EW]\d{4}|parse)\b")


@dataclass(frozen=True)
class Section:
    """One program with its report."""

    path: Path
    title: str
    program: str
    report: str


def sections() -> list[Section]:
    return [
        Section(path, match["title"], match["program"], match["report"] or "")
        for path in sorted(_FOLDER.glob("*.md"))
        for match in _SECTION.finditer(path.read_text(encoding="utf-8"))
    ]


SECTIONS = sections()


@pytest.mark.parametrize("section", SECTIONS, ids=[f"{each.path.stem}:{each.title}" for each in SECTIONS])
def test_report(section: Section, bless: bool) -> None:
    diagnostics = check_text("main.bd", section.program)
    report = human(diagnostics)
    if bless:
        bless_section(section, report)
        return
    assert [each.code for each in arrange(diagnostics)] == _CODE.findall(section.title)
    assert report == section.report


def bless_section(section: Section, report: str) -> None:
    text = section.path.read_text(encoding="utf-8")
    head = f"```beskid\n{section.program}```\n"
    block = f"\n```text\n{section.report}```\n"
    old = head + block if head + block in text else head
    new = head + (f"\n```text\n{report}```\n" if report else "")
    section.path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("path", sorted(_FOLDER.glob("*.md")), ids=lambda path: path.stem)
def test_every_program_is_read(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = [each for each in SECTIONS if each.path == path]
    assert len(found) == text.count("```beskid\n") == text.count("\n## ")
    assert len({each.program for each in found}) == len(found)
