"""Builds the programs with which the core library is compared with its references."""

from __future__ import annotations

import sys
from pathlib import Path

from tests import limits

PROGRAMS = Path(__file__).resolve().parent / "programs"


def built(source: Path, folder: Path, level: str = "-O2") -> Path:
    """Return the executable of a program, made in a folder."""
    target = folder / source.stem
    words = [sys.executable, "-m", "beskid", "build", level, str(source), "-o", str(target)]
    done = limits.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return target
