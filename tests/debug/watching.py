"""Runs in gdb: stops at lines of programs, and writes what variables hold there.

`PLAN` of the environment is a JSON list of programs, each with an executable, a source file and lines. The answer, in
the file `ANSWER`, has for each program a list of stops: the line, that of the function, and the form of each variable
by its name.
"""

import json
import os
from pathlib import Path
from typing import Any

import gdb  # type: ignore[import-untyped]


def variables_of(frame: Any) -> dict[str, str]:
    """Return the forms of the variables of a function that are in scope, the innermost of each name."""
    found: dict[str, str] = {}
    block = frame.block()
    while block is not None:
        for symbol in block:
            if (symbol.is_variable or symbol.is_argument) and symbol.name not in found:
                # The printer of the language, as `print` uses it.
                found[symbol.name] = symbol.value(frame).format_string()
        if block.function is not None:
            return found
        block = block.superblock
    return found


def watch(program: dict[str, Any]) -> list[tuple[int, int, dict[str, str]]]:
    gdb.execute(f"file {program['executable']}")
    gdb.execute("delete")
    for line in program["lines"]:
        gdb.Breakpoint(f"{program['source']}:{line}")
    stops: list[tuple[int, int, dict[str, str]]] = []
    gdb.execute("run > /dev/null 2>&1")
    while gdb.selected_inferior().pid:
        frame = gdb.newest_frame()
        stops.append((frame.find_sal().line, frame.function().line, variables_of(frame)))
        gdb.execute("continue")
    return stops


gdb.execute("set confirm off")
gdb.execute("set print elements 0")
plan = json.loads(Path(os.environ["PLAN"]).read_text(encoding="utf-8"))
Path(os.environ["ANSWER"]).write_text(json.dumps([watch(program) for program in plan]), encoding="utf-8")
