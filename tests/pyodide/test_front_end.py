"""The front end and the interpreter in Pyodide, whose Python is 3.14: programs do what they do here.

One program in many is run by default, and all that the interpreter runs with `BESKID_PYODIDE=all`.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests import limits
from tests.lang.case import Case, Outcome, problems
from tests.lang.test_programs import CASES
from tests.pyodide.inside import answer
from tools.node_packages import SITE, is_current, packages_of

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PYODIDE = packages_of(SITE) / "pyodide"
ONE_IN = 1 if os.environ.get("BESKID_PYODIDE", "") == "all" else 120
AT_ONCE = 60
"""Programs of one process: Pyodide takes seconds to start."""

CHECKED = {
    "a name": 'unit main() { PrintLin("x"); }',
    "a type": "i64 main() { return true; }",
    "syntax": "unit main( { let x = ; }",
    "unicode": 'unit main() { let größe: i32 = "é"; }',
    "nothing": "unit main() {}",
}

pytestmark = [
    pytest.mark.skipif(not is_current(SITE), reason="python -m tools.node_packages has not installed it"),
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed"),
]


def able() -> list[Case]:
    """The programs that the interpreter runs. The stack of node is too small for endless recursion."""
    return [case for case in CASES if "interpreter" in case.engines and "stack overflow" not in "".join(case.stderr)]


def asked(cases: list[Case]) -> dict[str, Any]:
    programs = {
        case.name: [str(case.input.relative_to(ROOT)), list(case.arguments), case.stdin.decode("utf-8", "replace")]
        for case in cases
    }
    return {"programs": programs, "checks": CHECKED}


def in_pyodide(request: dict[str, Any], folder: Path) -> dict[str, Any]:
    file = folder / "request.json"
    file.write_text(json.dumps(request), encoding="utf-8")
    command = ["node", str(HERE / "run.mjs"), str(PYODIDE), str(ROOT), str(HERE / "inside.py"), str(file)]
    done = limits.run(command, capture_output=True, text=True, timeout=380)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


CHOSEN = able()[::ONE_IN]
PARTS = [CHOSEN[start : start + AT_ONCE] for start in range(0, len(CHOSEN), AT_ONCE)]


@pytest.mark.parametrize("cases", PARTS, ids=[part[0].name for part in PARTS])
def test_programs_and_diagnostics_are_the_same(cases: list[Case], tmp_path: Path) -> None:
    request = asked(cases)
    found = in_pyodide(request, tmp_path)
    assert found["python"] == [3, 14] and found["platform"] == "emscripten"
    wrong = {}
    for case in cases:
        status, stdout, stderr = found["programs"][case.name]
        wrong[case.name] = problems(case, Outcome(stdout, stderr, status))
    assert {name: each for name, each in wrong.items() if each} == {}
    here = answer(json.dumps({"programs": {}, "checks": CHECKED}), ROOT)
    assert found["checks"] == here["checks"]
