"""Measure programs, memory and latencies, print the tables, and keep the numbers.

    python bench/run.py [--rounds N] [--small] [--write] [names…]

Every contestant of a table runs once a round, so ratios compare like with like. Numbers go to
`bench/results/latest.json`; `--write` puts the tables of the measured parts into `bench/README.md` and leaves the rest.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import tables  # noqa: E402
from bench.compile_time import Build, measure_builds  # noqa: E402
from bench.foreign import measure_foreign  # noqa: E402
from bench.gate import measure_gates  # noqa: E402
from bench.latency import Row, measure_latencies  # noqa: E402
from bench.measure import build_launcher  # noqa: E402
from bench.memory import measure_memory, resident_at_start  # noqa: E402
from bench.peers import versions  # noqa: E402
from bench.readme import write_table  # noqa: E402
from bench.roots import measure_roots  # noqa: E402
from bench.suite import SUITE, Measured, measure_program  # noqa: E402

RESULTS = ROOT / "bench" / "results"
PROGRAMS, BUILDS, LATENCY, CALLS = "programs", "builds", "latency", "calls"
PARTS = (PROGRAMS, BUILDS, LATENCY, CALLS)
"""What can be measured, and written, apart from the rest."""
BEGIN = "<!-- {part}: written by python bench/run.py --write {part} -->"
END = "<!-- end of {part} -->"


@dataclass
class Findings:
    """The results of one run."""

    rounds: int
    start: dict[str, float] = field(default_factory=dict)
    programs: list[Measured] = field(default_factory=list)
    builds: list[Build] = field(default_factory=list)
    latencies: list[Row] = field(default_factory=list)
    ratios: list[Row] = field(default_factory=list)

    def sections(self) -> dict[str, list[str]]:
        """Render the tables of each part that was measured, with their headings."""
        found: dict[str, list[str]] = {}
        if self.programs:
            lines = [f"{self._origin()}.", "", *[f"- {name}: {version}" for name, version in versions().items()]]
            lines += ["", "Running time, median of the rounds; in brackets the median of our time by the peer's:"]
            lines += ["", *tables.program_table(self.programs), *tables.mean_line(self.programs)]
            if all(contestant.user_seconds for measured in self.programs for contestant in measured.contestants):
                lines += ["", "User time of the same runs, that of a collector's threads too:"]
                lines += ["", *tables.program_user_table(self.programs)]
            lines += ["", "Memory: peak resident memory above what a program that only starts takes; live data of our"]
            lines += ["programs, and the longest pause:", "", *tables.memory_table(self.programs, self.start)]
            found[PROGRAMS] = lines
        if self.builds:
            lines = [f"From a source to an executable ({self._origin()}); in brackets the median of"]
            lines += ["`beskid build -O2` by the peer's:", "", *tables.build_table(self.builds)]
            if all(contestant.user_seconds for build in self.builds for contestant in build.contestants):
                lines += ["", "The same in user time:", "", *tables.build_user_table(self.builds)]
            found[BUILDS] = lines
        if self.latencies:
            lines = [f"What a person waits for ({self._origin()}):"]
            found[LATENCY] = [*lines, "", *tables.latency_table(self.latencies)]
        if self.ratios:
            lines = [f"What calls of C and roots cost, medians of the rounds ({self._origin()}):", ""]
            found[CALLS] = [*lines, *tables.ratio_table(self.ratios)]
        return found

    def _origin(self) -> str:
        return f"{machine()}; {self.rounds} rounds"

    def numbers(self) -> tables.Json:
        return {
            "machine": machine(),
            "rounds": self.rounds,
            "versions": versions(),
            "resident_at_start": self.start,
            "programs": tables.program_numbers(self.programs),
            "geometric_means": tables.geometric_means(self.programs),
            "builds": tables.build_numbers(self.builds),
            "latencies": tables.row_numbers([*self.latencies, *self.ratios]),
        }


def measure(names: list[str], rounds: int, small: bool) -> Findings:
    """Measure everything, or only the named programs."""
    findings = Findings(rounds)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        launcher = build_launcher(folder)
        chosen = [program for program in SUITE if not names or PROGRAMS in names or program.name in names]
        if chosen:
            findings.start = resident_at_start(folder, launcher)
        for program in chosen:
            tell(program.name)
            measured = measure_program(program, folder, RESULTS, rounds, launcher, small)
            measure_memory(measured)
            findings.programs.append(measured)
        if not names or BUILDS in names:
            tell(BUILDS)
            findings.builds = measure_builds(folder, rounds, small, launcher)
        if not names or LATENCY in names:
            tell(LATENCY)
            findings.latencies = [*measure_latencies(folder, rounds), *measure_gates(folder, rounds)]
        if not names or CALLS in names:
            tell(CALLS)
            findings.ratios = [*measure_foreign(folder, rounds), *measure_roots(folder, rounds, small)]
    return findings


def tell(what: str) -> None:
    print(f"measuring {what} …", file=sys.stderr, flush=True)


def machine() -> str:
    """Describe the machine in one line."""
    model = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    except OSError:
        pass
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="measure programs, memory and latencies")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--small", action="store_true", help="tiny inputs, to see that everything works")
    parser.add_argument("--write", action="store_true", help="write the tables into bench/README.md")
    parser.add_argument("--output", type=Path, default=RESULTS / "latest.json", help="where the numbers go")
    known = [*(program.name for program in SUITE), *PARTS]
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these: {', '.join(known)}")
    options = parser.parse_args(words)
    unknown = [name for name in options.names if name not in known]
    if unknown:
        parser.error(f"unknown {', '.join(unknown)}; known are {', '.join(known)}")
    if options.write and any(name not in PARTS for name in options.names):
        parser.error(f"--write takes whole parts: {', '.join(PARTS)}")
    findings = measure(options.names, options.rounds, options.small)
    sections = findings.sections()
    print("\n\n".join(["\n".join(lines) for lines in sections.values()]))
    slow = tables.slower_than_their_goals(findings.programs)
    if slow:
        print(f"slower than the goal: {', '.join(slow)}", file=sys.stderr)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(findings.numbers(), indent=1), encoding="utf-8")
    if options.write:
        for part, lines in sections.items():
            write_table(BEGIN.format(part=part), END.format(part=part), lines)


if __name__ == "__main__":
    main()
