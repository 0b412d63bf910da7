"""Source programs through the checker and lowering, run in the interpreter; expected output lies beside each."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.lower.execute import Outcome, execute
from tests.lower.trees import lowered

from beskid.analysis.program import Package
from beskid.driver.inputs.sources import core_library
from beskid.driver.session import check_packages
from beskid.ir.model import CallRuntime, Length, Module
from beskid.ir.verify import verify
from beskid.source.diagnostics import Diagnostic, has_errors
from beskid.source.text import SourceText

PROGRAMS = Path(__file__).parent / "programs"


def lowered_source(name: str, text: str) -> Module:
    """Return the IR of a program of one file."""
    diagnostics: list[Diagnostic] = []
    package = Package("Test", {(): lambda: SourceText(name, text)}, False)
    checked = check_packages((package, core_library(diagnostics)), (), "main")
    assert checked.typed is not None, [d for d in checked.diagnostics if has_errors([d])]
    module = lowered(checked.typed)
    assert verify(module) == []
    return module


def run_source(name: str, text: str) -> Outcome:
    """What a program of one file does."""
    return execute(lowered_source(name, text))


@pytest.mark.parametrize("path", sorted(PROGRAMS.glob("*.bd")), ids=lambda path: path.stem)
def test_program(path: Path) -> None:
    outcome = run_source(path.name, path.read_text(encoding="utf-8"))
    said = f"{outcome.output}{outcome.errors}status {outcome.status}\n"
    assert said == path.with_suffix(".expected").read_text(encoding="utf-8")


def test_the_length_of_a_text_is_not_a_call() -> None:
    module = lowered_source("lengths.bd", 'i64 main() {\n    let text = "abc";\n    return text.Len();\n}\n')
    steps = [step for function in module.functions.values() for block in function.blocks for step in block.instructions]
    assert any(isinstance(step, Length) for step in steps)
    assert not any(isinstance(step, CallRuntime) and step.function == "str_len" for step in steps)
