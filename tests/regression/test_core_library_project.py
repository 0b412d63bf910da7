"""The core library's own project is checked as the library, with what only the library may name."""

from __future__ import annotations

from pathlib import Path

import pytest

from beskid.cli.main import main

CORE_LIBRARY = Path(__file__).resolve().parents[2] / "corelib"


def test_the_core_library_checks_clean(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["check", str(CORE_LIBRARY)])
    assert (status, capsys.readouterr().err) == (0, "")
