"""How many examples a test with hypothesis tries: its own number, or a multiple in the long checks."""

from __future__ import annotations

import os

FACTOR = int(os.environ.get("BESKID_TEST_FACTOR", "1"))


def examples(ordinary: int) -> int:
    """Return the number of examples of a test that tries `ordinary` ones in every run."""
    return FACTOR * ordinary
