"""Builds programs for other machines and runs them there, by an emulator where one is needed.

The front end runs once for all targets. Emulators pay for reserved address space, so programs get a limit for the heap.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests import limits
from tests.cross.wine import wine_variables
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

STATUS_FAULT = 5
"""The low byte of the status of a Windows program that an access violation ends."""

FAULT_OF_WINE = re.compile(r"^wine: Unhandled [^\n]* starting debugger\.\.\.\r?\n?", re.MULTILINE)
"""What a service of wine that fails at start-up writes. It has the streams of the program that started it."""
"""The variable that `make test` and `make cross` set once runtimes and C libraries of the targets are made."""

PACKAGED = {"wasmtime": [sys.executable, str(Path(__file__).with_name("run_wasm.py"))]}
"""The commands that run programs by an emulator that is a package of Python and no command."""

WITHOUT_ZIG = "import sys; sys.modules['ziglang'] = None; from beskid.__main__ import main; sys.exit(main())"
"""The command line as if the package ziglang were not installed."""

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


def load_lief() -> Any:
    """Return the module that reads binaries independently; skip the running test where it is not installed."""
    if importlib.util.find_spec("lief") is None:
        lack("the package lief")
    return pytest.importorskip("lief", reason="missing: lief: make sysroots")


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


def build_text(target: Target, source: str, folder: Path, *words: str) -> Path:
    """Build a program from its text by the command line; return its executable, which is in the folder."""
    (folder / "program.bd").write_text(source, encoding="utf-8")
    output = folder / target.names.executable.format("program")
    command = [sys.executable, "-m", "beskid", "build", "--for", target.name, "program.bd", "-o", output.name, *words]
    built = limits.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    return output


def check_that_a_linker_is_needed(target: Target, folder: Path) -> None:
    """Build a program without zig and without a search path: a diagnostic, and nothing is written."""
    require_linking(target)
    (folder / "program.bd").write_text('unit main() { PrintLine("hello"); }\n', encoding="utf-8")
    words = ["build", "--for", target.name, "program.bd", "-o", "out"]
    done = limits.run(
        [sys.executable, "-c", WITHOUT_ZIG, *words], capture_output=True, text=True, cwd=folder, check=False,
        env={"PATH": str(folder), "XDG_CACHE_HOME": str(folder / "cache")},
    )  # fmt: skip
    assert done.returncode == 3
    assert done.stderr.startswith(f"error[E4020]: no linker for `{target.name}` is available\n")
    assert 'pip install "beskid[cross]"' in done.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["cache", "program.bd"]


def run_on(target: Target, executable: Path, case: Case, folder: Path, variables: dict[str, str]) -> Outcome:
    """Run an executable of a target as a program expects."""
    return run_executable(target, executable, *case.arguments, folder=folder, stdin=case.stdin, variables=variables)


def run_executable(
    target: Target,
    executable: Path,
    *arguments: str,
    folder: Path | None = None,
    stdin: bytes = b"",
    variables: Mapping[str, str] = HEAP,
) -> Outcome:
    """Run an executable of a target with arguments, input and variables of its own."""
    # Files: processes that a runner leaves behind would hold the other ends of pipes.
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        done = limits.run(
            [*runner_of(target), str(executable), *arguments],
            input=stdin,
            stdout=output,
            stderr=errors,
            timeout=300,
            cwd=folder,
            env={**os.environ, **HEAP, **variables_of(target), **variables},
            check=False,
        )
        output.seek(0)
        errors.seek(0)
        texts = (output.read().decode("utf-8", "replace"), errors.read().decode("utf-8", "replace"))
    if target.runner == "wine" and done.returncode != STATUS_FAULT:
        texts = (texts[0], FAULT_OF_WINE.sub("", texts[1]))
    return Outcome(*texts, done.returncode)


def variables_of(target: Target) -> dict[str, str]:
    """Return the variables that the runner of a target needs."""
    return wine_variables() if target.runner == "wine" else {}
