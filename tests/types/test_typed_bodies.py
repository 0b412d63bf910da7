"""Typed bodies keep the promises that lowering relies on: the core library, its tests, and the test programs."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.types.invariants import called, violations
from tests.types.programs import ROOT, Checked, check_core_library, check_source, describe

from beskid.analysis.model.symbols import FunctionSymbol
from beskid.analysis.model.types import BOOL

_PROGRAMS = sorted(
    [
        *(Path(__file__).parent / "programs").glob("*.bd"),
        *[path for path in (ROOT / "tests/lang").rglob("*.bd") if "modules" not in path.parts],
        *(ROOT / "corelib/tests").rglob("*.bd"),
    ]
)


def _broken(checked: Checked) -> list[str]:
    """Broken promises in all bodies that the program's own functions reach."""
    done: set[FunctionSymbol] = set()
    waiting = checked.functions()
    found: list[str] = []
    while waiting:
        function = waiting.pop()
        if function in done or function.extern is not None or function.contract is not None:
            continue
        done.add(function)
        body = checked.program.body(function)
        found.extend(violations(body))
        waiting.extend(called(body.body))
    assert len(done) >= len(checked.functions())
    return found


def test_core_library() -> None:
    checked = check_core_library()
    assert checked.result.diagnostics == [], describe(checked.result.diagnostics)
    assert _broken(checked) == []
    assert len(checked.functions()) > 200


@pytest.mark.parametrize("path", _PROGRAMS, ids=[path.stem for path in _PROGRAMS])
def test_program(path: Path) -> None:
    assert _broken(check_source(path.read_text(encoding="utf-8"))) == []


def test_a_broken_promise_is_seen() -> None:
    checked = check_source("pub i64 f(i64 n) { return n + 1; }")
    body = checked.function("f")
    assert violations(body) == []
    body.parameters[0].type = BOOL
    assert violations(body) != []
