"""A program of ours whose n-th allocation fails does what it should or ends with a panic, never by a signal."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from tests import fresh, limits
from tests.faults.amounts import amount, is_long
from tests.faults.harness import PANIC_STATUS, Baseline, Fault, Injector, Scenario, baseline, faults_of
from tests.sanitized import is_requested

PROGRAM = """\
unit main() {
    string mut text = "";
    for i in range(0, 3000) {
        text = "${text}, ${i}";
        if text.Len() > 2000 { text = ""; }
    }
    f64 parsed = 12345678901234567890.5;
    PrintLine("${text} ${parsed}");
}
"""
SCENARIO = Scenario("program", ("build", "p.bd", "-o", "p"), {"p.bd": PROGRAM}, outputs=("p", "p.beskid.json"))
KINDS = ("allocate",)


def run_program(injector: Injector, fault: Fault | None, stress: str = "") -> tuple[int, bytes, bytes]:
    """Run the executable with a failing allocation."""
    injector.set_fault(fault)
    environment = {**injector.place.environment(), **injector.variables}
    if stress:
        environment["BESKID_GC_STRESS"] = stress
    done = limits.run([injector.place.work / "p"], env=environment, capture_output=True, cwd=injector.place.work)
    injector.last_counts = injector.counts(is_server=False)
    injector.set_fault(None)
    return done.returncode, done.stdout, done.stderr


def test_an_executable_survives_each_allocation_that_fails(injector: Injector) -> None:
    built: Baseline = baseline(SCENARIO, injector)
    assert built.outcome.status == 0, built.outcome
    program = Path(injector.place.work / "p").read_bytes()
    assert (b"__asan_init" in program) == is_requested()
    wanted = run_program(injector, None)
    assert wanted[0] == 0, wanted
    counts = {name: number if name in KINDS else 0 for name, number in injector.last_counts.items()}
    assert counts["allocate"] > 2, "the program makes allocations that are seen"
    chance = random.Random(fresh.seed(0))
    for fault in faults_of(counts, None if is_long() else amount(12, 0), chance):
        for is_lasting in (False, True):
            chosen = Fault(fault.function, fault.number, fault.action, is_lasting)
            status, stdout, stderr = run_program(injector, chosen)
            assert status == 0 or (status == PANIC_STATUS and b"memory" in stderr), (chosen, status, stderr)
            if status == 0:
                assert stdout == wanted[1]


@pytest.mark.parametrize("arguments", [("run", "p.bd"), ("run", "-O0", "p.bd")], ids=["O2", "O0"])
def test_run_survives_each_allocation_that_fails(arguments: tuple[str, ...], injector: Injector) -> None:
    scenario = Scenario("run", arguments, {"p.bd": PROGRAM})
    wanted = baseline(scenario, injector)
    counts = {name: number if name in KINDS else 0 for name, number in wanted.counts.items()}
    assert counts["allocate"] > 2, "the runtime makes allocations that are seen"
    chance = random.Random(fresh.seed(0))
    for fault in faults_of(counts, None if is_long() else amount(6, 0), chance):
        outcome = injector.run(arguments, fault)
        is_panic = outcome.status in (PANIC_STATUS, 3) and "memory" in outcome.stderr
        assert is_panic or (outcome.status, outcome.stdout) == (0, wanted.outcome.stdout), f"{fault}: {outcome}"
        assert os.path.lexists(injector.place.work / "p.bd")
