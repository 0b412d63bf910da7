"""The fuzzers of `tools/fuzz`, each for a moment, and what they are built from.

An ordinary run tries the same inputs every time. `BESKID_FUZZ=N` sets how many of each kind, `BESKID_RANDOM=N` draws
others.
"""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest
from tests import fresh
from tools.fuzz import pool
from tools.fuzz.kinds import KINDS
from tools.fuzz.minimize import minimize
from tools.fuzz.pool import Pool, reason_in_child
from tools.fuzz.target import Target, chance_of

COUNTS = {
    "sources": 150,
    "manifests": 300,
    "binaries": 300,
    "entries": 300,
    "units": 100,
    "objects": 300,
    "foreign": 100,
    "workspaces": 300,
    "locks": 300,
}


@pytest.mark.parametrize("kind", KINDS)
def test_no_input_brings_the_compiler_down(kind: str) -> None:
    count = int(os.environ.get("BESKID_FUZZ") or COUNTS[kind])
    result = Pool(KINDS[kind], fresh.seed(0), count, 1).run()
    described = [
        f"input {each.number}: {each.reason}\n{each.details}\n{each.data[:2000]!r}" for each in result.failures
    ]
    assert not described, "\n".join(described)
    assert sum(result.counts.values()) == count
    assert sum(number > 0 for number in result.counts.values()) > 1, f"the inputs are all alike: {result.counts}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_seed_and_a_number_name_an_input(kind: str) -> None:
    made = [KINDS[kind]().make(chance_of(1, number)) for number in range(20)]
    assert made == [KINDS[kind]().make(chance_of(1, number)) for number in range(20)]
    assert len(set(made)) > 10


class Failing(Target):
    """A compiler that fails in every way, chosen by the first byte of the input."""

    suffix = ".x"
    verdicts = ("fine",)

    def prepare(self, folder: Path) -> None:
        """Nothing is shared."""

    def make(self, chance: random.Random) -> bytes:
        return b"abcd" + bytes((chance.choice(b"AEHKW"),)) + b"efgh"

    def run(self, data: bytes) -> str:
        if b"E" in data:
            raise ValueError(data)
        if b"H" in data:
            while True:
                pass
        if b"W" in data:
            time.sleep(3600)
        if b"K" in data:
            os.kill(os.getpid(), signal.SIGSEGV)
        return "fine"


REASONS = {
    ord("E"): "ValueError in test_fuzzers.py:run", ord("H"): "hang", ord("W"): "hang", ord("K"): "signal 11",
}  # fmt: skip


def test_every_way_to_fail_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "MAX_SECONDS", 0.3)
    monkeypatch.setattr(pool, "MAX_WAITING_SECONDS", 1.0)
    result = Pool(Failing, 3, 12, 2).run()
    assert {failure.data[4] for failure in result.failures} == set(REASONS)
    assert all(failure.reason.startswith(REASONS[failure.data[4]]) for failure in result.failures)
    assert len(result.failures) + result.counts["fine"] == 12


def test_a_failing_input_is_made_smaller() -> None:
    data = b"".join(b"line %d\n" % number for number in range(30)) + b"abE\n"
    assert minimize(data, lambda each: b"E" in each, 20.0) == b"E"


def test_an_input_is_judged_in_its_own_process() -> None:
    assert reason_in_child(Failing, b"fine") == ""
    assert reason_in_child(Failing, b"K") == "signal 11"
    assert reason_in_child(Failing, b"E").startswith("ValueError")
