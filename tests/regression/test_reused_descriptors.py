"""A child of the test runner that takes over the descriptor numbers of another keeps its report."""

from __future__ import annotations

import os
import selectors

from beskid.driver.testing.run import RunLimits, _Runner, _Stream


def test_a_closed_stream_leaves_the_next_owner_of_its_number_alone() -> None:
    runner = _Runner(lambda number: None, RunLimits())
    read, write = os.pipe()
    ended = _Stream(read, 100)
    runner.selector.register(read, selectors.EVENT_READ, ended)
    os.close(write)
    assert not ended.read()
    runner._forget(ended)
    again, other = os.pipe()
    # The lowest free number is given out first, so it is the same one.
    assert again == read
    running = _Stream(again, 100)
    runner.selector.register(again, selectors.EVENT_READ, running)
    os.write(other, b"returned")
    runner._drain(ended)
    assert not ended.data
    os.close(other)
    runner._drain(running)
    assert bytes(running.data) == b"returned"
    runner.close()
