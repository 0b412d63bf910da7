"""Measures what polls cost: programs of `bench/programs` called from Python with and without them, interleaved.

`python bench/interrupts.py [NAME…]` prints the least processor time of each, and the geometric mean of the ratios.
"""

from __future__ import annotations

import contextlib
import io
import math
import re
import sys
import time
from pathlib import Path
from typing import Any

import beskid

PROGRAMS = Path(__file__).parent / "programs"
ROUNDS = 15
SIZES = {
    "fib": 36, "spectral_norm": 500, "mandelbrot": 500, "fannkuch": 9, "nqueens": 12, "matrix": 300, "sieve": 2_000_000,
    "trees": 13, "list_churn": 100, "hash_map": 200_000, "sort": 300_000, "strings": 200_000, "life": 60,
    "edit_distance": 2000, "dijkstra": 20_000, "records": 200_000, "evaluator": 20, "factorial": 8000,
    "simulator": 100_000, "logs": 20_000, "matcher": 200_000, "compress": 500_000,
}  # fmt: skip
"""The argument of each program, such that it takes 5 to 60 ms."""

MAIN = re.compile(r"^Result<unit, string> main\(", re.MULTILINE)


def measure(name: str) -> tuple[float, float]:
    """Return the milliseconds of a program without and with polls."""
    text = MAIN.sub("pub Result<unit, string> Run(", (PROGRAMS / f"{name}.bd").read_text())
    functions: list[Any] = [
        beskid.compile(text, name=name, polls=polls, on_warning="ignore").Run for polls in (False, True)
    ]
    least = [math.inf, math.inf]
    for number in range(ROUNDS):
        for place in (0, 1) if number % 2 else (1, 0):
            with contextlib.redirect_stdout(io.StringIO()):
                started = time.thread_time()
                functions[place]([str(SIZES[name])])
                least[place] = min(least[place], 1000 * (time.thread_time() - started))
    return least[0], least[1]


def main() -> None:
    ratios = []
    print("| program | without polls | with polls | ratio |\n|---|---:|---:|---:|")
    for name in sys.argv[1:] or SIZES:
        without, polling = measure(name)
        ratios.append(polling / without)
        print(f"| {name} | {without:.1f} ms | {polling:.1f} ms | {ratios[-1]:.2f} |", flush=True)
    print(f"\nGeometric mean: {math.exp(sum(map(math.log, ratios)) / len(ratios)):.3f}")


if __name__ == "__main__":
    main()
