"""Options, profiles and fixtures shared by all tests."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Test helpers are imported as `tests.…`, which pytest's importlib mode does not make possible by itself.
sys.path.insert(0, str(Path(__file__).parent.parent))

# The same examples in every run, unless tests/fresh.py is told otherwise (then give pytest --hypothesis-seed too).
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("random", deadline=None)
settings.register_profile("few", derandomize=True, deadline=None, max_examples=20)
settings.load_profile("random" if os.environ.get("BESKID_RANDOM") else "repeatable")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Register the options of the suites."""
    parser.addoption(
        "--bless", action="store_true", default=False, help="rewrite the expectations of Markdown and golden suites"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the check of the conformance pages, and choose the runtime of the programs that tests start."""
    from tests.conformance import ConformanceWatch
    from tests.limits import stop_ignoring_signals
    from tests.sanitized import is_requested, sanitized_environment

    if config.getoption("--bless") and config.getoption("numprocesses", None):
        # Several workers would rewrite the same file at once, and one would undo what another wrote.
        raise pytest.UsageError("--bless rewrites files that tests share: run it without -n")
    if is_requested():
        environment = sanitized_environment()
        if environment is None:
            raise pytest.UsageError("this machine's gcc has no sanitizers")
        os.environ.update(environment)
    stop_ignoring_signals()
    os.environ.setdefault("BESKID_HASH_SEED", "0")
    config.pluginmanager.register(ConformanceWatch(), "conformance")


@pytest.fixture
def bless(request: pytest.FixtureRequest) -> bool:
    """Whether expectations are rewritten instead of compared."""
    return bool(request.config.getoption("--bless"))


@pytest.fixture(autouse=True)
def _collector() -> Iterator[None]:
    """Let no test leave Python's collector off: the process would keep the garbage of all tests that follow."""
    yield
    if not gc.isenabled():
        gc.enable()
        pytest.fail("the test left Python's collector off")
