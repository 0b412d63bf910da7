"""What holds for every module: the text form, the passes and the verifier, on random IR."""

from __future__ import annotations

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.example_counts import examples
from tests.ir.random_ir import random_module

from beskid.ir.model import Module
from beskid.ir.oracle.host import MemoryHost
from beskid.ir.oracle.machine import RunOptions, run_module
from beskid.ir.oracle.translate import Explicit
from beskid.ir.read import read_module
from beskid.ir.text import print_module
from beskid.ir.verify import verify
from beskid.lower.pipeline import PassOptions, run_passes

SEEDS = st.integers(0, 2**40)
STEPS = 300_000

relaxed = settings(deadline=None, max_examples=examples(150), suppress_health_check=[HealthCheck.too_slow])


def behaviour(module: Module, checked: bool = False, stressed: bool = False) -> tuple[int, bytes, bytes]:
    """Status, output and errors of a run."""
    host = MemoryHost()
    explicit = Explicit.EVERYTHING if checked else Explicit.NOTHING
    status = run_module(module, host, ["argument"], RunOptions(explicit, stressed, STEPS))
    return status, bytes(host.stdout), bytes(host.stderr)


@given(SEEDS)
@relaxed
def test_random_ir_is_valid_before_and_after_every_pass(seed: int) -> None:
    module = random_module(Random(seed))
    assert verify(module) == []
    run_passes(module, PassOptions(verify_each=True))
    assert verify(module, after_roots=True) == []


@given(SEEDS)
@relaxed
def test_the_passes_keep_what_a_program_does(seed: int) -> None:
    module = random_module(Random(seed))
    before = behaviour(module)
    run_passes(module)
    assert behaviour(module, checked=True) == before


@given(SEEDS)
@relaxed
def test_no_live_reference_is_lost_when_everything_is_collected(seed: int) -> None:
    module = random_module(Random(seed))
    run_passes(module)
    assert behaviour(module, checked=True, stressed=True) == behaviour(module, checked=True)


@given(SEEDS, st.booleans())
@relaxed
def test_print_and_read_and_print_is_the_identity(seed: int, after: bool) -> None:
    module = random_module(Random(seed))
    if after:
        run_passes(module)
    text = print_module(module)
    again = read_module(text)
    assert print_module(again) == text
    assert verify(again, after) == []


def test_random_programs_do_enough() -> None:
    """The generator is worth its name: most programs return, some panic, and output differs."""
    outcomes = [behaviour(random_module(Random(seed))) for seed in range(200)]
    statuses = {status for status, _, _ in outcomes}
    assert statuses == {0, 101}
    assert len({output for _, output, _ in outcomes}) > 50
    assert len({errors for _, _, errors in outcomes}) > 30
    assert sum(status == 0 for status, _, _ in outcomes) > 60
