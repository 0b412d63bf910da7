"""Checks and interprets programs; run by Pyodide with a `request`, and by the tests for comparison.

The request is JSON: programs by name with path, arguments and input, and source texts to check. The result is JSON too:
what each program prints, with its status, and the diagnostics of each text.
"""

import json
import sys
from pathlib import Path

if "request" in globals():
    sys.path.insert(0, "/checkout/src")

from beskid.driver.inputs.project import ResolvedInput, resolve_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session, check_text
from beskid.ir.oracle.host import MemoryHost
from beskid.ir.oracle.machine import RunOptions, run_module
from beskid.ir.oracle.translate import Explicit
from beskid.lower.pipeline import run_passes
from beskid.source.render import human


def interpret(checkout: Path, path: str, arguments: list[str], stdin: str) -> list[object]:
    """Return status, output and errors of a program, which ran in the interpreter after all passes."""
    resolved = resolve_input(checkout / path, None, None, checkout)
    assert isinstance(resolved, ResolvedInput)
    session = Session(resolved, CompileOptions(), {"XDG_CACHE_HOME": "/tmp/none"})
    module = session.lowered()
    assert module is not None, human(session.diagnostics)
    run_passes(module)
    host = MemoryHost(stdin=stdin.encode())
    status = run_module(module, host, arguments, RunOptions(explicit=Explicit.EVERYTHING))
    return [status, bytes(host.stdout).decode("utf-8", "replace"), bytes(host.stderr).decode("utf-8", "replace")]


def answer(request: str, checkout: Path) -> dict[str, object]:
    """Return what the JSON text asks for."""
    asked = json.loads(request)
    return {
        "python": list(sys.version_info[:2]),
        "platform": sys.platform,
        "programs": {name: interpret(checkout, *each) for name, each in asked["programs"].items()},
        "checks": {name: human(check_text("text.bd", text)) for name, text in asked["checks"].items()},
    }


if "request" in globals():
    result = json.dumps(answer(globals()["request"], Path("/checkout")))
