"""The cost of the version checks between a program and the runtime: at a JIT load and at the start of an executable."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from bench.latency import HELLO, Row
from bench.peers import ROOT

from beskid.codegen.host import host_triple
from beskid.codegen.objectfile import fields_of, notes
from beskid.codegen.rows import needed_rows
from beskid.driver.inputs.project import ResolveFailure, resolve_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.engine.jit_module import check_note, check_rows
from beskid.engine.runtime_library import RuntimeLibrary, installed_library

JIT_GOAL_MILLISECONDS = 0.2
AOT_GOAL_MICROSECONDS = 20.0


def measure_gates(folder: Path, rounds: int) -> list[Row]:
    """Measure both checks; the load is the minimum of all rounds."""
    return [
        Row("the gate at a JIT load", at_the_load(folder, rounds) * 1e3, "ms", JIT_GOAL_MILLISECONDS),
        Row("the gate at an executable's start", at_the_start(folder) * 1e6, "µs", AOT_GOAL_MICROSECONDS),
    ]


def at_the_load(folder: Path, rounds: int) -> float:
    """Return the seconds of all checks of a load: the runtime, the object's note, and the runtime before the entry."""
    resolved = resolve_input(HELLO, None, None, Path.cwd())
    assert not isinstance(resolved, ResolveFailure)
    image = Session(resolved, CompileOptions(), {"XDG_CACHE_HOME": str(folder)}).object_bytes()
    assert image is not None
    least = 1.0
    for _ in range(max(rounds, 5)):
        runtime = RuntimeLibrary(installed_library(host_triple()))
        begin = time.perf_counter()
        runtime.check()
        records = notes(image)
        fields = fields_of(records)
        check_note(fields, runtime, "hello")
        check_rows(needed_rows(records, fields), runtime, "hello")
        runtime.check()
        least = min(least, time.perf_counter() - begin)
    return least


def at_the_start(folder: Path) -> float:
    """Return the seconds of one entry from C; the check is a part of it."""
    runtime = Path(installed_library(host_triple())).parent
    program = folder / "gate"
    source = ROOT / "bench" / "programs" / "gate.c"
    files = [str(source), str(runtime / "beskid_start.o"), str(runtime / "libbeskid_runtime.a")]
    include = f"-I{ROOT / 'runtime' / 'include'}"
    subprocess.run(["cc", "-O2", "-DBESKID_HIDDEN", include, *files, "-lm", "-o", str(program)], check=True)
    done = subprocess.run([str(program)], capture_output=True, text=True, check=True)
    return int(done.stdout) / 1000 / 1e9
