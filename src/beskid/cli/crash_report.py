"""The report file of an internal compiler error."""

from __future__ import annotations

import os
import platform
import sys
import traceback
from pathlib import Path

from beskid import __version__
from beskid.driver.cache.store import user_cache_folder


def write_report(error: Exception) -> str:
    """Write the report file and return its path, or an empty string when it cannot be written."""
    lines = [
        f"beskid {__version__}",
        f"python {platform.python_version()} on {platform.platform()}",
        "arguments: " + " ".join(sys.argv[1:]),
        "",
        *traceback.format_exception(error),
    ]
    path = Path(user_cache_folder(dict(os.environ))) / "reports" / f"report-{os.getpid()}.txt"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines), encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return str(path)
