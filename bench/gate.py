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
    """Measure the three checks; the load is the minimum of all rounds."""
    return [
        Row("the gate at a JIT load", at_the_load(folder, rounds) * 1e3, "ms", JIT_GOAL_MILLISECONDS),
        Row("the gate at an executable's start", at_the_start(folder) * 1e6, "µs", AOT_GOAL_MICROSECONDS),
        Row(
            "the gate at a start with the shared runtime", at_a_shared_start(folder) * 1e6, "µs", AOT_GOAL_MICROSECONDS
        ),
    ]


def hello_object(folder: Path) -> bytes:
    resolved = resolve_input(HELLO, None, None, Path.cwd())
    assert not isinstance(resolved, ResolveFailure)
    image = Session(resolved, CompileOptions(), {"XDG_CACHE_HOME": str(folder)}).object_bytes()
    assert image is not None
    return image


def at_the_load(folder: Path, rounds: int) -> float:
    """Return the seconds of all checks of a load: the runtime, the object's note, and the runtime before the entry."""
    image = hello_object(folder)
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
    return _measured(folder, "gate", "beskid_start.o", "libbeskid_runtime.a", "-DBESKID_HIDDEN")


def at_a_shared_start(folder: Path) -> float:
    """Return the seconds for which the runtime compares the rows in the notes of a file, which has those of hello."""
    (folder / "hello.o").write_bytes(hello_object(folder))
    runtime = Path(installed_library(host_triple()))
    return _measured(folder, "gate_shared", runtime.name, str(folder / "hello.o"), f"-Wl,-rpath,{runtime.parent}")


def _measured(folder: Path, name: str, *words: str) -> float:
    """Compile a program of this folder with files of the runtime, and return the seconds that it prints."""
    runtime = Path(installed_library(host_triple())).parent
    files = [str(runtime / word) if (runtime / word).is_file() else word for word in words]
    command = ["cc", "-O2", f"-I{ROOT / 'runtime' / 'include'}", str(ROOT / "bench" / "programs" / f"{name}.c"), *files]
    subprocess.run([*command, "-lm", "-o", str(folder / name)], check=True)
    done = subprocess.run([str(folder / name)], capture_output=True, text=True, check=True)
    return int(done.stdout) / 1000 / 1e9
