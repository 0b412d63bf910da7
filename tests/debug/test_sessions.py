"""The sessions of the guide and of `sessions.md`, played again; `--bless` rewrites the pages."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.debug.sessions import play, sessions_of, write_programs

from beskid.driver.debugging import Debugger

PAGES = (
    Path(__file__).parents[2] / "docs" / "guide" / "debugging.md",
    Path(__file__).parent / "sessions.md",
    Path(__file__).parent / "lldb_sessions.md",
)
CASES = [
    pytest.param(page, debugger, id=f"{page.stem}-{debugger.value}")
    for page in PAGES
    for debugger in dict.fromkeys(session.debugger for session in sessions_of(page.read_text(encoding="utf-8")))
]


@pytest.mark.parametrize(("page", "debugger"), CASES)
def test_sessions(page: Path, debugger: Debugger, tmp_path: Path, bless: bool) -> None:
    if shutil.which(debugger.value) is None:
        pytest.skip(f"{debugger.value} is not installed")
    text = page.read_text(encoding="utf-8")
    write_programs(text, tmp_path)
    for session in sessions_of(text):
        if session.debugger is not debugger:
            continue
        shown = play(session, tmp_path)
        if bless:
            text = text.replace(session.text, shown)
        else:
            assert shown == session.text
    if bless:
        page.write_text(text, encoding="utf-8")


def test_each_debugger_has_sessions_in_the_guide_and_on_its_page() -> None:
    assert [case.id for case in CASES] == ["debugging-gdb", "debugging-lldb", "sessions-gdb", "lldb_sessions-lldb"]
