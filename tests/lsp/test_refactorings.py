"""The refactorings of `refactorings.md`: the programs check after them, and do what they did before."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from beskid.analysis.check import deep_recursion
from beskid.driver.inputs.project import ResolvedInput, resolve_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.ide.editor import Editor
from beskid.ide.refactor import refactorings
from beskid.ir.oracle.host import MemoryHost
from beskid.ir.oracle.machine import run_module
from beskid.source.diagnostics import has_errors
from beskid.source.fixes import edited
from beskid.source.text import Span

SUITE = Path(__file__).parent / "refactorings.md"
KEEPING = ("extract", "inline")
"""The first words of actions that keep what a program does."""

_CASE = re.compile(
    r"^## (?P<title>[^:\n]+): (?P<what>.+)\n\n```beskid\n(?P<before>(?s:.*?))```\n"
    r"(?:\n```beskid\n(?P<after>(?s:.*?))```\n)?",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Case:
    title: str
    what: str
    before: str
    after: str | None
    end: int

    @property
    def is_refused(self) -> bool:
        return self.what.startswith("not ")


def cases() -> list[Case]:
    found = _CASE.finditer(SUITE.read_text(encoding="utf-8"))
    return [Case(each["title"], each["what"], each["before"], each["after"], each.end("before") + 4) for each in found]


def refactored(case: Case) -> str | None:
    """Return the text after the action of a case, or None if it is not offered."""
    start, end = case.before.index("«"), case.before.index("»") - 1
    text = case.before.replace("«", "").replace("»", "")
    editor = Editor(lambda path, source, found: None)
    editor.open("/nowhere/main.bd", text)
    snapshot = editor.snapshot("/nowhere/main.bd")
    source = snapshot.project.source_of("/nowhere/main.bd")
    assert source is not None
    with deep_recursion():
        offered = refactorings(snapshot, source, Span(start, end))
    actions = [each for each in offered if each.title.startswith(case.title)]
    assert len(actions) <= 1
    return edited(text, list(actions[0].edits)) if actions else None


def outcome(text: str, folder: Path) -> tuple[int, bytes]:
    path = folder / "main.bd"
    path.write_text(text, encoding="utf-8")
    resolved = resolve_input(path, None, None, folder)
    assert isinstance(resolved, ResolvedInput)
    session = Session(resolved, CompileOptions(), {"XDG_CACHE_HOME": str(folder)})
    module = session.lowered()
    assert not has_errors(session.diagnostics), [each.message for each in session.diagnostics]
    assert module is not None
    host = MemoryHost(stdin=b"")
    return run_module(module, host), bytes(host.stdout)


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.title}: {case.what}")
def test_refactoring(case: Case, tmp_path: Path, bless: bool) -> None:
    text = refactored(case)
    if case.is_refused:
        assert text is None
        return
    assert text is not None, "the action is not offered"
    if bless:
        now = next(each for each in cases() if each.before == case.before and each.title == case.title)
        suite = SUITE.read_text(encoding="utf-8")
        rest = suite[now.end :]
        if now.after is not None:
            rest = rest[len(f"\n```beskid\n{now.after}```\n") :]
        SUITE.write_text(f"{suite[: now.end]}\n```beskid\n{text}```\n{rest}", encoding="utf-8")
    else:
        assert text == case.after
    if case.what.startswith("beside errors"):
        return
    after = outcome(text, tmp_path)
    if case.title.startswith(KEEPING):
        assert after == outcome(case.before.replace("«", "").replace("»", ""), tmp_path)
