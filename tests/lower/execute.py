"""Runs a lowered module and gives what it did."""

from __future__ import annotations

import os
import tempfile

from beskid.base.node import value
from beskid.codegen.artifact import make_artifact
from beskid.codegen.emit import EmitOptions, emit_object
from beskid.engine.runtime_library import installed_library, load_runtime
from beskid.engine.session import run_program
from beskid.ir.model import Module
from beskid.lower.pipeline import PassOptions, run_passes

TRIPLE = "x86_64-unknown-linux-gnu"


@value
class Outcome:
    status: int
    output: str
    errors: str


def execute(module: Module, optimize: int = 0) -> Outcome:
    """Take the module through the passes, verified after each, and run it in a child process."""
    run_passes(module, PassOptions(verify_each=True))
    image = emit_object(make_artifact(module), EmitOptions(TRIPLE, opt_level=optimize))
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        child = os.fork()
        if child == 0:
            os.dup2(output.fileno(), 1)
            os.dup2(errors.fileno(), 2)
            os._exit(run_program(image, load_runtime(installed_library(TRIPLE)), []))
        _, status = os.waitpid(child, 0)
        output.seek(0)
        errors.seek(0)
        return Outcome(os.waitstatus_to_exitcode(status), output.read().decode(), errors.read().decode())
