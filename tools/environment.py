"""Make the development environment: a virtual environment with beskid (editable) and its development tools.

The tools have the versions of `constraints.txt`, so that a new release of one cannot break the build. Uses the
standard library only, because it runs before anything is installed, and writes the stamp that the Makefile checks.
A second argument `cross` adds what links for other machines, which is large and which most work does not need.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MINIMUM = (3, 11)
STAMPS = {"dev": ".beskid-environment", "cross": ".beskid-cross"}
WORDS = {"dev": ("--editable", ".[dev]"), "cross": ("ziglang", "lief", "wasmtime")}
"""What pip installs: beskid with its development tools, or what links for other machines, reads the outputs and runs
those of WebAssembly."""
CONSTRAINTS = ROOT / "tools" / "constraints.txt"
RAY = "ray>=2.40"


def find_python() -> str:
    """Return this interpreter if it is new enough, otherwise the newest one on the path."""
    if sys.version_info >= MINIMUM:
        return sys.executable
    for minor in range(16, MINIMUM[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    sys.exit(f"Python {MINIMUM[0]}.{MINIMUM[1]} or newer is needed, this is {sys.version.split()[0]}")


def make_environment(python: str, folder: Path) -> None:
    """Make the virtual environment with the first tool for it that this machine has."""
    if (folder / "bin" / "python").exists():
        return
    if has_module(python, "ensurepip"):
        run([python, "-m", "venv", str(folder)])
    elif has_module(python, "virtualenv"):
        run([python, "-m", "virtualenv", "--quiet", str(folder)])
    elif has_module(python, "pip"):
        run([python, "-m", "venv", "--without-pip", str(folder)])
        run([python, "-m", "pip", "--python", str(folder / "bin" / "python"), "install", "--quiet", "pip"])
    elif shutil.which("uv"):
        run(["uv", "venv", "--seed", "--quiet", "--python", python, str(folder)])
    else:
        sys.exit("this Python cannot make a virtual environment; on Debian: apt-get install python3-venv")


def has_module(python: str, name: str) -> bool:
    if python == sys.executable:
        return importlib.util.find_spec(name) is not None
    return subprocess.run([python, "-c", f"import {name}"], capture_output=True, check=False).returncode == 0


def run(command: list[str]) -> None:
    """Run a command, and exit if it fails."""
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        sys.exit("failed: " + " ".join(command))


def install_optional(pip: list[str]) -> None:
    """Install what is not on every machine, and what some tests are skipped without."""
    if subprocess.run([*pip, RAY], cwd=ROOT, capture_output=True, check=False).returncode != 0:
        print(f"without {RAY}: the tests that use it are skipped", file=sys.stderr, flush=True)


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ".venv")
    folder = folder if folder.is_absolute() else ROOT / folder
    extra = sys.argv[2] if len(sys.argv) > 2 else "dev"
    print(f"making the environment ({extra}, once) …", file=sys.stderr, flush=True)
    make_environment(find_python(), folder)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--constraint", str(CONSTRAINTS)]
    run([*pip, *WORDS[extra]])
    if extra == "dev":
        install_optional(pip)
    (folder / STAMPS[extra]).write_text("made by tools/environment.py\n", encoding="utf-8")


if __name__ == "__main__":
    main()
