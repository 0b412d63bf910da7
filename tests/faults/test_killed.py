"""A command that is killed at a random moment leaves the user's files whole, and outputs as they were or complete.

The same command run again succeeds, and after it nothing is beside the outputs. An ordinary run kills 15 times,
`BESKID_FAULTS=all` 600 times.
"""

from __future__ import annotations

import os
import random
import signal
import time

import pytest
from tests import fresh
from tests.faults.amounts import amount, is_long
from tests.faults.harness import KILL, Fault, Injector, Scenario, baseline, changed_files
from tests.faults.scenarios import SCENARIOS

KILLED = (*(("build-units",) if is_long() else ()), "build", "build-again", "run-cold", "fmt", "check-fix")
TIMES = amount(15, 600) // len(KILLED)
CHOSEN = {scenario.name: scenario for scenario in SCENARIOS if scenario.name in KILLED}


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("name", KILLED)
def test_a_killed_command_does_no_harm(name: str, injector: Injector) -> None:
    scenario: Scenario = CHOSEN[name]
    wanted = baseline(scenario, injector)
    injector.set_up(scenario)
    start = time.monotonic()
    injector.run(scenario.arguments)
    duration = time.monotonic() - start
    chance = random.Random(f"{fresh.seed(0)} {name}")
    killed = 0
    for attempt in range(1, TIMES + 1):
        injector.set_up(scenario)
        before = injector.place.files()
        # The first command may have taken longer than all others.
        delay = chance.uniform(0, 1.1 * duration) if killed or attempt < TIMES else 0
        takes_children_along = chance.random() < 0.5

        def kill(process: int, delay: float = delay, group: bool = takes_children_along) -> None:
            time.sleep(delay)
            try:
                (os.killpg if group else os.kill)(process, signal.SIGKILL)
            except ProcessLookupError:
                return

        outcome = injector.run(scenario.arguments, meanwhile=kill)
        killed += outcome.status == -signal.SIGKILL
        label = f"killed after {delay:.3f} s"
        assert outcome.status in (0, -signal.SIGKILL), f"{label}: {outcome}"
        found = list(changed_files(scenario, before, wanted.after, injector.place, Fault("fork", 0, KILL)))
        assert not found, f"{label}: {found}"
        again = injector.run(scenario.arguments)
        assert again.status == 0 and again.stdout in (wanted.outcome.stdout, wanted.again.stdout), f"{label}: {again}"
        found = list(changed_files(scenario, wanted.after, wanted.after, injector.place))
        assert not found, f"after the next run, {label}: {found}"
    assert killed, "every command ended before it was killed"
