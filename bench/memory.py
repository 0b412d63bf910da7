"""Memory of programs: peak compared with live data, and the most processor time of a pause of the collector.

Peak is the most resident memory minus that of a program of the same language that does nothing but start; live is
what a full collection leaves where the program holds most. Both come from runs of their own, so timing is not touched.
"""

from __future__ import annotations

import re
from pathlib import Path

from bench.measure import Contestant, run_once
from bench.peers import PEERS, PROGRAMS, build_beskid, build_peer
from bench.suite import MEMORY, Measured

LIVE = re.compile(rb"^live (\d+)$", re.MULTILINE)
LONGEST = re.compile(rb"longest \d+(?:\.\d+)? ms \((\d+(?:\.\d+)?)\)")


def resident_at_start(folder: Path, launcher: Path | None) -> dict[str, float]:
    """Measure the resident bytes of a program in each language that only starts."""
    commands = {"beskid": build_beskid(PROGRAMS / "nothing.bd", folder)}
    for peer in PEERS:
        command = build_peer(peer, "nothing", folder)
        if command is not None:
            commands[peer.name] = command
    found: dict[str, float] = {}
    for name, command in commands.items():
        contestant = Contestant(name, command)
        run_once(contestant, launcher)
        found[name] = contestant.peak()
    return found


def measure_memory(measured: Measured) -> None:
    """Measure the live data of the memory set, and the longest pause of every program."""
    ours = measured.contestants[0]
    traced = Contestant("beskid, traced", ours.command, {"BESKID_GC_TRACE": "1"})
    run_once(traced, None)
    measured.pause_milliseconds = max((float(text) for text in LONGEST.findall(traced.errors)), default=0.0)
    if measured.program.group == MEMORY:
        weighed = Contestant("beskid, weighed", [*ours.command, "live"])
        run_once(weighed, None)
        live = LIVE.findall(weighed.errors)
        if not live or weighed.output != ours.output:
            raise SystemExit(f"{measured.program.name}: the second argument does not make it say what lives")
        measured.live_bytes = max(int(text) for text in live)
