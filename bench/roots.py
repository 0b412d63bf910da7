"""The cost of keeping references visible to the collector: calls that allocate, with and without roots."""

from __future__ import annotations

from pathlib import Path

from bench.latency import Row
from bench.measure import Contestant, interleave
from bench.peers import PROGRAMS, build_beskid

GOAL = 1.1
ARGUMENT = "40"
SMALL_ARGUMENT = "1"


def measure_roots(folder: Path, rounds: int, small: bool) -> list[Row]:
    """Return the ratio of the times; the collector is off in both, since it cannot run without roots."""
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
