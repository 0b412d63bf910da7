"""Finds the stage that changes what a program does.

`bisect` runs the IR after lowering and after each pass by the interpreter, then the object code of both optimisation
levels in child processes, and returns what each run printed and how it ended. Every run reads the same input, but
files that the program changes stay changed. Nothing is printed here.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence

from beskid.base.node import value
from beskid.codegen.emit import EmitOptions, emit_object
from beskid.driver.execute import execute
from beskid.driver.failure import STATUS_INTERNAL, DriverError, status_of
from beskid.driver.oracle import CapturingHost, interpret
from beskid.driver.passes import invalid_ir
from beskid.driver.session import Session
from beskid.lower.pipeline import STAGES, InvalidIRError

CODE_GENERATION_STAGES = {"code generation -O0": 0, "code generation -O2": 2}
"""The optimization level by the name of the stage."""

ALL_STAGES = (*STAGES, *CODE_GENERATION_STAGES)


@value
class Behaviour:
    """What one run printed and its exit status. Traces of a stack overflow depend on the engine and are left out."""

    stdout: bytes
    stderr: bytes
    status: int

    def difference_from(self, other: Behaviour) -> str:
        """The first difference in a few words; empty when there is none."""
        if self.status != other.status:
            return f"exit status {self.status} instead of {other.status}"
        for name, mine, wanted in (("stdout", self.stdout, other.stdout), ("stderr", self.stderr, other.stderr)):
            if mine != wanted:
                return f"{name}: {_first_difference(mine, wanted)}"
        return ""


def bisect(
    session: Session,
    arguments: Sequence[str],
    stdin: bytes,
    environment: dict[str, str],
    chosen: Sequence[str] = ALL_STAGES,
) -> Iterator[tuple[str, Behaviour]]:
    """Return the behaviour after each chosen stage, in order; empty if the program has errors."""
    for stage in [stage for stage in STAGES if stage in chosen]:
        try:
            module = session.passed(stage, verify_each=True)
        except InvalidIRError as error:
            raise invalid_ir(error) from error
        if module is None:
            return
        host = CapturingHost(stdin)
        try:
            status = interpret(module, stage, host, arguments, environment)
        except DriverError as error:
            if error.status != STATUS_INTERNAL:
                raise
            yield stage, Behaviour(bytes(host.stdout), error.message.encode(), error.status)
            continue
        yield stage, _behaviour(bytes(host.stdout), bytes(host.stderr), status)
    for stage in [stage for stage in CODE_GENERATION_STAGES if stage in chosen]:
        artifact = session.artifact()
        if artifact is None:
            return
        image = emit_object(artifact, EmitOptions(session.triple(), "", CODE_GENERATION_STAGES[stage]))
        yield stage, run_in_child(image, arguments, stdin, environment)


def run_in_child(image: bytes, arguments: Sequence[str], stdin: bytes, environment: dict[str, str]) -> Behaviour:
    """Run object bytes by the JIT in a fork of this process; a signal that ends it counts as 128 + its number."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        given.write(stdin)
        given.seek(0)
        child = os.fork()
        if child == 0:
            _run_and_leave(image, arguments, environment, (given.fileno(), out.fileno(), errors.fileno()))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        out.seek(0)
        errors.seek(0)
        return _behaviour(out.read(), errors.read(), status_of(code))


def _run_and_leave(
    image: bytes, arguments: Sequence[str], environment: dict[str, str], descriptors: tuple[int, int, int]
) -> None:
    status = STATUS_INTERNAL
    try:
        for number, descriptor in enumerate(descriptors):
            os.dup2(descriptor, number)
        status = execute(image, list(arguments), environment)
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(status & 0xFF)


def _behaviour(stdout: bytes, stderr: bytes, status: int) -> Behaviour:
    if b"panic: stack overflow\n" in stderr:
        stderr = stderr.partition(b"panic: stack overflow\n")[0] + b"panic: stack overflow\n"
    return Behaviour(stdout, stderr, status)


def _first_difference(mine: bytes, wanted: bytes) -> str:
    pairs = zip([*mine.splitlines(), b""], [*wanted.splitlines(), b""], strict=False)
    for number, (left, right) in enumerate(pairs, 1):
        if left != right:
            return f"line {number} is {_shown(left)} instead of {_shown(right)}"
    return f"{len(mine)} bytes instead of {len(wanted)}"


def _shown(line: bytes) -> str:
    return repr(line.decode("utf-8", "replace")) if line else "missing"
