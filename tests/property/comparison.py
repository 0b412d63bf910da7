"""Runs one program text in every engine, quickly.

The interpreter runs in this process, before and after the passes. JIT and executables use the same objects. A JIT run
is a fork of this process, so that nothing is loaded twice. The core library is parsed once, since trees never change.
"""

from __future__ import annotations

import os
import resource
import tempfile
from functools import cache
from pathlib import Path
from unittest.mock import patch

from tests import limits
from tests.lang.case import Outcome
from tests.lang.engines import STRESSED

from beskid.aot.request import OutputKind
from beskid.codegen.artifact import make_artifact
from beskid.codegen.emit import EmitOptions, emit_object
from beskid.codegen.host import host_triple
from beskid.driver.execute import execute
from beskid.driver.inputs.project import ResolveFailure, resolve_input
from beskid.driver.inputs.sources import CORE_LIBRARY_DISPLAY
from beskid.driver.linking import link
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.ir.oracle.host import MemoryHost
from beskid.ir.oracle.machine import RunOptions, run_module
from beskid.ir.oracle.translate import Explicit
from beskid.ir.oracle.values import StepLimitError
from beskid.lower.pipeline import PassOptions, run_passes
from beskid.source.render import short
from beskid.source.text import SourceText
from beskid.syntax.parser import ParseResult, parse

STEPS = 60_000
TIME_LIMIT = 120.0
LEVELS = (0, 2)


class TooLongError(Exception):
    """The program exceeds the step limit of the interpreter."""


@cache
def _parsed(source: str, text: str) -> ParseResult:
    return parse(SourceText(source, text))


def _parse(source: SourceText) -> ParseResult:
    return _parsed(source.path, source.text) if source.path.startswith(CORE_LIBRARY_DISPLAY) else parse(source)


@patch("beskid.analysis.program.parse", _parse)
def outcomes(text: str, folder: Path) -> dict[str, Outcome]:
    """Return what the program does in each engine. Raises `TooLongError`, or AssertionError if it does not compile."""
    source = folder / "random.bd"
    source.write_text(text, encoding="utf-8")
    resolved = resolve_input(source, None, None, folder)
    assert not isinstance(resolved, ResolveFailure)
    session = Session(resolved, CompileOptions(), {"XDG_CACHE_HOME": str(folder)})
    module = session.lowered()
    assert module is not None, short([each for each in session.diagnostics if each.severity.name == "ERROR"])
    found: dict[str, Outcome] = {}
    try:
        host = MemoryHost()
        status = run_module(module, host, [], RunOptions(step_limit=STEPS))
        found["interpreter before the passes"] = _outcome(bytes(host.stdout), bytes(host.stderr), status)
        run_passes(module, PassOptions(verify_each=False))
        host = MemoryHost()
        options = RunOptions(explicit=Explicit.EVERYTHING, stressed=True, step_limit=STRESSED.step_limit)
        status = run_module(module, host, [], options)
        found["interpreter after the passes"] = _outcome(bytes(host.stdout), bytes(host.stderr), status)
    except StepLimitError as fault:
        if not found:
            raise TooLongError from fault
    artifact = make_artifact(module)
    for level in LEVELS:
        image = emit_object(artifact, EmitOptions(session.triple(), "", level))
        found[f"JIT -O{level}"] = run_forked(image, {})
    found["JIT -O2 under stress"] = run_forked(image, {"BESKID_GC_STRESS": "1"})
    output = folder / "random"
    link(image, OutputKind.EXECUTABLE, output, host_triple(), dict(os.environ), metadata=False)
    done = limits.run([str(output)], capture_output=True, timeout=TIME_LIMIT, check=False)
    found["executable -O2"] = _outcome(done.stdout, done.stderr, done.returncode)
    return found


def run_forked(image: bytes, environment: dict[str, str]) -> Outcome:
    """Run an object by JIT in a child of this process."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        child = os.fork()
        if child == 0:
            _become(image, out.fileno(), errors.fileno(), environment)
        with limits.watch(child, "the program by JIT", TIME_LIMIT):
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        out.seek(0)
        errors.seek(0)
        return _outcome(out.read(), errors.read(), status)


def _become(image: bytes, out: int, errors: int, environment: dict[str, str]) -> None:
    status = 70
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out, 1)
        os.dup2(errors, 2)
        os.environ.update(environment)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        status = execute(image, [], dict(os.environ))
    except BaseException as fault:
        os.write(2, repr(fault).encode())
    finally:
        os._exit(status & 0xFF)


def _outcome(stdout: bytes, stderr: bytes, status: int) -> Outcome:
    return Outcome(stdout.decode("utf-8", "replace"), stderr.decode("utf-8", "replace"), status)


def differences(found: dict[str, Outcome]) -> list[str]:
    """Describe what differs from the executable, in a few lines."""
    wanted = found["executable -O2"].comparable()
    said = [line for line in wanted.stdout.splitlines() if line.startswith("BROKEN LAW")]
    for engine, outcome in found.items():
        if outcome.comparable() == wanted:
            continue
        said.append(f"{engine}: status {outcome.status}, the executable {wanted.status}")
        for mine, other in ((outcome.stdout, wanted.stdout), (outcome.comparable().stderr, wanted.stderr)):
            pairs = list(zip(mine.splitlines() + [""] * 3, other.splitlines() + [""] * 3, strict=False))
            said += [f"  {left!r}\n  {right!r}" for left, right in pairs if left != right][:2]
    return said
