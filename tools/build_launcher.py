"""Build the native command `beskid`, which the wheel installs in place of a script."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLAGS = (
    "-std=c11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-ffunction-sections",
    "-fdata-sections", "-Wl,--gc-sections",
)  # fmt: skip


def build(root: Path, compiler: str, output: Path, flags: tuple[str, ...] = ("-s",)) -> Path:
    """Compile the sources of a checkout; raises `CalledProcessError` when that fails."""
    (version,) = re.findall(
        r'^__version__ = "(.+)"$', (root / "src/beskid/__init__.py").read_text("utf-8"), re.MULTILINE
    )
    sources = sorted(str(path) for path in (root / "launcher" / "src").glob("*.c"))
    output.parent.mkdir(parents=True, exist_ok=True)
    words = [*compiler.split(), *FLAGS, *flags, f'-DBESKID_VERSION="{version}"', *sources, "-o", str(output)]
    subprocess.run(words, check=True)
    return output


if __name__ == "__main__":
    build(ROOT, "cc", Path(sys.argv[1]))
