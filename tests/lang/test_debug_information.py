"""Optimized language programs with variables for a debugger behave the same, and their debug information is valid."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from tests.lang.case import Case, find_cases, problems
from tests.lang.engines import open_case, run_jit
from tests.limits import run
from tests.sanitized import is_requested

from beskid.codegen.emit import EmitOptions, emit_object
from beskid.codegen.llvm.metadata import DebugLevel
from beskid.driver.options import CompileOptions

SHARE = 1 if os.environ.get("BESKID_DEBUG_PROGRAMS") == "all" else 40
"""One program in this many is compiled, and all of them with `BESKID_DEBUG_PROGRAMS=all`."""

CASES = [case for case in find_cases(Path(__file__).parent) if "jit-O2" in case.engines][::SHARE]


def name_of(case: Case) -> str:
    return case.name if SHARE == 1 else f"{case.name}, one of {SHARE}"


@pytest.mark.skipif(is_requested(), reason="debug information concerns LLVM and not the runtime")
@pytest.mark.skipif(shutil.which("llvm-dwarfdump") is None, reason="llvm-dwarfdump is not installed")
@pytest.mark.parametrize("case", CASES, ids=map(name_of, CASES))
def test_optimized_program_with_variables(case: Case, tmp_path: Path) -> None:
    session = open_case(case, tmp_path)
    session.options = CompileOptions(optimize=2, debug=True)
    artifact = session.artifact()
    assert artifact is not None
    path = tmp_path / "program.o"
    path.write_bytes(emit_object(artifact, EmitOptions(session.triple(), opt_level=2, debug=DebugLevel.FULL)))
    done = run(["llvm-dwarfdump", "--verify", str(path)], capture_output=True, text=True)
    assert (done.returncode, done.stdout[-11:]) == (0, "No errors.\n"), done.stdout
    outcome = run_jit(case, path, tmp_path, {})
    assert not problems(case, outcome), "\n".join(problems(case, outcome))
