"""C libraries that tests compile, and programs that use them by `run` and by `build`."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from tests import limits

TIME_LIMIT = 120
BESKID = (sys.executable, "-m", "beskid")


@dataclass(frozen=True)
class Ran:
    """What a command gave."""

    stdout: str
    stderr: str
    status: int


def compile_library(folder: Path, name: str, source: str, *words: str) -> Path:
    """A shared library of C source."""
    file = folder / f"{name}.c"
    file.write_text(source, encoding="utf-8")
    made = folder / f"lib{name}.so"
    limits.run(
        ["cc", "-shared", "-fPIC", "-O2", f"-Wl,-soname,lib{name}.so", "-o", str(made), str(file), *words], check=True
    )
    return made


def call(folder: Path, command: list[str], **environment: str) -> Ran:
    done = limits.run(
        command,
        cwd=folder,
        capture_output=True,
        timeout=TIME_LIMIT,
        env={**os.environ, "XDG_CACHE_HOME": str(folder / "cache"), **environment},
        check=False,
    )
    return Ran(done.stdout.decode(), done.stderr.decode(), done.returncode)


def write_program(folder: Path, text: str) -> str:
    """A single-file program; its name."""
    (folder / "program.bd").write_text(text, encoding="utf-8")
    return "program.bd"


def run(folder: Path, program: str, *words: str, **environment: str) -> Ran:
    return call(folder, [*BESKID, "run", *words, program], **environment)


def build(folder: Path, program: str, *words: str, **environment: str) -> Ran:
    return call(folder, [*BESKID, "build", *words, "-o", str(folder / "program"), program], **environment)


def run_both(folder: Path, program: str, *words: str, **environment: str) -> Ran:
    """By `run` at both levels, warm, as an executable, and under the collector's stress: all the same."""
    first = run(folder, program, *words, **environment)
    assert run(folder, program, *words, **environment) == first
    assert run(folder, program, "-O0", *words, **environment) == first
    made = build(folder, program, *words, **environment)
    assert made.status == 0, made.stderr
    assert call(folder, [str(folder / "program")], **environment) == first
    assert call(folder, [str(folder / "program")], BESKID_GC_STRESS="1", **environment) == first
    return first


def fail_both(folder: Path, program: str, *words: str, **environment: str) -> Ran:
    """By `run` and by `build`: the same message and status, and no output file."""
    ran = run(folder, program, *words, **environment)
    made = build(folder, program, *words, **environment)
    assert (ran.stderr, ran.status) == (made.stderr, made.status)
    assert ran.stdout == "" == made.stdout
    assert not (folder / "program").exists()
    return ran
