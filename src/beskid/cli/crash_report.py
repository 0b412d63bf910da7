"""The report file of an internal compiler error."""

from __future__ import annotations

import os
import platform
import sys
import traceback

from beskid import __version__
from beskid.driver.cache.store import REPORTS, user_cache_folder
from beskid.files.folders import PrivateFolder


def write_report(error: Exception) -> str:
    """Write the report file and return its path, or an empty string when it cannot be written."""
    lines = [
        f"beskid {__version__}",
        f"python {platform.python_version()} on {platform.platform()}",
        "arguments: " + " ".join(sys.argv[1:]),
        "",
        *traceback.format_exception(error),
    ]
    root = PrivateFolder.open(user_cache_folder(dict(os.environ)), create=True)
    if root is None:
        return ""
    name = f"report-{os.getpid()}.txt"
    with root:
        reports = root.child(REPORTS, create=True)
        if reports is None:
            return ""
        with reports:
            is_written = reports.write(name, "\n".join(lines).encode("utf-8", "replace"))
            return f"{reports.path}/{name}" if is_written else ""
