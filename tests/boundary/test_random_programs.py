"""Random programs do natively what the interpreter says, at both levels, also when every allocation collects."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest
from tests import fresh
from tests.boundary.toolbox import TRIPLE, Outcome, finish, link
from tests.ir.random_ir import random_module

from beskid.codegen.artifact import make_artifact
from beskid.codegen.emit import EmitOptions, emit_object
from beskid.ir.oracle.host import MemoryHost
from beskid.ir.oracle.machine import RunOptions, run_module
from beskid.ir.oracle.values import StepLimitError
from beskid.lower.pipeline import run_passes

FIRST_SEED = fresh.seed(0)
SEEDS = range(FIRST_SEED, FIRST_SEED + int(os.environ.get("BESKID_TEST_SEEDS", "12")))
STEPS = 300_000


@pytest.mark.parametrize("seed", SEEDS)
def test_native_code_does_what_the_interpreter_says(seed: int, tmp_path: Path) -> None:
    module = random_module(Random(seed))
    host = MemoryHost()
    try:
        status = run_module(module, host, ["argument"], RunOptions(step_limit=STEPS))
    except StepLimitError:
        pytest.skip("the program runs too long for the interpreter")
    expected = Outcome(bytes(host.stdout).decode(), bytes(host.stderr).decode(), status)
    run_passes(module)
    artifact = make_artifact(module)
    for level in (0, 2):
        program = link(emit_object(artifact, EmitOptions(TRIPLE, opt_level=level)), tmp_path)
        assert finish([str(program), "argument"]) == expected
        assert finish([str(program), "argument"], stress=True) == expected
