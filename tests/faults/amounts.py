"""How much the tests of this folder try: a little in an ordinary run, everything with `BESKID_FAULTS=all`."""

from __future__ import annotations

import os

VARIABLE = "BESKID_FAULTS"


def is_long() -> bool:
    return os.environ.get(VARIABLE, "") == "all"


def amount(short: int, long: int) -> int:
    """Return `short` in an ordinary run; `BESKID_FAULTS=N` multiplies it, and `BESKID_FAULTS=all` means `long`."""
    if is_long():
        return long
    return short * int(os.environ.get(VARIABLE) or "1")
