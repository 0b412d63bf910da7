"""Programs of a newcomer: the first drafts with the diagnostics they get, and the final programs with their output.

`NAME.first.bd`, `NAME.second.bd` and `NAME.third.bd` are unedited drafts, `DRAFT.txt` is the report of `beskid check`;
`--bless` rewrites it. `NAME.bd` is the program that the newcomer ended with, `NAME.in` its input and `NAME.out` its
output.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests import limits

FOLDER = Path(__file__).parent
PROGRAMS = ("bank", "csv_report", "dijkstra", "life", "lru_cache", "matrix", "pratt", "tokens", "word_count")
DRAFTS = sorted(path.name for path in FOLDER.glob("*.*.bd"))
TIME_LIMIT = 120


def beskid(*arguments: str, input: bytes = b"") -> tuple[int, bytes, bytes]:
    command = [sys.executable, "-m", "beskid", *arguments]
    done = limits.run(command, cwd=FOLDER, input=input, capture_output=True, timeout=TIME_LIMIT)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("draft", DRAFTS)
def test_draft(draft: str, bless: bool) -> None:
    status, out, err = beskid("check", draft)
    report = out + err + f"exit {status}\n".encode()
    expected = (FOLDER / draft).with_suffix(".txt")
    if bless:
        expected.write_bytes(report)
    assert report == expected.read_bytes()


@pytest.mark.parametrize("engine", ["jit", "aot"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_program(program: str, engine: str) -> None:
    input = (FOLDER / f"{program}.in").read_bytes()
    status, out, _ = beskid("run", "-q", "--engine", engine, f"{program}.bd", input=input)
    assert status == 0
    assert out == (FOLDER / f"{program}.out").read_bytes()
