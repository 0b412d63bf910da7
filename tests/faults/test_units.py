"""Builds in units: several at once, with killed processes, and with an edit during the build."""

from __future__ import annotations

import errno
import os
import random
import signal
import time
from collections.abc import Callable

import pytest
from tests import fresh, limits
from tests.faults.amounts import amount
from tests.faults.harness import STOP, Fault, Injector, Scenario, state_of, when_stopped
from tests.faults.scenarios import LARGE, UNITS

from beskid.driver.cache.store import LOWERED, OUTLINES
from beskid.driver.cache.store import UNITS as CACHED_UNITS

EDITED = Scenario("edited", UNITS.arguments, {"m.bd": LARGE["m.bd"].replace("+ 1", "+ 2", 1)}, outputs=UNITS.outputs)
END_SECONDS = 120.0
ATTEMPTS = 10
"""A build may end before the signal arrives; so many are tried for each kill."""


def when_working(action: Callable[[int, list[int]], object]) -> Callable[[int], None]:
    """Return a `meanwhile` that waits until the command has two workers, and acts on it and them."""

    def wait(process: int) -> None:
        while len(found := limits.descendants(process)) < 3:
            time.sleep(0.001)
            assert is_running(process), "the command ended without workers"
        action(process, [each for each in found if each != process])

    return wait


def is_running(process: int) -> bool:
    return state_of(process) not in ("", "Z")


@pytest.fixture(scope="module")
def wanted(injector: Injector) -> dict[str, bytes]:
    """The files after a build in which nothing failed."""
    injector.set_up(UNITS)
    assert injector.run(UNITS.arguments).status == 0
    cache = injector.place.root / "home" / "cache" / "beskid"
    assert len(list((cache / CACHED_UNITS).iterdir())) > 5
    assert list((cache / OUTLINES).iterdir())
    assert list((cache / LOWERED).iterdir())
    return injector.place.files()


def test_builds_at_once(injector: Injector, wanted: dict[str, bytes]) -> None:
    for _ in range(amount(1, 20)):
        injector.set_up(UNITS)
        outcomes = injector.run_at_once(UNITS.arguments, 2, variables={"BESKID_JOBS": "2"})
        assert [outcome.status for outcome in outcomes] == [0, 0], outcomes
        assert injector.place.files() == wanted


def test_workers_end_with_a_killed_build(injector: Injector) -> None:
    chance = random.Random(fresh.seed(0))
    kills = amount(1, 50)
    killed = 0
    for _ in range(kills * ATTEMPTS):
        injector.set_up(UNITS)
        left: list[int] = []

        def kill(process: int, workers: list[int], left: list[int] = left) -> None:
            time.sleep(chance.uniform(0, 0.05))
            os.kill(process, signal.SIGKILL)
            end = time.monotonic() + END_SECONDS
            while any(is_running(worker) for worker in workers) and time.monotonic() < end:
                time.sleep(0.005)
            left += [worker for worker in workers if is_running(worker)]

        outcome = injector.run(UNITS.arguments, meanwhile=when_working(kill), BESKID_JOBS="2")
        assert outcome.status in (0, -signal.SIGKILL), outcome
        assert not left, "a worker outlived the build"
        killed += outcome.status != 0
        if killed == kills:
            return
    pytest.fail(f"{killed} of {kills} builds were killed")


def test_a_build_continues_without_a_killed_worker(injector: Injector, wanted: dict[str, bytes]) -> None:
    kills = amount(1, 50)
    hits: list[int] = []
    for _ in range(kills * ATTEMPTS):
        injector.set_up(UNITS)

        def kill(process: int, workers: list[int], which: int = len(hits) % 2) -> None:
            if is_running(workers[which]):
                os.kill(workers[which], signal.SIGKILL)
                hits.append(workers[which])

        outcome = injector.run(UNITS.arguments, meanwhile=when_working(kill), BESKID_JOBS="2")
        assert outcome.status == 0, outcome
        assert injector.place.files() == wanted
        if len(hits) == kills:
            return
    pytest.fail(f"{len(hits)} of {kills} workers were killed")


@pytest.mark.parametrize("number", [1, 2])
def test_a_build_continues_without_another_process(number: int, injector: Injector, wanted: dict[str, bytes]) -> None:
    injector.set_up(UNITS)
    fault = Fault("fork", number, errno.EAGAIN)
    outcome = injector.run(UNITS.arguments, fault, BESKID_JOBS="2")
    assert outcome.status == 0, outcome
    assert injector.place.files() == wanted


def test_an_edit_while_units_are_compiled(injector: Injector, wanted: dict[str, bytes]) -> None:
    injector.set_up(EDITED)
    assert injector.run(EDITED.arguments).status == 0
    edited = injector.place.files()
    for number in range(1, 1 + amount(1, 2)):
        injector.set_up(UNITS)

        def edit() -> None:
            (injector.place.work / "m.bd").write_text(EDITED.files["m.bd"], encoding="utf-8")

        outcome = injector.run(UNITS.arguments, Fault("fork", number, STOP), when_stopped(edit), BESKID_JOBS="2")
        assert outcome.status == 0, outcome
        assert injector.place.files() == {**wanted, "m.bd": EDITED.files["m.bd"].encode()}
        assert injector.run(UNITS.arguments, BESKID_JOBS="2").status == 0
        assert injector.place.files() == edited
