"""Source programs through the checker and lowering, run in the interpreter; expected output lies beside each."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.lower.execute import Outcome, execute
from tests.lower.trees import lowered

from beskid.analysis.program import Package
from beskid.driver.inputs.sources import core_library
from beskid.driver.session import check_packages
from beskid.ir.verify import verify
from beskid.source.diagnostics import Diagnostic, has_errors
from beskid.source.text import SourceText

PROGRAMS = Path(__file__).parent / "programs"


def run_source(name: str, text: str) -> Outcome:
    """What a program of one file does."""
    diagnostics: list[Diagnostic] = []
    package = Package("Test", {(): lambda: SourceText(name, text)}, False)
    checked = check_packages((package, core_library(diagnostics)), (), "main")
    assert checked.typed is not None, [d for d in checked.diagnostics if has_errors([d])]
    module = lowered(checked.typed)
    assert verify(module) == []
    return execute(module)


@pytest.mark.parametrize("path", sorted(PROGRAMS.glob("*.bd")), ids=lambda path: path.stem)
def test_program(path: Path) -> None:
    outcome = run_source(path.name, path.read_text(encoding="utf-8"))
    said = f"{outcome.output}{outcome.errors}status {outcome.status}\n"
    assert said == path.with_suffix(".expected").read_text(encoding="utf-8")
