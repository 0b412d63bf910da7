"""Builds and asks the programs with which the core library is compared with its references."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests import limits

PROGRAMS = Path(__file__).resolve().parent / "programs"
STRESS = {**os.environ, "BESKID_GC_STRESS": "1"}
"""An environment in which every allocation collects."""

STRESSED = 20


def built(source: Path, folder: Path, level: str = "-O2") -> Path:
    """Return the executable of a program, made in a folder."""
    target = folder / source.stem
    words = [sys.executable, "-m", "beskid", "build", level, str(source), "-o", str(target)]
    done = limits.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return target


def answers(program: Path, lines: Sequence[str], *arguments: str, stress: bool = False) -> list[str]:
    """Return the line with which a program answers each line, collecting at every allocation under stress."""
    done = limits.run(
        [program, *arguments],
        input="".join(f"{line}\n" for line in lines),
        env=STRESS if stress else None,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    given = done.stdout.split("\n")[:-1]
    assert len(given) == len(lines)
    return given


def compare(program: Path, expected: Mapping[str, str]) -> None:
    """Compare all answers, and the first of them with a collection at every allocation."""
    given = answers(program, list(expected))
    found = dict(zip(expected, given, strict=True))
    assert {line: answer for line, answer in found.items() if answer != expected[line]} == {}
    require_same_under_stress([program], [f"{line}\n" for line in expected], given)


def require_same_under_stress(command: Sequence[str | Path], questions: Sequence[str], answers: Sequence[str]) -> None:
    """Ask the first questions again with a collection at every allocation; each is answered by one line."""
    text = "".join(questions[:STRESSED])
    done = limits.run(command, input=text.encode(), capture_output=True, check=True, env=STRESS)
    assert done.stdout.decode().split("\n")[:-1] == list(answers[:STRESSED])
