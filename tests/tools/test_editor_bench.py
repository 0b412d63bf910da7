"""The benchmark of the language server runs on a project that is checked before every request could be asked."""

from __future__ import annotations

import sys
from pathlib import Path

from tests import limits

ROOT = Path(__file__).resolve().parents[2]


def test_a_small_project_is_measured() -> None:
    command = [sys.executable, "-m", "bench.editor", "--lines", "250", "--edits", "1"]
    done = limits.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "all requests, while checking" in done.stdout
