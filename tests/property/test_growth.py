"""The processor time of compiling grows with the length of the program, and no faster."""

from __future__ import annotations

import gc
import time
from pathlib import Path

from bench.mixed_programs import write_mixed_project

from beskid.driver.inputs.project import ResolveFailure, resolve_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.ir.verify import verify
from beskid.lower.pipeline import PassOptions, run_passes

LINES = (1_000, 4_000)
MOST = 6.5
"""Four times the lines may take this many times the time; the square of it would be 16 times."""

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


def test_many_live_references_cost_little(tmp_path: Path) -> None:
    """Finding slots for two thousand strings that live across two thousand calls, and proving them visible."""
    count = 2_000
    lines = ['string make(i64 n) => "v${n}";', "unit main() {", "    i64 mut total = 0;"]
    lines += [f"    let s{number} = make({number});" for number in range(count)]
    lines += [f"    total += s{number}.Len();" for number in range(count)]
    lines += ['    PrintLine("${total}");', "}", ""]
    file = tmp_path / "live.bd"
    file.write_text("\n".join(lines), encoding="utf-8")
    resolved = resolve_input(file, None, None, tmp_path)
    assert not isinstance(resolved, ResolveFailure)
    module = Session(resolved, CompileOptions(), {"XDG_CACHE_HOME": str(tmp_path / "cache")}).lowered()
    assert module is not None
    start = time.process_time()
    run_passes(module, PassOptions(verify_each=False))
    assert not verify(module, after_roots=True)
    taken = time.process_time() - start
    assert taken < 10.0, f"{taken:.2f} s"
