"""The times of benchmarks: statistics, the file of `--save`, and the comparison with it.

Takes samples in nanoseconds for one call; returns texts and records. Nothing is printed, read or written here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from math import inf
from statistics import median, quantiles

from beskid.base.node import value
from beskid.driver.outputs import BENCH_GENERATOR
from beskid.driver.tables import aligned_table

_UNITS = ((1e9, "s"), (1e6, "ms"), (1e3, "us"), (1.0, "ns"))


class SavedFileError(Exception):
    """A file that `--save` did not write."""


@value
class Timing:
    """The samples of a benchmark, each the nanoseconds of one call."""

    name: str
    samples: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.samples)

    @property
    def spread(self) -> float:
        """Half the distance between the quartiles, in nanoseconds; 0 for one sample."""
        if len(self.samples) < 2:
            return 0.0
        low, _, high = quantiles(self.samples, n=4, method="inclusive")
        return (high - low) / 2


def timing_lines(timings: Sequence[Timing], before: Mapping[str, Timing] | None) -> str:
    """Return a row for each benchmark, with the change since the saved run if there is one."""
    rows = [["Benchmark", "Median", "Spread", *([] if before is None else ["Before", "Change"])]]
    for timing in timings:
        middle = timing.median
        row = [timing.name, shown_time(middle), f"{timing.spread / middle:.1%}" if middle else "-"]
        if before is not None:
            row += _comparison(timing, before.get(timing.name))
        rows.append(row)
    return aligned_table(rows)


def _comparison(timing: Timing, before: Timing | None) -> list[str]:
    if before is None:
        return ["-", "new"]
    change = timing.median / before.median - 1 if before.median else 0.0
    is_within = abs(timing.median - before.median) <= timing.spread + before.spread
    return [shown_time(before.median), f"{change:+.1%}{' (noise)' if is_within else ''}"]


def shown_time(nanos: float) -> str:
    """Return a time with three digits and its unit."""
    for size, unit in _UNITS:
        if nanos >= size or unit == "ns":
            scaled = nanos / size
            digits = 2 if scaled < 10 else 1 if scaled < 100 else 0
            return f"{scaled:.{digits}f} {unit}"
    raise AssertionError("the last unit takes every time")


def saved_run(timings: Sequence[Timing]) -> str:
    """Return the JSON of a run, which is also that of `--json`."""
    rows = [
        {
            "name": timing.name,
            "median_nanos": round(timing.median, 3),
            "spread_nanos": round(timing.spread, 3),
            "samples_nanos": [round(sample, 3) for sample in timing.samples],
        }
        for timing in timings
    ]
    return json.dumps({"generator": BENCH_GENERATOR, "benchmarks": rows}, indent=2, ensure_ascii=False) + "\n"


def read_run(data: bytes) -> dict[str, Timing]:
    """Return the benchmarks of a saved run by name. Raises `SavedFileError`."""
    try:
        content = json.loads(data)
        if content["generator"] != BENCH_GENERATOR:
            raise SavedFileError
        found = [Timing(str(row["name"]), tuple([float(each) for each in row["samples_nanos"]]))
                 for row in content["benchmarks"]]  # fmt: skip
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise SavedFileError from error
    if not all(timing.samples and all(0 <= each < inf for each in timing.samples) for timing in found):
        raise SavedFileError
    return {timing.name: timing for timing in found}
