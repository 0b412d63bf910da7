"""Deep programs through every command: what `check` accepts is compiled, and the rest is a diagnostic with a code."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import limits
from tests.complexity.nested import CHAINS, NESTED
from tests.faults.harness import Injector, Outcome, Scenario

from beskid.analysis.check import RECURSION_LIMIT
from beskid.source.text import SourceText
from beskid.syntax.parser import parse

NESTING_LIMIT = 256
ENDLESS = ("array_literals", "generic_instances")
"""Their values have types that are nested more deeply than an instance of a generic function may be (E2013)."""

FAULTY = ("members", "unresolved", "unresolved_uses", "unresolved_types")
"""Programs with an error at every length."""

LONG = 2 * RECURSION_LIMIT // 5
"""More than the recursion limit at three calls a level."""

COMPILED = 70
TOO_DEEP = 2_000
COMMANDS = (
    ("check", "m.bd"),
    ("run", "m.bd"),
    ("build", "m.bd", "-o", "m"),
    ("fmt", "--check", "m.bd"),
    ("ir", "m.bd"),
)


@pytest.fixture(scope="module")
def injector() -> Iterator[Injector]:
    with tempfile.TemporaryDirectory(prefix="beskid-depth-") as name, Injector.started(Path(name)) as started:
        yield started


def use(injector: Injector, text: str) -> None:
    injector.set_up(Scenario("deep", (), {"m.bd": text}))


def deepest(name: str) -> int:
    """Return the largest number of levels that the parser accepts."""
    low, high = 60, NESTING_LIMIT + 1
    while high - low > 1:
        middle = (low + high) // 2
        refused = parse(SourceText("m.bd", NESTED[name](middle))).diagnostics
        low, high = (low, middle) if refused else (middle, high)
    return low


def is_diagnostic(outcome: Outcome) -> bool:
    return outcome.status == 1 and "error[" in outcome.stderr and "Traceback" not in outcome.stderr


def compiles(injector: Injector) -> None:
    """Require that the program is compiled by both back ends and prints `1`."""
    outcome = injector.run(("run", "m.bd"))
    assert (outcome.status, outcome.stdout) == (0, "1\n"), outcome.stderr[-2000:]
    outcome = injector.run(("build", "m.bd", "-o", "m"))
    assert outcome.status == 0, outcome.stderr[-2000:]
    assert limits.run([injector.place.work / "m"], capture_output=True, check=True).stdout == b"1\n"


@pytest.mark.parametrize("name", NESTED)
def test_the_deepest_program_that_is_accepted_is_compiled(name: str, injector: Injector) -> None:
    levels = deepest(name)
    assert levels >= 80
    use(injector, NESTED[name](levels))
    assert injector.run(("check", "m.bd")).status == 0
    assert injector.run(("fmt", "--check", "m.bd")).status in (0, 1)
    if name in ENDLESS:
        for arguments in (("run", "m.bd"), ("build", "m.bd", "-o", "m")):
            outcome = injector.run(arguments)
            assert is_diagnostic(outcome) and "E2013" in outcome.stderr, outcome
    else:
        compiles(injector)


@pytest.mark.parametrize("name", NESTED)
def test_a_program_that_is_too_deep_is_a_diagnostic(name: str, injector: Injector) -> None:
    use(injector, NESTED[name](TOO_DEEP))
    for arguments in COMMANDS:
        outcome = injector.run(arguments)
        if arguments[0] == "fmt":
            assert outcome.status in (1, 2) and "Traceback" not in outcome.stderr, outcome
        else:
            assert is_diagnostic(outcome) and f"deeper than {NESTING_LIMIT} levels" in outcome.stderr, outcome


@pytest.mark.parametrize("name", CHAINS)
def test_a_chain_is_compiled_or_a_diagnostic(name: str, injector: Injector) -> None:
    use(injector, CHAINS[name](COMPILED))
    if name in FAULTY:
        for arguments in (("check", "m.bd"), ("run", "m.bd"), ("build", "m.bd", "-o", "m")):
            outcome = injector.run(arguments)
            assert is_diagnostic(outcome), outcome
    else:
        compiles(injector)
    use(injector, CHAINS[name](LONG))
    outcome = injector.run(("check", "m.bd"))
    assert outcome.status == 0 or is_diagnostic(outcome), outcome.stderr[-2000:]
