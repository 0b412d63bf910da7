"""The folder of wine, made once for an environment of tests."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from tests import limits

FOLDER = Path(sys.prefix) / "wine"
SECONDS = 300


@cache
def wine_variables() -> dict[str, str]:
    """Return the variables under which wine runs a program and prints nothing itself.

    The first call of an environment takes ten seconds.
    """
    # No window, no browser, which wine would ask about, and names in UTF-8.
    quiet = {"WINEDEBUG": "-all", "DISPLAY": "", "WINEDLLOVERRIDES": "mscoree=;mshtml=", "LC_ALL": "C.UTF-8"}
    with Path(f"{FOLDER}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not FOLDER.is_dir():
            started = FOLDER.with_name("wine-new")
            shutil.rmtree(started, ignore_errors=True)
            variables = {**os.environ, **quiet, "WINEPREFIX": str(started)}
            for command in (["wineboot", "--init"], ["wineserver", "--wait"]):
                limits.run(
                    command, env=variables, timeout=SECONDS, check=True,
                    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                )  # fmt: skip
            started.rename(FOLDER)
    return {**quiet, "WINEPREFIX": str(FOLDER)}
