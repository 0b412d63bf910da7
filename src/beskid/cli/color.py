"""Whether to color what is printed on standard error. A warm start imports this module."""

from __future__ import annotations

import os
import sys


def wants_color(choice: str) -> bool:
    """Return whether to color: `--color` first, then `NO_COLOR`, `CLICOLOR_FORCE`, and whether this is a terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    forced = os.environ.get("CLICOLOR_FORCE", "0")
    if forced not in ("", "0"):
        return True
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
