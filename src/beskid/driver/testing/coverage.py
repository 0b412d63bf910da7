"""The coverage of tests: counters that all test processes share, and the reports of what ran.

Takes the points of a program and lends memory to its tests; returns the count of each line and function, as text, JSON
or in the format of lcov. A test that panics, is killed or runs out of time has counted up to there. Nothing is printed
or written here.
"""

from __future__ import annotations

import ctypes
import mmap
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from beskid.base.node import value
from beskid.driver.outputs import LCOV_MARK
from beskid.driver.tables import aligned_table
from beskid.engine.case_table import TestTable
from beskid.lower.points import Points

_WORD = 8
_COLUMNS = ("File", "Lines", "", "Functions", "", "Lines that did not run")
TOTAL = "Total"


class Counters:
    """The counters of a program, once for each test that runs at the same time, so that no two tests share a word."""

    __slots__ = ("_address", "_count", "_held", "_slots", "_table")

    def __init__(self, count: int, slots: int) -> None:
        self._count = count
        self._slots = slots
        self._held = mmap.mmap(-1, max(1, count * slots) * _WORD)
        self._address = ctypes.addressof(ctypes.c_char.from_buffer(self._held))
        self._table: TestTable | None = None

    def attach(self, table: TestTable) -> TestTable:
        """Count what the tests of the table run."""
        self._table = table
        return table

    def begin(self, slot: int) -> None:
        """Count what this process runs from now on in the memory of a slot."""
        if self._table is not None:
            self._table.count_at(self._address + slot * self._count * _WORD)

    def totals(self) -> list[int]:
        """Return the sum of each counter over all tests."""
        count = self._count
        words = memoryview(self._held).cast("Q")
        try:
            return [sum(words[counter : count * self._slots : count]) for counter in range(count)]
        finally:
            words.release()


@value
class FileCoverage:
    """How often the code on each line and each function ran. Functions have their name and the line of it."""

    path: str
    lines: tuple[tuple[int, int], ...]
    functions: tuple[tuple[str, int, int], ...]

    def missed(self) -> list[tuple[int, int]]:
        """Return the first and the last line of each run of lines with code none of which ran."""
        found: list[tuple[int, int]] = []
        previous_ran = True
        for line, count in self.lines:
            if not count:
                start = line if previous_ran else found.pop()[0]
                found.append((start, line))
            previous_ran = count > 0
        return found


def coverage_of(points: Points, totals: Sequence[int]) -> list[FileCoverage]:
    """Return the coverage of each file. A line ran as often as the code on it that ran most."""
    return [
        FileCoverage(
            file.path,
            tuple([(line, max([totals[counter] for counter in counters])) for line, counters in file.lines]),
            tuple([(name, line, totals[counter]) for name, line, counter in file.functions]),
        )
        for file in points.files
    ]


def coverage_table(files: Sequence[FileCoverage]) -> str:
    """Return a row for each file and one for all of them."""
    if not files:
        return "No code to cover."
    rows = [_COLUMNS]
    for file in files:
        missed = ", ".join([str(first) if first == last else f"{first}-{last}" for first, last in file.missed()])
        rows.append((file.path, *_row([file]), missed))
    if len(files) > 1:
        rows.append((TOTAL, *_row(files), ""))
    return aligned_table(rows, left=(0, len(_COLUMNS) - 1))


def _row(files: Sequence[FileCoverage]) -> tuple[str, str, str, str]:
    lines = _ratio([count for file in files for _, count in file.lines])
    functions = _ratio([count for file in files for _, _, count in file.functions])
    return (*_shares(*lines), *_shares(*functions))


def _ratio(counts: Sequence[int]) -> tuple[int, int]:
    return sum([count > 0 for count in counts]), len(counts)


def _shares(ran: int, found: int) -> tuple[str, str]:
    """Return `RAN/FOUND` and the percentage, which is 100 only if all ran."""
    return f"{ran}/{found}", f"{ran * 1000 // found / 10:.1f}%" if found else "-"


def json_coverage(files: Iterable[FileCoverage]) -> list[dict[str, object]]:
    """Return the coverage of each file for a JSON report."""
    return [
        {
            "file": file.path,
            "lines": _json_ratio([count for _, count in file.lines]),
            "functions": _json_ratio([count for _, _, count in file.functions]),
            "missed": [list(each) for each in file.missed()],
        }
        for file in files
    ]


def _json_ratio(counts: Sequence[int]) -> dict[str, int]:
    ran, found = _ratio(counts)
    return {"ran": ran, "found": found}


def lcov_report(files: Iterable[FileCoverage]) -> bytes:
    """Return the tracefile that `genhtml` and editors read."""
    records = [LCOV_MARK]
    for file in files:
        # A name with a line break has no form in a tracefile.
        path = os.fsencode(Path(file.path).resolve()).replace(b"\n", b"\\n")
        lines = [f"FN:{line},{name}" for name, line, _ in file.functions]
        lines += [f"FNDA:{count},{name}" for name, _, count in file.functions]
        ran, found = _ratio([count for _, _, count in file.functions])
        lines += [f"FNF:{found}", f"FNH:{ran}"]
        lines += [f"DA:{line},{count}" for line, count in file.lines]
        ran, found = _ratio([count for _, count in file.lines])
        lines += [f"LF:{found}", f"LH:{ran}", "end_of_record", ""]
        records += [b"SF:", path, b"\n", "\n".join(lines).encode("utf-8", "replace")]
    return b"".join(records)
