"""Builds in units: several at once, with processes that are killed, and with an edit while they compile."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable

from tests import fresh, limits
from tests.faults.amounts import amount
from tests.faults.harness import STOP, Fault, Injector, Scenario, baseline, state_of, when_stopped
from tests.faults.scenarios import LARGE, SCENARIOS

from beskid.driver.cache.store import UNITS

(LARGE_BUILD,) = [scenario for scenario in SCENARIOS if scenario.name == "build-units"]
WORKERS = {"BESKID_JOBS": "2"}
EDITED = Scenario(
    "edited", LARGE_BUILD.arguments, {"m.bd": LARGE["m.bd"].replace("+ 1", "+ 2", 1)}, outputs=LARGE_BUILD.outputs
)
END_SECONDS = 10.0


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


def test_builds_at_once(injector: Injector) -> None:
    wanted = baseline(LARGE_BUILD, injector).after
    units = injector.place.root / "home" / "cache" / "beskid" / UNITS
    assert len(list(units.iterdir())) > 5
    for _ in range(amount(1, 20)):
        injector.set_up(LARGE_BUILD)
        outcomes = injector.run_at_once(LARGE_BUILD.arguments, 3, variables=WORKERS)
        assert [outcome.status for outcome in outcomes] == [0, 0, 0], outcomes
        assert injector.place.files() == wanted


def test_workers_end_with_a_killed_build(injector: Injector) -> None:
    chance = random.Random(fresh.seed(0))
    for _ in range(amount(1, 50)):
        injector.set_up(LARGE_BUILD)
        left: list[int] = []

        def kill(process: int, workers: list[int], left: list[int] = left) -> None:
            time.sleep(chance.uniform(0, 0.05))
            os.kill(process, signal.SIGKILL)
            left += workers
            end = time.monotonic() + END_SECONDS
            while any(is_running(worker) for worker in workers) and time.monotonic() < end:
                time.sleep(0.005)
            left[:] = [worker for worker in workers if is_running(worker)]

        outcome = injector.run(LARGE_BUILD.arguments, meanwhile=when_working(kill), BESKID_JOBS="2")
        assert outcome.status in (0, -signal.SIGKILL), outcome
        assert not left, "a worker outlived the build"


def test_a_build_goes_on_without_a_killed_worker(injector: Injector) -> None:
    wanted = baseline(LARGE_BUILD, injector).after
    for number in range(amount(1, 50)):
        injector.set_up(LARGE_BUILD)

        def kill(process: int, workers: list[int], which: int = number % 2) -> None:
            os.kill(workers[which], signal.SIGKILL)

        outcome = injector.run(LARGE_BUILD.arguments, meanwhile=when_working(kill), BESKID_JOBS="2")
        assert outcome.status == 0, outcome
        assert injector.place.files() == wanted


def test_an_edit_while_units_are_compiled(injector: Injector) -> None:
    edited = baseline(EDITED, injector).after
    injector.set_up(LARGE_BUILD)
    old = injector.place.files()
    injector.run(LARGE_BUILD.arguments)
    old = injector.place.files()
    for number in range(1, 1 + amount(1, 2)):
        injector.set_up(LARGE_BUILD)

        def edit() -> None:
            (injector.place.work / "m.bd").write_text(EDITED.files["m.bd"], encoding="utf-8")

        stop = Fault("fork", number, STOP)
        outcome = injector.run(LARGE_BUILD.arguments, stop, when_stopped(edit), BESKID_JOBS="2")
        assert outcome.status == 0, outcome
        assert injector.place.files()["m"] == old["m"]
        assert injector.place.files()["m.bd"] != old["m.bd"]
        assert injector.run(LARGE_BUILD.arguments, BESKID_JOBS="2").status == 0
        assert injector.place.files() == edited
