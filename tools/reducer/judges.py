"""How a program fails: each judge returns the manner of a failure as a text, empty when the program does not fail.

A reduced program must fail in the manner of the first one. Judges of this compiler run in a child of this process,
which has a time limit, so that a crash or an endless loop ends the child alone; a command runs as a process.
"""

from __future__ import annotations

import gc
import os
import re
import select
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NoReturn, TypeAlias

from beskid.codegen.errors import CodegenError
from beskid.driver.bisect import ALL_STAGES, bisect
from beskid.driver.failure import STATUS_INTERNAL, DriverError
from beskid.driver.inputs.project import ResolveFailure, resolve_input
from beskid.driver.inputs.sources import CORE_LIBRARY_DISPLAY, core_library
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session, check_text
from beskid.source.text import SourceText
from beskid.syntax.parser import ParseResult, parse

Judge: TypeAlias = Callable[[Path, float], str]
"""Takes the file of a program and a time limit in seconds."""

HEAP_LIMIT = "256m"


@cache
def _parsed(path: str, text: str) -> ParseResult:
    return parse(SourceText(path, text))


def parse_once(source: SourceText) -> ParseResult:
    """The tree of a text, that of the core library's files made once: trees never change."""
    if source.path.startswith(CORE_LIBRARY_DISPLAY):
        return _parsed(source.path, source.text)
    return parse(source)


def prepare() -> None:
    """Parse the core library here, so that no child has to."""
    for module in core_library([]).modules.values():
        parse_once(module())
    gc.freeze()


def command_judge(command: str, status: int, pattern: str) -> Judge:
    """Fails when the command ends with the status and its output contains the pattern.

    `{}` in the command stands for the file; without it the file comes last.
    """
    expression = re.compile(pattern)

    def judge(file: Path, seconds: float) -> str:
        quoted = f"'{file}'"
        line = command.replace("{}", quoted) if "{}" in command else f"{command} {quoted}"
        with subprocess.Popen(
            ["/bin/sh", "-c", line],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process:
            try:
                output, _ = process.communicate(timeout=seconds)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                return ""
        matches = expression.search(output.decode("utf-8", "replace")) is not None
        return "fails" if process.returncode == status and matches else ""

    return judge


def diagnostic_judge(code: str) -> Judge:
    """Fails when the program has a diagnostic with this code."""

    def find(file: Path) -> str:
        diagnostics = check_text(file.name, file.read_text(encoding="utf-8"))
        return code if any(str(each.code) == code for each in diagnostics) else ""

    return lambda file, seconds: isolated(find, file, seconds)


def crash_judge(file: Path, seconds: float) -> str:
    """Fails when the compiler raises, breaks an invariant of its IR or is ended by a signal."""
    return isolated(_crash, file, seconds)


class DisagreementJudge:
    """Fails when a stage of the compiler changes what the program does; the manner is the name of the stage.

    All stages run for the first program; for the smaller ones the first stage and the one that was found.
    """

    def __init__(self) -> None:
        self.stages: tuple[str, ...] = ALL_STAGES

    def __call__(self, file: Path, seconds: float) -> str:
        manner = isolated(self.disagreement, file, seconds)
        if manner in ALL_STAGES:
            self.stages = (ALL_STAGES[0], manner)
        return manner

    def disagreement(self, file: Path) -> str:
        session = _session(file)
        if session is None:
            return ""
        first = None
        try:
            for stage, behaviour in bisect(session, [], b"", dict(os.environ), self.stages):
                if first is None:
                    first = behaviour
                elif behaviour.difference_from(first):
                    return stage
        except DriverError as error:
            return error.message.partition("\n")[0] if error.status == STATUS_INTERNAL else ""
        return ""


def _crash(file: Path) -> str:
    try:
        session = _session(file)
        if session is not None:
            session.object_bytes(uses_cache=False)
    except CodegenError as error:
        return str(error.code) if error.message.startswith("invalid IR") else ""
    except DriverError as error:
        return error.message.partition("\n")[0] if error.status == STATUS_INTERNAL else ""
    except Exception as error:
        innermost = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} in {innermost.name}"
    return ""


def _session(file: Path) -> Session | None:
    resolved = resolve_input(file, None, None, file.parent)
    if isinstance(resolved, ResolveFailure):
        return None
    return Session(resolved, CompileOptions(), {"XDG_CACHE_HOME": str(file.parent)})


def isolated(find: Callable[[Path], str], file: Path, seconds: float) -> str:
    """What `find` says in a child of this process; empty when it takes too long, `signal N` when that ends it."""
    sys.stdout.flush()
    sys.stderr.flush()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _answer(find, file, writer)
    os.close(writer)
    answer = bytearray()
    end = time.monotonic() + seconds
    is_late = False
    while True:
        ready, _, _ = select.select([reader], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            is_late = True
            break
        chunk = os.read(reader, 4096)
        if not chunk:
            break
        answer += chunk
    # Programs that the child started end with it.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    os.close(reader)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if is_late:
        return ""
    return answer.decode() if answer or code in (0, -signal.SIGKILL) else f"signal {-code}"


def _answer(find: Callable[[Path], str], file: Path, writer: int) -> NoReturn:
    try:
        os.setpgid(0, 0)
        silence = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(silence, descriptor)
        os.environ["BESKID_GC_LIMIT"] = HEAP_LIMIT
        os.write(writer, find(file).encode())
    finally:
        os._exit(0)
