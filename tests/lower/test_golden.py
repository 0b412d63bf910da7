"""The IR of small programs is what it was, before and after the passes.

`pytest --bless` rewrites the files in `golden/`; review the diff. Only the functions of the program itself are shown,
not those of the core library. Behavior is tested in `tests/lang`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from beskid.driver.inputs.project import ResolveFailure, resolve_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.ir.model import Module
from beskid.ir.text import print_function
from beskid.lower.pipeline import run_passes

GOLDEN = Path(__file__).parent / "golden"
LANG = Path(__file__).resolve().parents[1] / "lang"
PROGRAMS = (
    "closures/bound_methods_keep_their_receiver",
    "contracts/embedded_contracts_convert_and_compare",
    "control/for_sees_changes_of_what_it_walks",
    "enums/literal_patterns_of_every_type",
    "enums/try_inside_expressions",
    "enums/values_have_no_identity",
    "events/order_and_duplicates",
    "externs/callbacks_allocate_and_share_objects",
    "externs/places_passed_by_reference",
    "functions/evaluation_goes_from_left_to_right",
    "functions/paths_that_never_fall_off_the_end",
    "memory/objects_that_stay_are_not_made",
    "structs/recursive_types_of_every_kind",
    "../lower/programs/details",
)


def own_functions(module: Module, file: str) -> str:
    """Print the functions that are written in a file."""
    held = [function for function in module.functions.values() if function.location.file == file]
    return "\n\n".join(print_function(function) for function in held) + "\n"


def golden_name(program: str) -> str:
    return program.removeprefix("../lower/programs/").replace("/", "-") + ".ir"


def lowered(program: str, folder: Path) -> tuple[str, str]:
    """Return the IR of a program before and after the passes."""
    path = LANG / f"{program}.bd"
    resolved = resolve_input(path, None, None, folder)
    assert not isinstance(resolved, ResolveFailure)
    module = Session(resolved, CompileOptions(), {"XDG_CACHE_HOME": str(folder)}).lowered()
    assert module is not None
    before = own_functions(module, path.name)
    run_passes(module)
    return before, own_functions(module, path.name)


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_ir_is_unchanged(program: str, bless: bool, tmp_path: Path) -> None:
    before, after = lowered(program, tmp_path)
    text = f"; before the passes\n{before}\n; after the passes\n{after}"
    path = GOLDEN / golden_name(program)
    if bless:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.exists(), "run pytest --bless"
    assert text == path.read_text(encoding="utf-8")


def test_no_file_is_left_over() -> None:
    assert sorted(path.name for path in GOLDEN.iterdir()) == sorted(golden_name(each) for each in PROGRAMS)
