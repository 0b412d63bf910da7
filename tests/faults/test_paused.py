"""A command is stopped at each of its calls of the system, a file is edited, and the command goes on.

What that command does is the old program, the new one, or a diagnostic. What the next run does is the new program.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests import fresh
from tests.faults.amounts import amount, is_long
from tests.faults.harness import STOP, Fault, Injector, Scenario, faults_of, when_stopped
from tests.faults.scenarios import PROJECT

RUN = Scenario("run", ("run",), {**PROJECT, "Src/Other.bd": 'unit main() { PrintLine("other"); }\n'})
EDITS: dict[str, Callable[[Path], object]] = {
    "source of the same size": lambda work: (work / "Src/Text.bd").write_text('pub string text() => "olleh";\n'),
    "source replaced": lambda work: replace_text(work / "Src/Text.bd", 'pub string text() => "a new text";\n'),
    "manifest": lambda work: (work / "Project.proj").write_text(PROJECT["Project.proj"].replace("Main", "Other")),
    "added file with an error": lambda work: (work / "Src/Added.bd").write_text("pub i64 added() => unknown;\n"),
    "removed file": lambda work: (work / "Src/Text.bd").unlink(),
    "entry of the program": lambda work: (work / "Src/Main.bd").write_text("unit main() { }\n"),
}
STOPPED_AT = ("open", "read", "write", "rename", "link", "mkdir", "scan", "stat")


def replace_text(path: Path, text: str) -> None:
    """Replace a file as an editor does: by a new file of that name."""
    path.with_suffix(".new").write_text(text, encoding="utf-8")
    path.with_suffix(".new").replace(path)


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("edit", EDITS)
def test_the_next_run_is_the_edited_program(edit: str, injector: Injector) -> None:
    injector.set_up(RUN)
    assert injector.run(RUN.arguments).stdout == "hello\n"
    counts = injector.last_counts
    EDITS[edit](injector.place.work)
    shutil.rmtree(injector.place.root / "home")
    wanted = injector.run(RUN.arguments)
    chance = random.Random(f"{fresh.seed(0)} {edit}")
    counts = {name: number if name in STOPPED_AT else 0 for name, number in counts.items()}
    faults = faults_of(counts, None if is_long() else amount(3, 0), chance)
    for stop in dict.fromkeys(Fault(each.function, each.number, STOP) for each in faults):
        injector.set_up(RUN)
        edited: list[str] = []

        def change(edited: list[str] = edited) -> None:
            EDITS[edit](injector.place.work)
            edited.append(edit)

        during = injector.run(RUN.arguments, stop, when_stopped(change))
        assert edited, f"{stop} was not reached"
        assert during.status in (0, 1, 3), f"{stop}: {during}"
        assert "Traceback" not in during.stderr, f"{stop}: {during.stderr}"
        if during.status == 0:
            assert during.stdout in ("hello\n", wanted.stdout), f"{stop}: {during}"
        for _ in range(2):
            after = injector.run(RUN.arguments)
            assert (after.status, after.stdout) == (wanted.status, wanted.stdout), f"{stop}: {after}"
