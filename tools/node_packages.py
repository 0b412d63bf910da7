"""Install the packages of npm that the extension for Visual Studio Code needs: `python -m tools.node_packages`.

The versions and digests are those of `editors/vscode/package-lock.json`, and no script of a package runs. Without npm,
or without a network, nothing is installed, and the tests that need the packages are skipped.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

EXTENSION = Path(__file__).resolve().parent.parent / "editors" / "vscode"
LOCK = EXTENSION / "package-lock.json"
STAMP = EXTENSION / "node_modules" / ".beskid-lock.json"
"""The lock file that the installed packages are of."""

SECONDS = 120


def is_current() -> bool:
    return STAMP.is_file() and STAMP.read_bytes() == LOCK.read_bytes()


def install() -> str:
    """Install the packages unless they are there; return what went wrong, or nothing."""
    if is_current():
        return ""
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not installed"
    command = [npm, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    try:
        done = subprocess.run(command, cwd=EXTENSION, check=False, timeout=SECONDS, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"npm failed: {error}"
    if done.returncode != 0:
        return f"npm failed with status {done.returncode}"
    STAMP.write_bytes(LOCK.read_bytes())
    return ""


if __name__ == "__main__":
    problem = install()
    if problem:
        print(f"the packages of the extension are not installed: {problem}", file=sys.stderr)
