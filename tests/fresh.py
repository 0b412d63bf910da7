"""The seeds of random tests.

An ordinary run uses the same seeds every time, so that a failure is the fault of a change. `BESKID_RANDOM=N` derives
others from the number N; the same N repeats them.
"""

from __future__ import annotations

import os

VARIABLE = "BESKID_RANDOM"


def base() -> int | None:
    """Return the number that the run was given, if any."""
    text = os.environ.get(VARIABLE, "")
    if text and not text.isdecimal():
        raise ValueError(f"{VARIABLE}={text}: expected a number")
    return int(text) if text else None


def seed(part: int) -> int:
    """Return the seed of one part of a random test."""
    number = base()
    return part if number is None else number * 1_000_003 + part
