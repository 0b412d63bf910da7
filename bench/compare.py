"""Compare the running time of the programs, compiled by this tree and by another revision.

    python bench/compare.py REV [--rounds N] [--threshold RATIO] [--small] [NAME…]

The sources of the programs are those of this tree; the compiler, the core library and the runtime are of each state.
The runs are interleaved, and every other round is in the opposite order. What is compared is user time: system time is
mostly that of clearing pages, which flips with the order of programs. Exit status 1 when a median of the ratios is
above the threshold.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.inputs import input_file  # noqa: E402
from bench.measure import Contestant, build_launcher, run_once  # noqa: E402
from bench.suite import SUITE, Program, beskid_source  # noqa: E402
from tools.other_trees import interpreter_for  # noqa: E402

RESULTS = ROOT / "bench" / "results"
DEFAULT_THRESHOLD = 1.1


@dataclass(frozen=True)
class Compared:
    """One program: median user seconds of both states, and the median of the ratios, this by the other."""

    name: str
    other_seconds: float
    seconds: float
    ratio: float

    def row(self, threshold: float) -> str:
        mark = " slower" if self.ratio > threshold else ""
        return f"| {self.name} | {self.other_seconds:.3f} s | {self.seconds:.3f} s | {self.ratio:.2f}{mark} |"


def check_out(revision: str, folder: Path) -> str:
    """Extract a revision, build its runtime, and return the interpreter that imports its compiler."""
    tree = folder / "tree"
    tree.mkdir()
    archive = subprocess.run(["git", "archive", revision], cwd=ROOT, capture_output=True, check=False)
    if archive.returncode != 0:
        raise SystemExit(archive.stderr.decode(errors="replace").strip())
    subprocess.run(["tar", "-x", "-C", str(tree)], input=archive.stdout, check=True)
    python = interpreter_for(tree, folder / "environment")
    subprocess.run([python, "tools/build_runtime.py"], cwd=tree, check=True, stdout=subprocess.DEVNULL)
    return python


def build(python: str, source: Path, output: Path) -> list[str]:
    """Compile a program with the compiler of an interpreter, and return the command that runs it."""
    words = [python, "-m", "beskid", "build", str(source), "-o", str(output), "--no-emit-metadata"]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    return [str(output)]


def compare(program: Program, other: str, folder: Path, rounds: int, small: bool, launcher: Path) -> Compared:
    """Build a program in both states and run them in turn."""
    argument = program.small if small else program.argument
    if ":" in argument:
        kind, size = argument.split(":")
        argument = str(input_file(RESULTS, kind, int(size)))
    source = beskid_source(program.name)
    ours = Contestant("this", [*build(sys.executable, source, folder / f"{program.name}-this"), argument])
    theirs = Contestant("other", [*build(other, source, folder / f"{program.name}-other"), argument])
    for number in range(rounds):
        for contestant in (ours, theirs) if number % 2 else (theirs, ours):
            run_once(contestant, launcher)
    if ours.output != theirs.output:
        raise SystemExit(f"{program.name}: the two states print different things")
    ratios = [mine / max(its, 1e-9) for mine, its in zip(ours.user_seconds, theirs.user_seconds, strict=True)]
    return Compared(
        program.name,
        statistics.median(theirs.user_seconds),
        statistics.median(ours.user_seconds),
        statistics.median(ratios),
    )


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="compare the running time of programs with another revision")
    parser.add_argument("revision", metavar="REV", help="the other revision")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threshold", type=float, default=DEFAULT_THRESHOLD, help="largest ratio that passes")
    parser.add_argument("--small", action="store_true", help="tiny inputs, to see that everything works")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these programs")
    options = parser.parse_intermixed_args(words)
    unknown = set(options.names) - {program.name for program in SUITE}
    if unknown:
        parser.error(f"unknown {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        launcher = build_launcher(folder)
        if launcher is None:
            raise SystemExit("a C compiler is needed to measure user time")
        other = check_out(options.revision, folder)
        print(f"| program | {options.revision} | this tree | ratio |\n|---|---:|---:|---:|")
        slow = False
        for program in SUITE:
            if not options.names or program.name in options.names:
                compared = compare(program, other, folder, options.rounds, options.small, launcher)
                print(compared.row(options.threshold), flush=True)
                slow = slow or compared.ratio > options.threshold
    raise SystemExit(1 if slow else 0)


if __name__ == "__main__":
    main()
