"""Measure programs and latencies, print the tables, and keep the numbers.

    python bench/run.py [--rounds N] [--quick] [--write]

Every contestant of a table runs once a round, so ratios compare like with like. Numbers go to
`bench/results/latest.json`; `--write` puts the tables into `bench/README.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.foreign import measure_foreign  # noqa: E402
from bench.gate import measure_gates  # noqa: E402
from bench.latency import Row, measure_latencies  # noqa: E402
from bench.measure import Contestant, interleave  # noqa: E402
from bench.peers import PEERS, PROGRAMS, build_beskid, build_peer  # noqa: E402

RESULTS = ROOT / "bench" / "results"
README = ROOT / "bench" / "README.md"
BEGIN = "<!-- tables: written by python bench/run.py --write -->"
END = "<!-- end of tables -->"


@dataclass(frozen=True)
class Program:
    """One program: its source, its arguments, the peer of the goal and the ratio that is allowed."""

    name: str
    source: Path
    arguments: tuple[str, ...]
    rival: str
    goal: float


SUITE = (
    Program("nbody", ROOT / "examples" / "nbody.bd", ("5000000",), "gcc -O2", 1.3),
    Program("spectral_norm", PROGRAMS / "spectral_norm.bd", ("2000",), "gcc -O2", 1.3),
    Program("sieve", PROGRAMS / "sieve.bd", ("10000000",), "gcc -O2", 1.3),
    Program("fib", PROGRAMS / "fib.bd", ("40",), "clang -O2", 1.2),
    Program("mandelbrot", PROGRAMS / "mandelbrot.bd", ("2000",), "gcc -O2", 1.15),
    Program("fannkuch", PROGRAMS / "fannkuch.bd", ("10",), "gcc -O2", 1.15),
    Program("nqueens", PROGRAMS / "nqueens.bd", ("14",), "gcc -O2", 1.15),
    Program("matrix", PROGRAMS / "matrix.bd", ("800",), "gcc -O2", 1.15),
    Program("trees", PROGRAMS / "trees.bd", ("18",), "go", 1.2),
    Program("list_churn", PROGRAMS / "list_churn.bd", ("3000",), "go", 1.2),
    Program("hash_map", PROGRAMS / "hash_map.bd", ("5000000",), "go", 1.2),
    Program("sort", PROGRAMS / "sort.bd", ("5000000",), "go", 1.0),
    Program("strings", PROGRAMS / "strings.bd", ("3000000",), "go", 1.0),
)


def measure_program(program: Program, folder: Path, rounds: int) -> list[Contestant]:
    """All contestants of one program, ours first; their outputs must be equal."""
    contestants = [Contestant("beskid", [*build_beskid(program.source, folder), *program.arguments])]
    for peer in PEERS:
        command = build_peer(peer, program.name, folder)
        if command is not None:
            contestants.append(Contestant(peer.name, [*command, *program.arguments]))
    interleave(contestants, rounds)
    for contestant in contestants[1:]:
        if contestant.output != contestants[0].output:
            raise SystemExit(f"{program.name}: {contestant.name} prints something else than beskid")
    return contestants


def program_table(results: dict[str, list[Contestant]]) -> list[str]:
    """Milliseconds, and in brackets the ratio to ours."""
    names = ["beskid", *[peer.name for peer in PEERS]]
    present = [name for name in names if any(c.name == name for row in results.values() for c in row)]
    lines = [
        "| program | " + " | ".join(present) + " | goal |",
        "|---|" + "---:|" * len(present) + "---|",
    ]
    for program in SUITE:
        if program.name not in results:
            continue
        row = {contestant.name: contestant for contestant in results[program.name]}
        ours = row["beskid"]
        cells = [f"{ours.median() * 1000:.0f} ms"]
        for name in present[1:]:
            cells.append(f"{row[name].median() * 1000:.0f} ms ({ours.ratio_to(row[name]):.2f})" if name in row else "–")
        lines.append(f"| {program.name} | " + " | ".join(cells) + f" | ≤ {program.goal} × {program.rival} |")
    return lines


def latency_table(rows: list[Row]) -> list[str]:
    lines = ["| what | median | goal |", "|---|---:|---:|"]
    lines += [f"| {row.name} | {shown(row.value)} {row.unit} | ≤ {row.goal:.0f} {row.unit} |" for row in rows]
    return lines


def ratio_table(rows: list[Row]) -> list[str]:
    lines = ["| what | ratio | goal |", "|---|---:|---:|"]
    lines += [f"| {row.name} | {row.value:.2f} | ≤ {row.goal:.1f} |" for row in rows]
    return lines


def shown(value: float) -> str:
    """Whole numbers, and two digits of what is below ten."""
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"


def machine() -> str:
    """The machine in a line."""
    model = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    except OSError:
        pass
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def write_readme(tables: list[str]) -> None:
    """Replace the tables in the page."""
    text = README.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    README.write_text(head + BEGIN + "\n" + "\n".join(tables) + "\n" + END + tail, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description="measure programs and latencies")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="three rounds")
    parser.add_argument("--write", action="store_true", help="write the tables into bench/README.md")
    parser.add_argument("names", nargs="*", help="only these programs (`latency`, `foreign` for the other tables)")
    options = parser.parse_args()
    rounds = 3 if options.quick else options.rounds
    results: dict[str, list[Contestant]] = {}
    rows: list[Row] = []
    foreign: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for program in SUITE:
            if options.names and program.name not in options.names:
                continue
            print(f"measuring {program.name} …", file=sys.stderr, flush=True)
            results[program.name] = measure_program(program, folder, rounds)
        if not options.names or "latency" in options.names:
            print("measuring latencies …", file=sys.stderr, flush=True)
            rows = [*measure_latencies(folder, rounds), *measure_gates(folder, rounds)]
        if not options.names or "foreign" in options.names:
            print("measuring foreign calls …", file=sys.stderr, flush=True)
            foreign = measure_foreign(folder, rounds)
    tables = [machine(), ""]
    if results:
        tables += [
            "Running time, median of the rounds; in brackets the median of our time by the peer's, round by round:",
            "",
        ]
        tables += [*program_table(results), ""]
    if rows:
        tables += ["What a person waits for:", "", *latency_table(rows)]
    if foreign:
        tables += ["", "What calls of C cost, medians of the rounds:", "", *ratio_table(foreign)]
    print("\n".join(tables))
    RESULTS.mkdir(exist_ok=True)
    numbers = {
        "machine": machine(),
        "programs": {n: {c.name: c.seconds for c in row} for n, row in results.items()},
        "latencies": {row.name: {"value": row.value, "unit": row.unit, "goal": row.goal} for row in [*rows, *foreign]},
    }
    (RESULTS / "latest.json").write_text(json.dumps(numbers, indent=1), encoding="utf-8")
    if options.write:
        write_readme(tables)


if __name__ == "__main__":
    main()
