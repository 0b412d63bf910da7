"""The same programs in other languages: which compilers are here, and how they are called."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = Path(__file__).resolve().parent / "programs"


@dataclass(frozen=True)
class Peer:
    """One compiler: the tool it needs, the ending of its sources, its command; `{source}` and `{output}` are filled.

    An empty command means that the tool runs the source itself.
    """

    name: str
    tool: str
    suffix: str
    command: tuple[str, ...]


PEERS = (
    Peer("gcc -O2", "gcc", ".c", ("-O2", "-ffp-contract=off", "{source}", "-o", "{output}", "-lm")),
    Peer("clang -O2", "clang", ".c", ("-O2", "-ffp-contract=off", "{source}", "-o", "{output}", "-lm")),
    Peer("rustc -O", "rustc", ".rs", ("-O", "{source}", "-o", "{output}")),
    Peer("go", "go", ".go", ("build", "-o", "{output}", "{source}")),
    Peer("node", "node", ".js", ()),
)

BESKID = (sys.executable, "-m", "beskid")


def build_peer(peer: Peer, program: str, folder: Path) -> list[str] | None:
    """The command that runs a program of a peer, compiled if need be; None when tool or source is not there."""
    tool = shutil.which(peer.tool)
    source = PROGRAMS / f"{program}{peer.suffix}"
    if tool is None or not source.exists():
        return None
    if not peer.command:
        return [tool, str(source)]
    output = folder / f"{program}-{peer.tool}"
    words = [word.format(source=source, output=output) for word in peer.command]
    done = subprocess.run([tool, *words], capture_output=True, check=False)
    return [str(output)] if done.returncode == 0 else None


def build_beskid(source: Path, folder: Path, *options: str) -> list[str]:
    """The command that runs a Beskid program as an executable."""
    output = folder / f"{source.stem}-beskid"
    subprocess.run(
        [*BESKID, "build", str(source), "-o", str(output), "--no-emit-metadata", *options],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return [str(output)]
