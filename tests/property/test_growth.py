"""The processor time that checking takes grows with the length of the program, and no faster."""

from __future__ import annotations

import gc
import time
from pathlib import Path

from bench.mixed_programs import write_mixed_project

from beskid.driver.options import CompileOptions
from beskid.driver.project import ResolveFailure, resolve_input
from beskid.driver.session import Session

LINES = (2_000, 8_000)
MOST = 4.8
"""Four times the lines may take this many times the time."""

ROUNDS = 3


def seconds_to_check(folder: Path) -> float:
    resolved = resolve_input(folder, None, None, folder)
    assert not isinstance(resolved, ResolveFailure)
    session = Session(resolved, CompileOptions(), {"XDG_CACHE_HOME": str(folder / "cache")})
    gc.collect()
    start = time.process_time()
    checked = session.check(needs_entry=True)
    taken = time.process_time() - start
    assert checked.typed is not None
    return taken


def test_four_times_the_lines_take_four_times_the_time(tmp_path: Path) -> None:
    folders = [write_mixed_project(tmp_path / str(lines), lines) for lines in LINES]
    rounds = [[seconds_to_check(folder) for folder in folders] for _ in range(ROUNDS)]
    smaller, larger = (min(seconds) for seconds in zip(*rounds, strict=True))
    assert larger <= MOST * smaller, f"{larger:.2f} s and {smaller:.2f} s"
