"""The measured programs: source, input, the peers they are compared with, and their goals."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bench.inputs import input_file
from bench.measure import Contestant, interleave
from bench.peers import PEERS, PROGRAMS, ROOT, build_beskid, build_peer

COMPUTE = "compute"
MEMORY = "memory"
TEXT = "text"
MIXED = "mixed"
PAUSE = "pause"

MEAN_GOAL = 1.0
"""Of the geometric mean of all programs, for gcc -O2 and for rustc -O."""
PEAK_GOAL = 1.5
PAUSE_GOAL_MILLISECONDS = 2.0


@dataclass(frozen=True)
class Program:
    """One program. `argument` is a number, or `KIND:BYTES` for an input file; `small` one that takes no time.

    Programs of the pause set have no peers: what counts is how long the collector stops them.
    Programs of the memory set say with a second argument how much data lives where it is most. `rust` is the goal for
    the time by that of rustc, where there is one; that by the time of Go is 1.
    """

    name: str
    group: str
    argument: str
    small: str
    note: str = ""
    rust: float | None = None

    @property
    def rivals(self) -> dict[str, float]:
        """Return the peers of the goal with the allowed ratios."""
        if self.group == PAUSE:
            return {}
        return {"go": 1.0} if self.rust is None else {"go": 1.0, "rustc -O": self.rust}


SUITE = (
    Program("fib", COMPUTE, "40", "20"),
    Program("nbody", COMPUTE, "5000000", "1000", rust=1.15),
    Program("spectral_norm", COMPUTE, "2000", "100"),
    Program("mandelbrot", COMPUTE, "2000", "50"),
    Program("fannkuch", COMPUTE, "10", "6"),
    Program("nqueens", COMPUTE, "14", "6"),
    Program("matrix", COMPUTE, "800", "20"),
    Program("sieve", COMPUTE, "10000000", "1000"),
    Program("trees", MEMORY, "18", "6", "depth 18"),
    Program("list_churn", MEMORY, "3000", "10"),
    Program("hash_map", MEMORY, "5000000", "1000", "5 million integers"),
    Program("word_frequencies", MEMORY, "text:50000000", "text:20000", "50 MB"),
    Program("sort", TEXT, "5000000", "1000", "5 million integers", rust=0.7),
    Program("strings", TEXT, "3000000", "1000"),
    Program("large_heap", PAUSE, "400", "1", "500 MB live"),
    Program("json", TEXT, "json:20000000", "json:20000", "20 MB"),
    Program("life", MIXED, "400", "3", "256 by 256 cells"),
    Program("edit_distance", MIXED, "12000", "50"),
    Program("dijkstra", MIXED, "300000", "100", "2 million edges"),
    Program("records", MIXED, "1000000", "1000", "a million structs", rust=1.3),
    Program("evaluator", MIXED, "600", "1"),
    Program("factorial", MIXED, "25000", "100"),
    Program("simulator", MIXED, "2000000", "100"),
    Program("logs", MIXED, "400000", "100", "400,000 lines"),
    Program("matcher", MIXED, "4000000", "1000", "4 MB"),
    Program("compress", MIXED, "20000000", "1000", "20 MB"),
)


def beskid_source(name: str) -> Path:
    """Return what to compile for a program."""
    if name == "nbody":
        return ROOT / "examples" / "nbody.bd"
    return PROGRAMS / f"{name}.bd"


@dataclass
class Measured:
    """Return the contestants of a program, ours first, and its memory: live bytes and longest pause in ms."""

    program: Program
    contestants: list[Contestant]
    live_bytes: int | None = None
    pause_milliseconds: float | None = None

    def contestant(self, name: str) -> Contestant | None:
        return next((contestant for contestant in self.contestants if contestant.name == name), None)


def measure_program(
    program: Program, folder: Path, inputs: Path, rounds: int, launcher: Path | None, small: bool
) -> Measured:
    """Build all contestants, run them in turn, and compare their outputs."""
    argument = program.small if small else program.argument
    if ":" in argument:
        kind, size = argument.split(":")
        argument = str(input_file(inputs, kind, int(size)))
    ours = build_beskid(beskid_source(program.name), folder)
    contestants = [Contestant("beskid", [*ours, argument])]
    for peer in PEERS:
        command = build_peer(peer, program.name, folder)
        if command is not None:
            contestants.append(Contestant(peer.name, [*command, argument]))
    interleave(contestants, rounds, launcher)
    for contestant in contestants[1:]:
        if contestant.output != contestants[0].output:
            raise SystemExit(f"{program.name}: {contestant.name} prints something else than beskid")
    return Measured(program, contestants)
