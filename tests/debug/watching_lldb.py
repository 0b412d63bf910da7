"""Runs in lldb: does what `watching.py` does in gdb, with the same plan and the same form of the answer."""

import json
import os
from pathlib import Path
from typing import Any

import lldb  # type: ignore[import-not-found]


def variables_of(frame: Any) -> dict[str, str]:
    """Return the forms of the variables of a function that are in scope, the innermost of each name."""
    found: dict[str, str] = {}
    block = frame.GetBlock()
    while block.IsValid():
        for value in block.GetVariables(frame, True, True, False, lldb.eNoDynamicValues):
            # The printer of the language, as `v` uses it.
            found.setdefault(value.GetName(), value.GetSummary() or value.GetValue())
        block = block.GetParent()
    return found


def watch(debugger: Any, program: dict[str, Any]) -> list[tuple[int, int, dict[str, str]]]:
    target = debugger.CreateTarget(program["executable"])
    debugger.SetSelectedTarget(target)
    debugger.HandleCommand(f'command script import "{os.environ["PRINTERS"]}"')
    for line in program["lines"]:
        target.BreakpointCreateByLocation(program["source"], line)
    started = lldb.SBLaunchInfo(None)
    for descriptor in (1, 2):
        started.AddOpenFileAction(descriptor, "/dev/null", False, True)
    process = target.Launch(started, lldb.SBError())
    stops: list[tuple[int, int, dict[str, str]]] = []
    while process.GetState() == lldb.eStateStopped:
        frame = process.GetSelectedThread().GetFrameAtIndex(0)
        start = frame.GetFunction().GetStartAddress().GetLineEntry().GetLine()
        stops.append((frame.GetLineEntry().GetLine(), start, variables_of(frame)))
        process.Continue()
    debugger.DeleteTarget(target)
    return stops


def __lldb_init_module(debugger: Any, _names: dict[str, object]) -> None:
    debugger.SetAsync(False)
    debugger.HandleCommand("settings set target.max-children-count 100000")
    plan = json.loads(Path(os.environ["PLAN"]).read_text(encoding="utf-8"))
    answers = [watch(debugger, program) for program in plan]
    Path(os.environ["ANSWER"]).write_text(json.dumps(answers), encoding="utf-8")
