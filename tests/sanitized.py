"""Builds the runtime with AddressSanitizer and UndefinedBehaviorSanitizer, and makes programs use it.

`sanitized_environment` returns the environment variables with which `beskid run`, `beskid test` and built executables
use that runtime, or None if the compiler has no sanitizers. With `BESKID_TEST_RUNTIME=asan`, the test run sets them for
every program that it starts.
"""

from __future__ import annotations

import functools
import os
from pathlib import Path

from tests import limits
from tests.runtime.build import ROOT, RUNTIME, SANITIZERS, load_script

FOLDER = ROOT / "build" / "sanitized-runtime"
RUNTIME_VARIABLE = "BESKID_TEST_RUNTIME"
SANITIZED = "asan"

# A leak check needs ptrace, and the runtime keeps what it allocates once until the process ends. Fake stacks would
# not be where a panic leaves them.
OPTIONS = "detect_leaks=0:detect_stack_use_after_return=0:abort_on_error=1:allocator_may_return_null=1"


def is_requested() -> bool:
    """Whether every program of the test run uses the sanitized runtime."""
    wanted = os.environ.get(RUNTIME_VARIABLE, "")
    if wanted not in ("", SANITIZED):
        raise ValueError(f"{RUNTIME_VARIABLE}={wanted}: expected `{SANITIZED}` or nothing")
    return wanted == SANITIZED


@functools.cache
def sanitized_environment() -> dict[str, str] | None:
    """Build the runtime, and return the variables that select it, or None without sanitizers."""
    libraries = [_library(f"lib{name}.so") for name in ("asan", "ubsan")]
    if None in libraries:
        return None
    load_script("build").build_runtime(RUNTIME, FOLDER, "gcc", SANITIZERS)
    return {
        "CC": f"gcc {SANITIZERS[0]}",
        "BESKID_RUNTIME_FOLDER": str(FOLDER),
        "BESKID_RUNTIME_LIBRARY": str(FOLDER / "libbeskid_runtime.so"),
        "LD_PRELOAD": " ".join(str(library) for library in libraries),
        "ASAN_OPTIONS": OPTIONS,
        "UBSAN_OPTIONS": "print_stacktrace=1",
    }


def _library(name: str) -> Path | None:
    """Find a library of the C compiler, which prints the bare name if it has none."""
    try:
        done = limits.run(["gcc", f"-print-file-name={name}"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    path = Path(done.stdout.strip())
    return path if path.is_absolute() and path.exists() else None
