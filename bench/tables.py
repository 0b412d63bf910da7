"""Renders the measurements as Markdown tables and as JSON."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

from bench.compile_time import Build
from bench.latency import Row
from bench.measure import Contestant
from bench.peers import PEERS
from bench.suite import MEAN_GOAL, MEMORY, PAUSE_GOAL_MILLISECONDS, PEAK_GOAL, Measured

Json = dict[str, object]
ABSENT = "–"


def program_table(results: Sequence[Measured]) -> list[str]:
    """Format milliseconds, followed by the ratio of our time to it in brackets."""
    present = _present(contestant.name for measured in results for contestant in measured.contestants)
    lines = ["| program | " + " | ".join(present) + " | goal |", "|---|" + "---:|" * len(present) + "---|"]
    for measured in results:
        ours = measured.contestants[0]
        cells = [f"{ours.median() * 1000:.0f} ms"]
        for name in present[1:]:
            rival = measured.contestant(name)
            cells.append(
                ABSENT if rival is None else f"{rival.median() * 1000:.0f} ms ({_ratio(ours.ratio_to(rival))})"
            )
        goals = ", ".join(f"≤ {goal} × {rival}" for rival, goal in measured.program.rivals.items())
        lines.append(f"| {measured.program.name} | " + " | ".join(cells) + f" | {goals} |")
    return lines


def program_user_table(results: Sequence[Measured]) -> list[str]:
    """Format milliseconds of user time of the same runs, all threads of each together."""
    return _user_table([(measured.program.name, measured.contestants) for measured in results])


def ratios_to(results: Sequence[Measured], name: str) -> list[float]:
    """Return the ratios of our time by that of a peer, of the programs that it has."""
    rivals = [(measured.contestants[0], measured.contestant(name)) for measured in results]
    return [ours.ratio_to(rival) for ours, rival in rivals if rival is not None]


def geometric_means(results: Sequence[Measured]) -> dict[str, float]:
    """Compute for each peer the geometric mean of the ratios of all programs that it has."""
    names = _present(contestant.name for measured in results for contestant in measured.contestants)[1:]
    return {name: statistics.geometric_mean(ratios_to(results, name)) for name in names}


def mean_line(results: Sequence[Measured]) -> list[str]:
    means = geometric_means(results)
    if not means:
        return []
    shown = ", ".join(
        f"{_ratio(mean)} × {name} ({len(ratios_to(results, name))} programs)" for name, mean in means.items()
    )
    goal = f"The goal is {MEAN_GOAL} for gcc and rustc."
    return ["", f"Geometric means of the ratios: {shown}. {goal}"]


def slower_than_their_goals(results: Sequence[Measured]) -> list[str]:
    """List the programs whose ratio exceeds the goal."""
    found: list[str] = []
    for measured in results:
        for name, goal in measured.program.rivals.items():
            rival = measured.contestant(name)
            ratio = measured.contestants[0].ratio_to(rival) if rival is not None else 0.0
            if round(ratio, 2) > goal:
                found.append(f"{measured.program.name} ({_ratio(ratio)} × {name})")
    return found


def memory_table(results: Sequence[Measured], start: dict[str, float]) -> list[str]:
    """Render the peak memory of all contestants, and live data and pauses of ours."""
    present = _present(contestant.name for measured in results for contestant in measured.contestants)
    lines = [
        "| program | " + " | ".join(present) + " | live | peak by live | longest pause |",
        "|---|" + "---:|" * (len(present) + 3),
    ]
    for measured in results:
        cells = [_peak(measured.contestant(name), start.get(name, 0.0)) for name in present]
        live, ratio, pause = ABSENT, ABSENT, ABSENT
        if measured.live_bytes is not None:
            live = _megabytes(measured.live_bytes)
            ratio = f"{_above_start(measured.contestants[0], start.get('beskid', 0.0)) / measured.live_bytes:.2f}"
        if measured.pause_milliseconds is not None:
            pause = f"{measured.pause_milliseconds:.1f} ms"
        lines.append(f"| {measured.program.name} | " + " | ".join([*cells, live, ratio, pause]) + " |")
    return [
        *lines,
        "",
        f"Goals: peak by live ≤ {PEAK_GOAL}; longest pause ≤ {PAUSE_GOAL_MILLISECONDS:.0f} ms.",
    ]


def build_table(builds: Sequence[Build]) -> list[str]:
    """Format milliseconds from source to executable, followed by the ratio of our `-O2` to it in brackets."""
    names = list(dict.fromkeys(contestant.name for build in builds for contestant in build.contestants))
    lines = ["| program | " + " | ".join(names) + " |", "|---|" + "---:|" * len(names)]
    for build in builds:
        row = {contestant.name: contestant for contestant in build.contestants}
        ours = build.contestants[0]
        cells = [f"{ours.median() * 1000:.0f} ms"]
        for name in names[1:]:
            if name in row:
                cells.append(f"{row[name].median() * 1000:.0f} ms ({_ratio(ours.ratio_to(row[name]))})")
            else:
                cells.append(ABSENT)
        lines.append(f"| {build.what} | " + " | ".join(cells) + " |")
    return lines


def build_user_table(builds: Sequence[Build]) -> list[str]:
    """Format milliseconds of user time of the same builds, all processes of each together."""
    return _user_table([(build.what, build.contestants) for build in builds])


def _user_table(measured: Sequence[tuple[str, Sequence[Contestant]]]) -> list[str]:
    names = list(dict.fromkeys(contestant.name for _, contestants in measured for contestant in contestants))
    lines = ["| program | " + " | ".join(names) + " |", "|---|" + "---:|" * len(names)]
    for what, contestants in measured:
        row = {contestant.name: contestant for contestant in contestants}
        cells = [
            f"{statistics.median(row[name].user_seconds) * 1000:.0f} ms" if name in row else ABSENT for name in names
        ]
        lines.append(f"| {what} | " + " | ".join(cells) + " |")
    return lines


def latency_table(rows: Sequence[Row]) -> list[str]:
    lines = ["| what | median | goal |", "|---|---:|---:|"]
    lines += [f"| {row.name} | {_short(row.value)} {row.unit} | ≤ {row.goal:g} {row.unit} |" for row in rows]
    return lines


def ratio_table(rows: Sequence[Row]) -> list[str]:
    lines = ["| what | ratio | goal |", "|---|---:|---:|"]
    lines += [f"| {row.name} | {_ratio(row.value)} | ≤ {row.goal:.1f} |" for row in rows]
    return lines


def program_numbers(results: Sequence[Measured]) -> Json:
    return {
        measured.program.name: {
            "argument": measured.contestants[0].command[-1].rpartition("/")[2],
            "seconds": {c.name: c.seconds for c in measured.contestants},
            "peak_bytes": {c.name: c.peak_bytes for c in measured.contestants},
            "ratios": {c.name: measured.contestants[0].ratio_to(c) for c in measured.contestants[1:]},
            "goals": measured.program.rivals,
            "live_bytes": measured.live_bytes if measured.program.group == MEMORY else None,
            "pause_milliseconds": measured.pause_milliseconds,
        }
        for measured in results
    }


def build_numbers(builds: Sequence[Build]) -> Json:
    return {build.what: {c.name: c.seconds for c in build.contestants} for build in builds}


def row_numbers(rows: Iterable[Row]) -> Json:
    return {row.name: {"value": row.value, "unit": row.unit, "goal": row.goal} for row in rows}


def _present(names: Iterable[str]) -> list[str]:
    """Return the names that occur, in the order of the columns."""
    found = set(names)
    return [name for name in ("beskid", *(peer.name for peer in PEERS)) if name in found]


def _above_start(contestant: Contestant, start: float) -> float:
    return contestant.peak() - start


def _peak(contestant: Contestant | None, start: float) -> str:
    if contestant is None or not contestant.peak_bytes:
        return ABSENT
    return _megabytes(max(_above_start(contestant, start), 0))


def _megabytes(size: float) -> str:
    return f"{size / 1e6:.0f} MB" if size >= 10e6 else f"{size / 1e6:.1f} MB"


def _ratio(value: float) -> str:
    return f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def _short(value: float) -> str:
    """Format a number as an integer, or with two digits if it is below ten."""
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"
