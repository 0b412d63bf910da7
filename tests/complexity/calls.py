"""Counts calls, which do not depend on how busy the machine is."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from types import FrameType


def count_calls(action: Callable[[], object]) -> int:
    """Run an action and return the number of calls that it makes, those of C functions included."""
    calls = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        if event in ("call", "c_call"):
            calls += 1

    gc.collect()
    sys.setprofile(note)
    try:
        action()
    finally:
        sys.setprofile(None)
    return calls
