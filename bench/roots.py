"""What it costs to keep references visible to the collector: calls that allocate, against the same without roots."""

from __future__ import annotations

from pathlib import Path

from bench.latency import Row
from bench.measure import Contestant, interleave
from bench.peers import PROGRAMS, build_beskid

GOAL = 1.1
ARGUMENT = "40"
SMALL_ARGUMENT = "1"


def measure_roots(folder: Path, rounds: int, small: bool) -> list[Row]:
    """The ratio of the times; nobody collects, since without roots nobody can."""
    source = PROGRAMS / "expressions.bd"
    argument = SMALL_ARGUMENT if small else ARGUMENT
    off = {"BESKID_GC_PERCENT": "off"}
    contestants: list[Contestant] = []
    for name, options in (("with", ()), ("without", ("--no-roots",))):
        own = folder / f"{name}-roots"
        own.mkdir()
        contestants.append(Contestant(name, [*build_beskid(source, own, *options), argument], off))
    interleave(contestants, max(rounds, 5))
    return [
        Row("calls that allocate, the same without roots being 1", contestants[0].ratio_to(contestants[1]), "×", GOAL)
    ]
