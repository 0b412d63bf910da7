"""The slots in use at safepoints, compared with a list of sets."""

from __future__ import annotations

import random

import pytest

from beskid.lower.passes.timeline import Timeline


@pytest.mark.parametrize("count", [1, 2, 3, 7, 64, 100])
def test_used_slots_are_those_of_each_safepoint(count: int) -> None:
    chance = random.Random(count)
    timeline, expected = Timeline(count), [0] * count
    for _ in range(300):
        start = chance.randrange(count)
        end = chance.randrange(start, count) + 1
        if chance.random() < 0.4:
            slot = 1 << chance.randrange(200)
            timeline.add(slot, start, end)
            expected[start:end] = [held | slot for held in expected[start:end]]
        used = 0
        for held in expected[start:end]:
            used |= held
        assert timeline.used(start, end) == used
