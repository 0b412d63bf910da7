"""Runs a lowered module in the interpreter and gives what it did."""

from __future__ import annotations

from collections.abc import Sequence

from beskid.base.node import value
from beskid.ir.model import Module
from beskid.ir.oracle.host import MemoryHost
from beskid.ir.oracle.machine import RunOptions, run_module
from beskid.ir.oracle.translate import Explicit
from beskid.lower.pipeline import PassOptions, run_passes


@value
class Outcome:
    status: int
    output: str
    errors: str


def execute(module: Module, arguments: Sequence[str] = ()) -> Outcome:
    """What the module does before the passes and, collecting at every safepoint, after them: the same."""
    before = _run(module, arguments, RunOptions())
    run_passes(module, PassOptions(verify_each=True))
    after = _run(module, arguments, RunOptions(explicit=Explicit.EVERYTHING, stressed=True))
    assert before == after
    return after


def _run(module: Module, arguments: Sequence[str], options: RunOptions) -> Outcome:
    host = MemoryHost()
    status = run_module(module, host, arguments, options)
    return Outcome(status, host.stdout.decode(), host.stderr.decode())
