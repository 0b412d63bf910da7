"""Objects: the same bytes for the same program, no name outside the contract, what the note says."""

from __future__ import annotations

import sys

import pytest
from tests import limits
from tests.boundary.programs import EXTERN, RETURN_42, RUNNABLE
from tests.boundary.toolbox import ROOT, TRIPLE, artifact, compile_text

from beskid.abi import BESKID_RUNTIME_ABI_VERSION, RUNTIME_EXPORT_SYMBOLS, SUPPORT_SYMBOLS
from beskid.codegen.artifact import make_artifact
from beskid.codegen.emit import EmitOptions, check_imports, emit_llvm, emit_object
from beskid.codegen.errors import CodegenError
from beskid.codegen.llvm.metadata import DebugLevel
from beskid.codegen.objectfile import defined_symbols, note_fields, sections, undefined_symbols
from beskid.ir.read import read_module
from beskid.ir.text import print_function

_PRINT_DIGEST = """
import hashlib
from tests.boundary.programs import RUNNABLE
from tests.boundary.toolbox import compile_text
print(hashlib.sha256(b"".join([compile_text(RUNNABLE[name].text) for name in sorted(RUNNABLE)])).hexdigest())
"""


def test_another_process_with_another_hash_seed_produces_the_same_bytes() -> None:
    digests = set()
    for seed in ("1", "2"):
        done = limits.run(
            [sys.executable, "-c", _PRINT_DIGEST],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        )
        digests.add(done.stdout)
    assert len(digests) == 1


@pytest.mark.parametrize("level", [0, 2])
@pytest.mark.parametrize("name", sorted(RUNNABLE))
def test_an_object_needs_listed_names_only(name: str, level: int) -> None:
    needed = undefined_symbols(compile_text(RUNNABLE[name].text, level))
    assert set(needed) <= {*RUNTIME_EXPORT_SYMBOLS, *SUPPORT_SYMBOLS}


@pytest.mark.parametrize("name", sorted(RUNNABLE))
def test_both_levels_need_what_the_artifact_says(name: str) -> None:
    made = artifact(RUNNABLE[name].text)
    for level in (0, 2):
        needed = set(undefined_symbols(emit_object(made, EmitOptions(TRIPLE, opt_level=level))))
        assert needed - set(SUPPORT_SYMBOLS) <= set(made.builtin_imports)


def test_a_stranger_among_the_imports_is_refused() -> None:
    made = artifact(EXTERN.text)
    image = emit_object(made, EmitOptions(TRIPLE))
    stranger = artifact(RETURN_42.text)
    with pytest.raises(CodegenError) as caught:
        check_imports(image, stranger, TRIPLE)
    assert "cbrt" not in caught.value.message
    assert "abs" in caught.value.message


def test_no_path_of_this_machine_is_in_an_object() -> None:
    image = compile_text(RUNNABLE["trees"].text)
    assert str(ROOT).encode() not in image
    assert b"main.bd" in image


def test_the_note_names_the_target_of_an_object() -> None:
    made = artifact(EXTERN.text)
    fields = note_fields(emit_object(made, EmitOptions(TRIPLE)))
    assert fields["abi"] == [str(BESKID_RUNTIME_ABI_VERSION)]
    assert fields["target"] == [TRIPLE]
    assert fields["artifact"] == [made.canonical_hash()]
    assert "stdout_write(Ptr)I64" in fields["import"]
    assert "cbrt@m(double)double" in fields["extern"]


def test_different_programs_have_different_identities() -> None:
    hashes = {artifact(program.text).canonical_hash() for program in RUNNABLE.values()}
    assert len(hashes) == len(RUNNABLE)


def test_broken_ir_never_reaches_llvm() -> None:
    text = RETURN_42.text.replace("return i64 42", "return i32 42")
    with pytest.raises(CodegenError) as caught:
        make_artifact(read_module(text))
    assert caught.value.code == "E2011"


def test_an_unknown_target_is_an_error_not_a_crash() -> None:
    with pytest.raises(CodegenError) as caught:
        emit_object(artifact(RETURN_42.text), EmitOptions("pdp11-dec-unix-none"))
    assert caught.value.code == "E4001"


@pytest.mark.parametrize("triple", ["aarch64-unknown-linux-gnu", "riscv64-unknown-linux-musl"])
def test_other_targets_give_objects_of_their_machine(triple: str) -> None:
    """They hold code of the machine, and state and import what the object of this machine does."""
    machine, returning = {"aarch64": (183, b"\xc0\x03\x5f\xd6"), "riscv64": (243, b"\x82\x80")}[triple.split("-")[0]]
    native = emit_object(artifact(RUNNABLE["trees"].text), EmitOptions(TRIPLE))
    image = emit_object(artifact(RUNNABLE["trees"].text), EmitOptions(triple))
    assert int.from_bytes(image[18:20], "little") == machine
    code = b"".join(
        image[held.offset : held.offset + held.size] for held in sections(image) if held.name.startswith(".text")
    )
    assert returning in code
    assert undefined_symbols(image) == undefined_symbols(native)
    fields, own = note_fields(image), note_fields(native)
    assert fields.pop("target") == [triple] and own.pop("target") == [TRIPLE]
    assert fields == own
    assert defined_symbols(image) == defined_symbols(native)


def test_line_tables_are_optional() -> None:
    made = artifact(RUNNABLE["trees"].text)
    with_lines = emit_object(made, EmitOptions(TRIPLE))
    without = emit_object(made, EmitOptions(TRIPLE, debug=DebugLevel.NONE))
    assert b".debug_line" in with_lines
    assert b".debug_line" not in without


def test_importing_code_generation_does_not_load_llvm() -> None:
    program = (
        "import sys, beskid.codegen.emit, beskid.engine.session, beskid.aot.build; print('llvmlite' in sys.modules)"
    )
    done = limits.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT / "src")},
    )
    assert done.stdout == "False\n"


def test_the_quick_tier_gets_no_more_text() -> None:
    made = artifact(RUNNABLE["trees"].text)
    assert len(emit_llvm(made, EmitOptions(opt_level=0))) < len(emit_llvm(made, EmitOptions(opt_level=2)))


def test_code_generation_does_not_change_the_functions_of_an_artifact() -> None:
    for program in RUNNABLE.values():
        made = artifact(program.text)
        before = [print_function(function) for function in made.functions]
        emit_object(made, EmitOptions(TRIPLE))
        assert [print_function(function) for function in made.functions] == before
