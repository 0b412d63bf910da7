"""The same programs in other languages: which compilers are installed, and how to invoke them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / "bench" / "programs"
NUMBA_VARIABLE = "BESKID_BENCH_NUMBA"
"""The environment variable that names a Python with numba, which is not a dependency of this project."""


@dataclass(frozen=True)
class Peer:
    """One compiler: its tool, the extension of its sources, its command; `{source}` and `{output}` are replaced.

    An empty command means that the tool runs the source itself. `version` are the words that make the tool tell it.
    """

    name: str
    tool: str
    suffix: str
    command: tuple[str, ...]
    version: tuple[str, ...] = ("--version",)

    def path(self) -> str | None:
        """Return the path of the installed tool, or None."""
        return os.environ.get(NUMBA_VARIABLE) if self.name == "numba" else shutil.which(self.tool)


PEERS = (
    Peer("gcc -O2", "gcc", ".c", ("-O2", "-ffp-contract=off", "{source}", "-o", "{output}", "-lm")),
    Peer("clang -O2", "clang", ".c", ("-O2", "-ffp-contract=off", "{source}", "-o", "{output}", "-lm")),
    Peer("rustc -O", "rustc", ".rs", ("-O", "{source}", "-o", "{output}")),
    Peer("go", "go", ".go", ("build", "-o", "{output}", "{source}"), ("version",)),
    Peer("java", "javac", ".java", ("-d", "{output}", "{source}")),
    Peer("node", "node", ".js", ()),
    Peer("luajit", "luajit", ".lua", (), ("-v",)),
    Peer("pypy", "pypy3", ".py", ()),
    Peer("numba", "", ".numba.py", (), ("-c", "import numba; print('numba', numba.__version__)")),
)

BESKID = (sys.executable, "-m", "beskid")
COMPILED_VARIABLE = "BESKID_BENCH_COMPILED"
"""The environment variable that names a Python in which the compiled wheel is installed."""


def compiled_beskid() -> tuple[str, ...]:
    """Return the command of the compiler whose front end is compiled; nothing if there is none."""
    python = os.environ.get(COMPILED_VARIABLE, "")
    return (python, "-m", "beskid") if python else ()


def build_peer(peer: Peer, program: str, folder: Path) -> list[str] | None:
    """Return the command that runs a program of a peer, compiling it if necessary; None without tool or source.

    A program in Go that needs packages is a module: a folder with its name.
    """
    tool = peer.path()
    is_module = peer.name == "go" and (PROGRAMS / program / "go.mod").exists()
    source = PROGRAMS / program if is_module else PROGRAMS / f"{program}{peer.suffix}"
    if tool is None or not source.exists():
        return None
    if not peer.command:
        return [tool, str(source)]
    output = folder / f"{program}-{peer.tool}"
    words = [word.format(source=source, output=output) for word in peer.command]
    place = source if is_module else None
    done = subprocess.run([tool, *words], cwd=place, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{peer.name} does not compile {source.name}:\n{done.stderr}")
    if peer.name == "java":
        return ["java", "-cp", str(output), "Main"]
    return [str(output)]


def build_beskid(source: Path, folder: Path, *options: str) -> list[str]:
    """Build a Beskid file or project, and return the command that runs the executable."""
    output = folder / f"{source.stem}-beskid"
    subprocess.run(
        [*BESKID, "build", str(source), "-o", str(output), "--no-emit-metadata", *options],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return [str(output)]


def versions() -> dict[str, str]:
    """Return the installed peers with their versions."""
    found: dict[str, str] = {}
    for peer in PEERS:
        tool = peer.path()
        if tool is not None:
            done = subprocess.run([tool, *peer.version], capture_output=True, text=True, check=False)
            lines = (done.stdout or done.stderr).strip().splitlines()
            found[peer.name] = lines[0] if lines else "unknown version"
    return found
