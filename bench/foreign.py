"""The cost of foreign calls: a call of `i32 f(i32)` against C through a function pointer, a view against an address."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

from bench.latency import Row
from bench.peers import PROGRAMS

CALL_GOAL = 1.2
VIEW_GOAL = 1.2


def measure_foreign(folder: Path, rounds: int) -> list[Row]:
    """Return the ratios of the median times."""
    library = folder / "libmeasured.so"
    peer = folder / "foreign_calls"
    program = folder / "foreign_program"
    source = str(PROGRAMS / "foreign_calls.bd")
    subprocess.run(
        ["cc", "-O2", "-shared", "-fPIC", "-o", str(library), str(PROGRAMS / "foreign_library.c")], check=True
    )
    subprocess.run(["cc", "-O2", "-o", str(peer), str(PROGRAMS / "foreign_calls.c"), "-ldl"], check=True)
    beskid = [sys.executable, "-m", "beskid"]
    permit = ["--link", "measured", "-L", str(folder)]
    subprocess.run([*beskid, "build", *permit, source, "-o", str(program)], check=True, stdout=subprocess.DEVNULL)
    contestants = {"C": [str(peer), str(library)], "JIT": [*beskid, "run", *permit, source], "AOT": [str(program)]}
    found: dict[str, list[list[int]]] = {name: [] for name in contestants}
    for _ in range(max(rounds, 3)):
        for name, command in contestants.items():
            found[name].append(_numbers(command, folder))
    median = {name: [statistics.median(column) for column in zip(*rows, strict=True)] for name, rows in found.items()}
    calls = median["C"][0]
    return [
        Row("a foreign call by JIT, C's being 1", median["JIT"][0] / calls, "×", CALL_GOAL),
        Row("a foreign call by AOT, C's being 1", median["AOT"][0] / calls, "×", CALL_GOAL),
        Row("1 MiB through a view, its address being 1", median["AOT"][1] / median["AOT"][2], "×", VIEW_GOAL),
    ]


def _numbers(command: list[str], folder: Path) -> list[int]:
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return [int(word) for word in done.stdout.split()]
