"""Interleaved timing: every contestant once a round, so that a noisy machine hits all alike; medians and ratios."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

TIME_LIMIT = 300


@dataclass
class Contestant:
    """One command to time. `prepare` are files to remove before each run; `stdin` is a file or nothing."""

    name: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)
    prepare: Sequence[Path] = ()
    seconds: list[float] = field(default_factory=list)
    output: bytes = b""

    def median(self) -> float:
        return statistics.median(self.seconds)

    def ratio_to(self, other: Contestant) -> float:
        """The median of the ratios round by round: what the machine does in one round hits both."""
        pairs = zip(self.seconds, other.seconds, strict=True)
        return statistics.median([mine / theirs for mine, theirs in pairs])


def run_once(contestant: Contestant) -> None:
    """Time one run; a failing one ends the measurement with its message."""
    for path in contestant.prepare:
        remove(path)
    environment = {**os.environ, **contestant.environment}
    begin = time.perf_counter()
    done = subprocess.run(
        list(contestant.command), stdout=subprocess.PIPE, env=environment, timeout=TIME_LIMIT, check=False
    )
    contestant.seconds.append(time.perf_counter() - begin)
    if done.returncode != 0:
        raise SystemExit(f"{contestant.name} failed with status {done.returncode}")
    contestant.output = done.stdout


def remove(path: Path) -> None:
    """Delete a file or a folder with everything in it."""
    if path.is_dir():
        for child in path.iterdir():
            remove(child)
        path.rmdir()
    else:
        path.unlink(missing_ok=True)


def interleave(contestants: Sequence[Contestant], rounds: int) -> None:
    """Time all contestants in turn, `rounds` times."""
    for _ in range(rounds):
        for contestant in contestants:
            run_once(contestant)
