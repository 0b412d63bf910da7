"""Measure the pauses of the collector with heaps of several shapes and sizes.

    python bench/pauses.py [--rounds N] [--write] [--sizes 100,500,2000] [SHAPE…]

Every heap is built and replaced by `programs/pauses.bd`, which says what `System.Runtime` counted. A pause is all that
the collector does between two operations of the program, sweeps included. Its length is given by the clock and as
processor time of the thread, since on a busy machine the clock also counts what other processes do. The longest pause
of several rounds is the median of theirs. Numbers go to `bench/results/pauses.json`; `--write` puts the table into
`bench/README.md`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.measure import Contestant, build_launcher, run_once  # noqa: E402
from bench.peers import PROGRAMS, build_beskid  # noqa: E402
from bench.readme import write_table  # noqa: E402

RESULTS = ROOT / "bench" / "results"
BEGIN = "<!-- pauses: written by python bench/pauses.py --write -->"
END = "<!-- end of pauses -->"
SHAPES = ("trees", "lists", "maps", "scalars", "references")
SIZES = (100, 500, 2000)
MEBIBYTE = 1 << 20
GOAL_MILLISECONDS = 2.0
LARGE_GOAL_MILLISECONDS = 3.0
LARGE_SIZE = 1000
TWO_MILLISECONDS = 8
"""The first bucket of the histogram whose pauses are longer than 2.048 ms."""


@dataclass
class Run:
    """What one run of a heap reported; times are milliseconds."""

    count: int
    longest: float
    total: float
    longest_processor: float
    total_processor: float
    histogram: list[int]
    seconds: float
    peak_bytes: int


@dataclass
class Heap:
    """One shape at one size in mebibytes, and its runs."""

    shape: str
    size: int
    runs: list[Run] = field(default_factory=list)

    def goal(self) -> float:
        return LARGE_GOAL_MILLISECONDS if self.size >= LARGE_SIZE else GOAL_MILLISECONDS

    def longest_processor(self) -> float:
        return statistics.median([run.longest_processor for run in self.runs])

    def row(self) -> str:
        """Render the medians as a row of the table."""
        held = [
            (run.longest_processor, run.longest, run.total_processor, run.count, sum(run.histogram[TWO_MILLISECONDS:]))
            for run in self.runs
        ]
        processor, wall, total, count, long = (statistics.median(column) for column in zip(*held, strict=True))
        seconds = statistics.median([run.seconds for run in self.runs])
        peak = statistics.median([run.peak_bytes for run in self.runs]) / MEBIBYTE
        return (
            f"| {self.shape} | {self.size} MB | {processor:.2f} ms | {wall:.2f} ms | ≤ {self.goal():.0f} ms "
            f"| {count:.0f} | {long:.0f} | {total:.0f} ms | {seconds:.2f} s | {peak:.0f} MB |"
        )


HEAD = (
    "| shape | live, about | longest pause, processor time | by the clock | goal | pauses | of more than 2 ms "
    "| all pauses | whole run | peak |",
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
)


def parse(contestant: Contestant) -> Run:
    """Return what a run printed to standard error."""
    lines = [line.split() for line in contestant.errors.decode().splitlines()]
    words = {line[0]: [int(word) for word in line[1:]] for line in lines}
    count, longest, total = words["pauses"]
    processor, total_processor = words["processor"]
    return Run(
        count,
        longest / 1e6,
        total / 1e6,
        processor / 1e6,
        total_processor / 1e6,
        words["histogram"],
        contestant.seconds[-1],
        contestant.peak_bytes[-1] if contestant.peak_bytes else 0,
    )


def measure(shapes: list[str], sizes: list[int], rounds: int) -> list[Heap]:
    """Run every shape at every size, in turn."""
    heaps = [Heap(shape, size) for size in sizes for shape in shapes]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        launcher = build_launcher(folder)
        command = build_beskid(PROGRAMS / "pauses.bd", folder)
        for _ in range(rounds):
            for heap in heaps:
                contestant = Contestant(heap.shape, [*command, heap.shape, str(heap.size)])
                run_once(contestant, launcher)
                heap.runs.append(parse(contestant))
    return heaps


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="measure the pauses of the collector")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="live mebibytes, separated by commas")
    parser.add_argument("--write", action="store_true", help="write the table into bench/README.md")
    parser.add_argument("--output", type=Path, default=RESULTS / "pauses.json", help="where the numbers go")
    parser.add_argument("shapes", nargs="*", metavar="SHAPE", help=f"only these: {', '.join(SHAPES)}")
    options = parser.parse_args(words)
    unknown = [shape for shape in options.shapes if shape not in SHAPES]
    if unknown:
        parser.error(f"unknown {', '.join(unknown)}; known are {', '.join(SHAPES)}")
    heaps = measure(options.shapes or list(SHAPES), [int(size) for size in options.sizes.split(",")], options.rounds)
    lines = [*HEAD, *(heap.row() for heap in heaps)]
    print("\n".join(lines))
    missed = [f"{heap.shape} at {heap.size} MB" for heap in heaps if heap.longest_processor() > heap.goal()]
    if missed:
        print(f"longer than the goal: {', '.join(missed)}", file=sys.stderr)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    numbers = [{"shape": heap.shape, "size": heap.size, "runs": [vars(run) for run in heap.runs]} for heap in heaps]
    options.output.write_text(json.dumps(numbers, indent=1), encoding="utf-8")
    if options.write:
        write_table(BEGIN, END, lines)


if __name__ == "__main__":
    main()
