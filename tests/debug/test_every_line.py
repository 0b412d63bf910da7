"""At every line of the programs in `programs/`, debuggers print for each variable what the interpreter holds."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests import limits
from tests.debug.scopes import MARK, watched

from beskid.codegen.emit import EmitOptions, emit_object
from beskid.codegen.llvm.metadata import DebugLevel
from beskid.codegen.unit_store import UnitBuild
from beskid.driver.debugging import GDB_FILE, LLDB_FILE, Debugger, debugger_environment, find_debugger, make_executable
from beskid.driver.inputs.project import ResolveFailure, resolve_input
from beskid.driver.options import CompileOptions
from beskid.driver.oracle import CapturingHost, interpret
from beskid.driver.session import Session
from beskid.lower.pipeline import LOWERING

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.bd"))
WATCHING = Path(__file__).parent
SECONDS = 300

Stop = tuple[int, dict[str, str]]


@pytest.mark.parametrize("debugger", Debugger)
def test_variables_at_every_line(debugger: Debugger, tmp_path: Path) -> None:
    """The collector runs at every allocation, so an object that is not kept for the debugger would be damaged.

    Every second program is compiled in units, whose debug information is merged.
    """
    if shutil.which(debugger.value) is None:
        pytest.skip(f"{debugger.value} is not installed")
    wanted: list[list[Stop]] = []
    plan: list[dict[str, object]] = []
    for number, path in enumerate(PROGRAMS):
        text, names = watched(path.read_text())
        wanted.append(interpreted(text, tmp_path / path.name, names))
        session = opened(path, CompileOptions(optimize=0, debug=True))
        image = divided(session) if number % 2 else session.object_bytes()
        assert image is not None, session.diagnostics
        executable = make_executable(session, image, dict(os.environ))
        plan.append({"executable": executable, "source": path.name, "lines": sorted(names)})
    for path, expected, found in zip(PROGRAMS, wanted, watch(debugger, plan, tmp_path), strict=True):
        assert len(expected) > 5, path
        assert found == expected, path


def opened(path: Path, options: CompileOptions) -> Session:
    resolved = resolve_input(path, None, None, path.parent)
    assert not isinstance(resolved, ResolveFailure)
    return Session(resolved, options, dict(os.environ))


def divided(session: Session) -> bytes:
    """Return the object of a program that is compiled with one function in a unit."""
    artifact = session.artifact()
    assert artifact is not None
    options = EmitOptions(session.triple(), opt_level=session.options.optimize, debug=DebugLevel.FULL)
    return emit_object(artifact, options, build=UnitBuild(min_size=0, max_size=1))


def interpreted(text: str, path: Path, names: dict[int, list[str]]) -> list[Stop]:
    """Return the lines that a program with watched variables runs through, as the interpreter runs it."""
    path.write_text(text)
    session = opened(path, CompileOptions(optimize=0))
    module = session.passed(LOWERING)
    assert module is not None, [(held.message, held.span) for held in session.diagnostics]
    host = CapturingHost(b"")
    assert interpret(module, LOWERING, host, (), {}) == 0
    printed = [line for line in host.stdout.decode().splitlines() if line.startswith(MARK)]
    stops: list[Stop] = []
    for line in printed:
        number, _, forms = line.removeprefix(MARK).partition(" ")
        parts = [part.partition("=") for part in forms.split(" | ")] if forms else []
        stops.append((int(number), {name: form[1:-1] for name, _, form in parts}))
        assert sorted(stops[-1][1]) == names[int(number)]
    return stops


def watch(debugger: Debugger, plan: Sequence[dict[str, object]], folder: Path) -> list[list[Stop]]:
    """Return the stops of all programs; one process of the debugger runs them."""
    (folder / "plan.json").write_text(json.dumps(plan))
    environment = os.environ | {
        "PLAN": str(folder / "plan.json"),
        "ANSWER": str(folder / "answer.json"),
        "PRINTERS": LLDB_FILE,
        "BESKID_GC_STRESS": "1",
    }
    path = find_debugger(debugger)
    if debugger is Debugger.GDB:
        command = [path, "-q", "-nx", "-batch", "-x", GDB_FILE, "-x", str(WATCHING / "watching.py")]
    else:
        command = [path, "-x", "--batch", "-o", f'command script import "{WATCHING / "watching_lldb.py"}"']
    environment = debugger_environment(debugger, path, environment)
    done = limits.run(command, env=environment, capture_output=True, timeout=SECONDS, check=False)
    assert (folder / "answer.json").exists(), (done.stdout + done.stderr).decode()[-2000:]
    answers = json.loads((folder / "answer.json").read_text())
    # No function begins after its lines, so debug information of units has lines, and not the numbers before merging.
    assert all(0 < function <= line for stops in answers for line, function, _ in stops)
    return [[(line, shown(variables)) for line, _, variables in stops] for stops in answers]


def shown(variables: dict[str, str]) -> dict[str, str]:
    """Return forms as the language prints them.

    It does not name functions, shows no objects of contract values, and has no unassigned `out` parameters.
    """
    return {name: without_details(form) for name, form in variables.items() if form != "<not assigned>"}


def without_details(form: str) -> str:
    less = re.sub(r"<function [^>]*>", "<function>", form)
    # The object of a contract value has fields, which may have others: the innermost is found first.
    less = re.sub(r"<(\w+): \w+(?:<\w+>)? \{ (?:[^<>]|<\w+>)*\}>", r"<\1>", less)
    return less if less == form else without_details(less)


def test_the_object_of_a_contract_value_must_have_its_form() -> None:
    assert without_details("<Shape: Pair { first: <Shape: Box<i64> { held: 1 }> }>") == "<Shape>"
    assert without_details("<Shape: Circle>") == "<Shape: Circle>"
