"""Interleaved timing: every contestant once per round, so that noise affects all alike; medians and ratios.

A run is started by `launcher.c`, a small process, which tells time, user time and peak memory; without it
(`launcher=None`) time is taken here and the others are unknown.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

TIME_LIMIT = 600
SOURCE = Path(__file__).resolve().parent / "launcher.c"


@dataclass
class Contestant:
    """One command to time. Before each run, the files in `prepare` are removed and `before` is called."""

    name: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)
    prepare: Sequence[Path] = ()
    before: Callable[[], None] | None = None
    seconds: list[float] = field(default_factory=list)
    user_seconds: list[float] = field(default_factory=list)
    peak_bytes: list[int] = field(default_factory=list)
    output: bytes = b""
    errors: bytes = b""

    def median(self) -> float:
        return statistics.median(self.seconds)

    def peak(self) -> float:
        """Return the median of peak resident bytes, or NaN if it was not measured."""
        return statistics.median(self.peak_bytes) if self.peak_bytes else float("nan")

    def ratio_to(self, other: Contestant) -> float:
        """Return the median of the per-round ratios: noise in one round affects both."""
        pairs = zip(self.seconds, other.seconds, strict=True)
        return statistics.median([mine / theirs for mine, theirs in pairs])


def build_launcher(folder: Path) -> Path | None:
    """Compile the launcher into a folder; return None without a C compiler."""
    compiler = shutil.which(os.environ.get("CC", "cc"))
    if compiler is None:
        return None
    launcher = folder / "launcher"
    subprocess.run([compiler, "-O2", str(SOURCE), "-o", str(launcher)], check=True)
    return launcher


def plain_environment() -> dict[str, str]:
    """Return the environment without the variables of the measurements, for which the native command asks Python."""
    return {name: value for name, value in os.environ.items() if not name.startswith("BESKID_BENCH_")}


def run_once(contestant: Contestant, launcher: Path | None) -> None:
    """Time one run; if it fails, end the measurement with its message."""
    for path in contestant.prepare:
        remove(path)
    if contestant.before is not None:
        contestant.before()
    environment = {**plain_environment(), **contestant.environment}
    report = None if launcher is None else launcher.with_suffix(".report")
    start = [] if launcher is None or report is None else [str(launcher), str(report)]
    begin = time.perf_counter()
    done = subprocess.run(
        [*start, *contestant.command], capture_output=True, env=environment, timeout=TIME_LIMIT, check=False
    )
    seconds, status = time.perf_counter() - begin, done.returncode
    if report is not None and status == 0:
        nanoseconds, kibibytes, status, user = (int(word) for word in report.read_text(encoding="ascii").split())
        seconds = nanoseconds / 1e9
        contestant.user_seconds.append(user / 1e9)
        contestant.peak_bytes.append(kibibytes * 1024)
    if status != 0:
        raise SystemExit(f"{contestant.name} failed with status {status}\n{done.stderr.decode(errors='replace')}")
    contestant.seconds.append(seconds)
    contestant.output, contestant.errors = done.stdout, done.stderr


def remove(path: Path) -> None:
    """Delete a file, or a folder with its contents."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def interleave(contestants: Sequence[Contestant], rounds: int, launcher: Path | None = None) -> None:
    """Time all contestants in turn, `rounds` times."""
    for _ in range(rounds):
        for contestant in contestants:
            run_once(contestant, launcher)
