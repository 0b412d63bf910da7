"""The sessions of the guide and of `sessions.md`, played again; `--bless` rewrites the pages."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.debug.sessions import play, sessions_of

from beskid.driver.debugging import Debugger

PAGES = (
    Path(__file__).parents[2] / "docs" / "guide" / "debugging.md",
    Path(__file__).parent / "sessions.md",
    Path(__file__).parent / "lldb_sessions.md",
)


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_sessions(page: Path, tmp_path: Path, bless: bool) -> None:
    text = page.read_text(encoding="utf-8")
    sessions = sessions_of(text, tmp_path)
    assert len(sessions) >= 2
    for session in sessions:
        debugger = Debugger.LLDB if "--lldb" in session.command else Debugger.GDB
        if shutil.which(debugger.value) is None:
            pytest.skip(f"{debugger.value} is not installed")
        shown = play(session, tmp_path)
        if bless:
            text = text.replace(session.text, shown)
        else:
            assert shown == session.text
    if bless:
        page.write_text(text, encoding="utf-8")
