"""Builds the runtime and its C test programs once for a test run.

It takes a program's name and a set of extra flags and gives the path of the built executable; results live in a
temporary folder that the session owns.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
from pathlib import Path
from types import ModuleType

from tests import limits

ROOT = Path(__file__).resolve().parents[2]
RUNTIME = ROOT / "runtime"
SANITIZERS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g")


def load_script(name: str) -> ModuleType:
    """A script of the runtime folder, which is no package, as a module."""
    spec = importlib.util.spec_from_file_location(f"runtime_{name}", RUNTIME / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def build_program(name: str, folder: Path, extra_flags: tuple[str, ...] = ()) -> Path:
    """The C test program linked with the runtime's archive."""
    flags = load_script("build").FLAGS
    lib = folder / "lib"
    load_script("build").build_runtime(RUNTIME, lib, "cc", extra_flags, shared=False)
    target = folder / name
    source = RUNTIME / "tests" / f"{name}.c"
    archive = lib / "libbeskid_runtime.a"
    options = [*flags, "-D_GNU_SOURCE", "-DBESKID_HIDDEN", *extra_flags]
    limits.run(["cc", *options, str(source), str(archive), "-o", str(target), "-lm", "-lpthread"], check=True)
    return target


def run(program: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Runs a program with variables added to the environment."""
    # A sanitizer's leak check needs ptrace, and the runtime keeps what it allocates once until the process ends.
    environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0", **settings}
    return limits.run(
        [str(program), *arguments], capture_output=True, text=True, env=environment, timeout=120, check=False
    )
