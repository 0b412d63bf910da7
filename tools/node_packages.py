"""Install the packages of npm that the site, the extension for Visual Studio Code and a test of editors need.

`python -m tools.node_packages` installs all of them. The versions and digests are those of the lock files, and no
script of a package runs. Without npm, or without a network, nothing is installed, and the tests that need the packages
are skipped.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
EXTENSION = _ROOT / "editors" / "vscode"
SITE = _ROOT / "site"
MONACO = _ROOT / "tests" / "editors" / "monaco"
OPTIONS: dict[Path, tuple[str, ...]] = {EXTENSION: ("--omit=dev",), SITE: (), MONACO: ("--omit=optional",)}
"""The folders with packages, and what npm is told in each."""

SECONDS = 120


def packages_of(folder: Path) -> Path:
    return folder / "node_modules"


def is_current(folder: Path) -> bool:
    """Return whether the packages of a folder are those of its lock file."""
    stamp = _stamp_of(folder)
    return stamp.is_file() and stamp.read_bytes() == _lock_of(folder).read_bytes()


def install(folder: Path) -> str:
    """Install the packages of a folder unless they are there; return what went wrong, or nothing."""
    if is_current(folder):
        return ""
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not installed"
    command = [npm, "ci", *OPTIONS[folder], "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    try:
        done = subprocess.run(command, cwd=folder, check=False, timeout=SECONDS, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"npm failed: {error}"
    if done.returncode != 0:
        return f"npm failed with status {done.returncode}"
    _stamp_of(folder).write_bytes(_lock_of(folder).read_bytes())
    return ""


def _lock_of(folder: Path) -> Path:
    return folder / "package-lock.json"


def _stamp_of(folder: Path) -> Path:
    """Return the place of a copy of the lock file that the installed packages are of."""
    return packages_of(folder) / ".beskid-lock.json"


if __name__ == "__main__":
    for each in OPTIONS:
        problem = install(each)
        if problem:
            print(f"the packages of {each.relative_to(_ROOT)} are not installed: {problem}", file=sys.stderr)
