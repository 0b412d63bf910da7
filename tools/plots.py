"""Plots of the tables of `bench/README.md`, as SVG: each peer's number by ours, a row for each program.

`bench/run.py --write` writes the tables from the numbers of a run, so the pictures show what the tables say.
"""

from __future__ import annotations

import re
from html import escape
from itertools import cycle

COLORS = ("#2f9e5f", "#c2410c", "#2563eb", "#a16207", "#9333ea", "#db2777")
LEFT, WIDTH, ROW, TOP = 150, 720, 22, 58
TICKS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
MIN_AMOUNT = 1.0
"""Below a millisecond or a megabyte a ratio says nothing."""

_NO_PEERS = ("program", "beskid", "live", "peak by live", "longest pause", "goal")
"""The headings of the columns beside those of the peers."""

_CELL = re.compile(r"([\d.]+) (?:ms|MB)\b")
_TABLES = {
    "Running time, median": "Running time by Beskid's: right of the line, the peer takes longer",
    "Memory: peak resident": "Peak of memory by Beskid's: right of the line, the peer takes more",
}
"""The words before a table, and the title of its plot."""


def with_plots(page: str) -> str:
    """Return the page of the measurements with a plot before each of the tables that has one."""
    for words, title in _TABLES.items():
        start = page.index("\n|", page.index(words)) + 1
        table = page[start : page.index("\n\n", start)]
        page = f"{page[:start]}{plot(title, table)}\n\n{page[start:]}"
    return page


def ratios(table: str) -> tuple[list[str], dict[str, list[float | None]]]:
    """Return the peers of a table in Markdown, and for each program the number of each peer by ours."""
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    others = [name for name in head if name not in _NO_PEERS]
    peers = [name for name in others if any(_CELL.match(row[head.index(name)]) for row in rows)]
    found: dict[str, list[float | None]] = {}
    for row in rows:
        own = _number(row[head.index("beskid")])
        values = [_number(row[head.index(name)]) for name in peers]
        if own is not None and own >= MIN_AMOUNT and any(values):
            found[row[head.index("program")]] = [None if each is None else each / own for each in values]
    return peers, found


def plot(title: str, table: str) -> str:
    """Draw a table: a dot for each peer, on a scale that doubles."""
    peers, rows = ratios(table)
    bottom = TOP + ROW * len(rows)
    parts = [_text(0, 16, title, "start", 15)]
    for number, name in enumerate(peers):
        left = LEFT + 100 * number
        parts.append(
            f'<circle cx="{left}" cy="34" r="5" fill="{COLORS[number % len(COLORS)]}"/>{_text(left + 10, 38, name)}'
        )
    for tick in TICKS:
        x = _place(tick)
        width = 2 if tick == 1 else 0.5
        parts.append(f'<path d="M{x:.0f} {TOP - 8}V{bottom}" stroke="currentColor" stroke-width="{width}"/>')
        more = " +" if tick == TICKS[-1] else ""
        parts.append(_text(x, bottom + 16, f"{tick:g} ×{more}", "middle"))
    for number, (name, values) in enumerate(rows.items()):
        y = TOP + ROW * number + ROW // 2
        parts.append(_text(LEFT - 12, y + 4, name, "end"))
        for color, peer, ratio in zip(cycle(COLORS), peers, values, strict=False):
            if ratio is not None:
                label = escape(f"{name}: {peer} takes {ratio:.2f} times as much")
                x = _place(min(max(ratio, TICKS[0]), TICKS[-1]))
                parts.append(f'<circle cx="{x:.1f}" cy="{y}" r="5" fill="{color}"><title>{label}</title></circle>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom + 24}" role="img" '
        f'aria-label="{escape(title)}">{"".join(parts)}</svg>'
    )


def _place(ratio: float) -> float:
    from math import log2

    low, high = log2(TICKS[0]), log2(TICKS[-1])
    return LEFT + (WIDTH - LEFT - 24) * (log2(ratio) - low) / (high - low)


def _text(x: float, y: float, text: str, anchor: str = "start", size: int = 12) -> str:
    return (
        f'<text x="{x:.0f}" y="{y}" text-anchor="{anchor}" fill="currentColor" font-family="sans-serif" '
        f'font-size="{size}">{escape(text)}</text>'
    )


def _number(cell: str) -> float | None:
    found = _CELL.match(cell)
    return float(found[1]) if found else None
