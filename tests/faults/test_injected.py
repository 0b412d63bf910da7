"""Whatever system call fails, no file of the user is lost, no output is half written, and the next run is right.

An ordinary run lets two calls of each command fail, and kills the command at some; `BESKID_FAULTS=all` lets each fail.
"""

from __future__ import annotations

import random

import pytest
from tests import fresh
from tests.faults.amounts import amount, is_long
from tests.faults.harness import Injector, Scenario, baseline, broken_rules, faults_of
from tests.faults.scenarios import LONG_SCENARIOS, SCENARIOS

MOST = amount(2, 0)


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("scenario", SCENARIOS + LONG_SCENARIOS * is_long(), ids=lambda scenario: str(scenario.name))
def test_no_fault_harms_the_user(scenario: Scenario, injector: Injector) -> None:
    wanted = baseline(scenario, injector)
    assert wanted.outcome.status == 0, wanted.outcome
    chance = random.Random(f"{fresh.seed(0)} {scenario.name}")
    found: list[str] = []
    for fault in faults_of(wanted.counts, None if is_long() else MOST, chance):
        found += broken_rules(scenario, injector, wanted, fault)
    assert not found, "\n".join(found)
