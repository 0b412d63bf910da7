"""Collections that their callbacks change: every engine does the same, and no unused slot is ever read.

`callbacks.bd` makes a collection call user code (`Equals`, `Hash`, `Compare`, a lambda, the body of a loop), which
changes a collection at a chosen call. The outcome is the ordinary one or the panic of decision L12. The executables try
a random selection of operations, changes and calls; the interpreter, which refuses to read an unused element, a part.
"""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

from tests import fresh
from tests.lang.case import Case, Outcome
from tests.lang.engines import compile_case, open_case, run_jit, run_process

from beskid.aot.request import OutputKind
from beskid.codegen.host import host_triple
from beskid.driver.linking import link
from beskid.ir.model import Module
from beskid.ir.oracle.host import MemoryHost
from beskid.ir.oracle.machine import RunOptions, run_module
from beskid.ir.oracle.translate import Explicit
from beskid.lower.pipeline import run_passes

SOURCE = Path(__file__).with_name("callbacks.bd")
CHANGES, CALLS, OPERATIONS = 25, 9, 28
EXAMPLES = int(os.environ.get("BESKID_EXAMPLES", "100")) * 2
PANIC = "panic: collection changed during iteration"


def selection() -> list[tuple[str, str, str]]:
    random = Random(fresh.seed(0))
    # Operations in turn, so that a small number of examples leaves none out.
    return [
        (str(random.randrange(CHANGES)), str(random.randint(1, CALLS)), str(number % OPERATIONS))
        for number in range(EXAMPLES)
    ]


def interpreted(module: Module, arguments: tuple[str, ...], options: RunOptions) -> Outcome:
    host = MemoryHost()
    status = run_module(module, host, list(arguments), options)
    return Outcome(bytes(host.stdout).decode(), bytes(host.stderr).decode(), status)


def test_callbacks_may_change_what_calls_them(tmp_path: Path) -> None:
    case = Case("callbacks", SOURCE, SOURCE, (), (), 0, b"", (), ("aot-O0", "aot-O2"))
    objects = compile_case(case, tmp_path)
    before, after = open_case(case, tmp_path).lowered(), open_case(case, tmp_path).lowered()
    assert before is not None and after is not None
    run_passes(after)
    executables = {level: tmp_path / f"callbacks-{level}" for level in objects}
    for level, executable in executables.items():
        image = objects[level].read_bytes()
        link(image, OutputKind.EXECUTABLE, executable, host_triple(), dict(os.environ), metadata=False)
    panics = 0
    for number, arguments in enumerate(selection()):
        given = Case("callbacks", SOURCE, SOURCE, (), (), 0, b"", arguments, case.engines)
        outcome = run_process([str(executables["O2"]), *arguments], given, tmp_path, {})
        assert outcome.status == 0 or (outcome.status == 101 and outcome.stderr.startswith(PANIC)), (arguments, outcome)
        assert "lost" not in outcome.stdout, (arguments, outcome)
        panics += outcome.status == 101
        found = {"executable -O0": run_process([str(executables["O0"]), *arguments], given, tmp_path, {})}
        if number % 4 == 0:
            found["interpreter before the passes"] = interpreted(before, arguments, RunOptions())
            found["interpreter after the passes"] = interpreted(after, arguments, RunOptions(Explicit.EVERYTHING))
        if number % 25 == 0:
            found["JIT -O2 under stress"] = run_jit(given, objects["O2"], tmp_path, {"BESKID_GC_STRESS": "1"})
            found["JIT -O0"] = run_jit(given, objects["O0"], tmp_path, {})
        for engine, other in found.items():
            assert other == outcome, (arguments, engine, other, outcome)
    assert EXAMPLES // 10 < panics < EXAMPLES
