"""Runs one program in every engine; the front end runs once, and each run has its own process.

The interpreter runs in this process. The JIT gets the same object bytes as the linker, on the path that a warm
`beskid run` takes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from tests import limits
from tests.lang.case import Case, Outcome

from beskid.aot.request import OutputKind
from beskid.codegen.artifact import make_artifact
from beskid.codegen.emit import EmitOptions, emit_object
from beskid.codegen.host import host_triple
from beskid.driver.inputs.project import ResolveFailure, resolve_input
from beskid.driver.linking import link
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.ir.model import Module
from beskid.ir.oracle.host import MemoryHost
from beskid.ir.oracle.machine import RunOptions, run_module
from beskid.ir.oracle.translate import Explicit
from beskid.ir.oracle.values import StepLimitError
from beskid.lower.pipeline import PassOptions, run_passes
from beskid.source.render import short

TIME_LIMIT = 120
RUN_OBJECT = (
    "import sys; from beskid.driver.execute import execute; import os;"
    "sys.exit(execute(open(sys.argv[1], 'rb').read(), sys.argv[2:], dict(os.environ)))"
)
LEVELS = {"O0": 0, "O2": 2}
COLLECT_ALWAYS = {"BESKID_GC_STRESS": "1", "BESKID_GC_VERIFY": "1"}
STRESSED = RunOptions(explicit=Explicit.EVERYTHING, stressed=True, step_limit=20_000)


class CompileError(AssertionError):
    """The program has errors."""


def compile_case(case: Case, folder: Path) -> dict[str, Path]:
    """Compile a program, and return its objects by optimization level; the verifier runs after each pass."""
    session = open_case(case, folder)
    objects: dict[str, Path] = {}
    for level, number in LEVELS.items():
        if not any(engine.endswith(level) or engine == "stress" for engine in case.engines):
            continue
        module = session.lowered()
        if module is None:
            raise CompileError("\n" + short(session.diagnostics))
        run_passes(module, PassOptions(verify_each=True, optimize=number > 0))
        path = folder / f"program-{level}.o"
        path.write_bytes(emit_object(make_artifact(module), EmitOptions(session.triple(), "", number)))
        objects[level] = path
    return objects


@lru_cache(maxsize=1)
def open_case(case: Case, folder: Path) -> Session:
    """Return the session of a program, whose text must not change while it is tested.

    It is the same for all engines: it checks once, and lowers each time.
    """
    resolved = resolve_input(case.input, None, None, Path.cwd())
    if isinstance(resolved, ResolveFailure):
        raise CompileError("\n" + short(list(resolved.diagnostics)))
    return Session(resolved, CompileOptions(), {"XDG_CACHE_HOME": str(folder)})


def run_engine(engine: str, case: Case, objects: dict[str, Path], folder: Path) -> Outcome:
    """Run a program in one engine."""
    if engine == "interpreter":
        return interpret(case, folder)
    if engine == "stress":
        return run_jit(case, objects["O2"], folder, COLLECT_ALWAYS)
    kind, level = engine.split("-")
    if kind == "jit":
        return run_jit(case, objects[level], folder, {})
    return run_executable(case, objects[level], folder, level, {})


def interpret(case: Case, folder: Path) -> Outcome:
    """Run the interpreter before and after the passes, and require that both do the same.

    After the passes it collects at every safepoint, which reveals lost roots, unless that takes too many steps.
    """
    before = interpret_once(case, folder, None, RunOptions())
    try:
        after = interpret_once(case, folder, run_passes, STRESSED)
    except StepLimitError:
        after = interpret_once(case, folder, run_passes, RunOptions(explicit=Explicit.EVERYTHING))
    assert before.comparable() == after.comparable(), "the passes change what the program does"
    return after


def interpret_once(case: Case, folder: Path, passes: Callable[[Module], object] | None, options: RunOptions) -> Outcome:
    """Lower a program and run the interpreter once."""
    session = open_case(case, folder)
    module = session.lowered()
    assert module is not None
    if passes is not None:
        passes(module)
    host = MemoryHost(stdin=case.stdin)
    status = run_module(module, host, list(case.arguments), options)
    return Outcome(_text(bytes(host.stdout)), _text(bytes(host.stderr)), status)


def run_jit(case: Case, image: Path, folder: Path, environment: dict[str, str]) -> Outcome:
    return run_process([sys.executable, "-c", RUN_OBJECT, str(image), *case.arguments], case, folder, environment)


def run_executable(case: Case, image: Path, folder: Path, level: str, environment: dict[str, str]) -> Outcome:
    """Link and run; the environment variables apply to both."""
    output = folder / f"program-{level}"
    variables = {**os.environ, **environment}
    link(image.read_bytes(), OutputKind.EXECUTABLE, output, host_triple(), variables, metadata=False)
    return run_process([str(output), *case.arguments], case, folder, environment)


def run_process(command: list[str], case: Case, folder: Path, environment: dict[str, str]) -> Outcome:
    done = limits.run(
        command,
        input=case.stdin,
        capture_output=True,
        timeout=TIME_LIMIT,
        cwd=folder,
        env={**os.environ, **environment},
        check=False,
    )
    return Outcome(_text(done.stdout), _text(done.stderr), done.returncode)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
