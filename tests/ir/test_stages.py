"""IR printed after any pass and read back goes through the remaining passes as if it had never been text."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.boundary.programs import RUNNABLE

from beskid.driver.inputs.project import ResolveFailure, resolve_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.ir.read import read_module
from beskid.ir.text import print_module
from beskid.lower.pipeline import STAGES, PassOptions, run_passes

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
LEVELS = pytest.mark.parametrize("optimize", [False, True], ids=["O0", "O2"])


def check_stages(lowered: str, optimize: bool) -> None:
    whole = read_module(lowered)
    run_passes(whole, PassOptions(optimize=optimize))
    for stage in STAGES:
        module = read_module(lowered)
        run_passes(module, PassOptions(optimize=optimize, stop_after=stage))
        again = read_module(print_module(module))
        run_passes(again, PassOptions(verify_each=True, optimize=optimize, start_after=stage))
        assert print_module(again) == print_module(whole), stage


@pytest.mark.parametrize("program", RUNNABLE)
@LEVELS
def test_text_of_every_stage_continues_alike(program: str, optimize: bool) -> None:
    check_stages(RUNNABLE[program].text, optimize)


@pytest.mark.parametrize("example", ["word_frequencies.bd"])
@LEVELS
def test_text_of_an_example_continues_alike(example: str, optimize: bool, tmp_path: Path) -> None:
    resolved = resolve_input(EXAMPLES / example, None, None, tmp_path)
    assert not isinstance(resolved, ResolveFailure)
    module = Session(resolved, CompileOptions(), {"XDG_CACHE_HOME": str(tmp_path)}).lowered()
    assert module is not None
    check_stages(print_module(module), optimize)
