"""Builds programs for other machines and runs them there, by an emulator where one is needed.

The front end runs once for all targets. Emulators pay for reserved address space, so programs get a limit for the heap.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from tests import limits
from tests.lang.case import Case, Outcome
from tests.lang.engines import CompileError, open_case

from beskid.aot.linker import find_zig
from beskid.aot.request import OutputKind
from beskid.aot.runtime_archive import has_runtime, installed_folder
from beskid.aot.sysroot import find_sysroot
from beskid.codegen.artifact import make_artifact
from beskid.codegen.emit import EmitOptions, emit_object
from beskid.codegen.host import host_machine, host_triple
from beskid.codegen.target import TARGETS, Target
from beskid.driver.cache.store import user_cache_folder
from beskid.driver.linking import link
from beskid.lower.pipeline import PassOptions, run_passes
from beskid.source.render import short

RUN_TESTED = tuple([target for target in TARGETS.values() if target.runner or target.name == "x86_64-linux-musl"])
"""The targets that the tests run on beside this machine."""

PREPARED = "BESKID_CROSS_PREPARED"
"""The variable that `make test` and `make cross` set once runtimes and C libraries of the targets are made."""

PACKAGED = {"wasmtime": [sys.executable, str(Path(__file__).with_name("run_wasm.py"))]}
"""The commands that run programs by an emulator that is a package of Python and no command."""

HEAP = {"BESKID_GC_LIMIT": "512m"}
STRESS = {"BESKID_GC_STRESS": "1", "BESKID_GC_VERIFY": "1"}


def missing_for(target: Target) -> str:
    """Return what this machine lacks to build and run programs of a target; empty when it has everything.

    After `make` has prepared the targets, only an emulator may be missing: anything else fails the test.
    """
    unprepared = _unprepared(target)
    if unprepared:
        lack(unprepared)
        return unprepared
    command, *options = runner_of(target) or [""]
    if command and shutil.which(command) is None:
        return command
    if target.runner in PACKAGED and importlib.util.find_spec(target.runner) is None:
        lack(target.runner)
        return target.runner
    missing = [word for word in options if word.startswith("/") and not Path(word).exists()]
    if missing:
        return missing[0]
    return "" if target.runner or target.machine == host_machine() else "a runner"


def runner_of(target: Target) -> list[str]:
    """Return the command that runs executables of a target on this machine; empty when none is needed."""
    return PACKAGED.get(target.runner, target.runner.split())


def lack(what: str) -> None:
    """Fail the running test if `make` has prepared what it needs and it is missing all the same."""
    if os.environ.get(PREPARED):
        pytest.fail(f"missing: {what}")


def _unprepared(target: Target) -> str:
    if not has_runtime(installed_folder(target.triple)):
        return f"the runtime for {target.name}: make sysroots"
    if target.sysroot and find_sysroot(target, f"{user_cache_folder(dict(os.environ))}/sysroots") is None:
        return f"the C library for {target.name}: make sysroots"
    return "" if target.sysroot or find_zig() else "the linkers of the package ziglang: make sysroots"


def require(target: Target) -> None:
    """Skip the running test unless programs of the target can be built and run."""
    missing = missing_for(target)
    if missing:
        pytest.skip(f"missing: {missing}")


def require_linking(target: Target) -> None:
    """Skip the running test unless programs of the target can be built."""
    missing = _unprepared(target) if target.triple != host_triple() else ""
    if missing:
        lack(missing)
        pytest.skip(f"missing: {missing}")


def build_case(case: Case, targets: Iterable[Target], folder: Path) -> dict[Target, Path]:
    """Compile a program and link it for each target."""
    session = open_case(case, folder)
    module = session.lowered()
    if module is None:
        raise CompileError("\n" + short(session.diagnostics))
    run_passes(module, PassOptions(optimize=True))
    artifact = make_artifact(module)
    built: dict[Target, Path] = {}
    for target in targets:
        image = emit_object(artifact, EmitOptions(target.triple, "", 2))
        built[target] = folder / f"program-{target.name}"
        link(image, OutputKind.EXECUTABLE, built[target], target.triple, dict(os.environ), metadata=False)
    return built


def run_on(target: Target, executable: Path, case: Case, folder: Path, variables: dict[str, str]) -> Outcome:
    """Run an executable of a target."""
    done = limits.run(
        [*runner_of(target), str(executable), *case.arguments],
        input=case.stdin,
        capture_output=True,
        timeout=300,
        cwd=folder,
        env={**os.environ, **HEAP, **variables},
        check=False,
    )
    return Outcome(done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"), done.returncode)
