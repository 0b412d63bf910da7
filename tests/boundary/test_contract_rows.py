"""Rows of the contract that no other test shows: divergence, barriers, observers, input and output, variants."""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests import limits
from tests.boundary.programs import CHECKS, RUNNABLE, TREES
from tests.boundary.runtime_calls import SCENES, Scene, program
from tests.boundary.toolbox import ROOT, RUNNER, TRIPLE, artifact, compile_text, environment, link, runtime_folder

from beskid.abi import BUILTIN_SPECS, RUNTIME_EXPORT_SYMBOLS, AbiReturnKind
from beskid.abi.generated.declarations import LLVM_DECLARATIONS
from beskid.codegen.emit import EmitOptions, emit_llvm
from beskid.codegen.fileformats import archive_symbols
from beskid.engine.runtime_library import load_runtime
from beskid.ir.model import CallExtern, IRType, Register, StoreElement, StoreField

NEVER = [spec.symbol for spec in BUILTIN_SPECS if spec.returns is AbiReturnKind.NEVER]


# Divergence ---------------------------------------------------------------------------------------------------------


def test_functions_that_do_not_return_say_so() -> None:
    assert {"panic", "panic_str"} <= set(NEVER)
    for symbol in NEVER:
        assert LLVM_DECLARATIONS[symbol].startswith("declare void")
        assert "noreturn" in LLVM_DECLARATIONS[symbol]


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_nothing_follows_a_call_that_does_not_return(name: str) -> None:
    lines = emit_llvm(artifact(CHECKS[name].text), EmitOptions(TRIPLE)).splitlines()
    calls = [index for index, line in enumerate(lines) if re.search(rf"call void @({'|'.join(NEVER)})\(", line)]
    assert calls
    for index in calls:
        assert lines[index + 1].strip().startswith("unreachable")


def test_the_public_names_of_panics_are_two() -> None:
    public = [symbol for symbol in RUNTIME_EXPORT_SYMBOLS[:24] if "panic" in symbol]
    assert public == ["panic", "panic_str"]


# The collector ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(RUNNABLE))
def test_every_store_of_a_reference_is_paired_with_a_barrier(name: str) -> None:
    made = artifact(RUNNABLE[name].text)
    instructions = [held for function in made.functions for block in function.blocks for held in block.instructions]
    stores = sum(
        isinstance(held, StoreElement) or not held.initializing
        for held in instructions
        if isinstance(held, StoreField | StoreElement)
        and isinstance(held.value, Register)
        and held.value.type is IRType.REF
    )
    text = emit_llvm(made, EmitOptions(TRIPLE, opt_level=0))
    assert text.count("ptrtoaddr") == stores


def test_there_are_stores_of_references() -> None:
    assert "ptrtoaddr" in emit_llvm(artifact(TREES.text), EmitOptions(TRIPLE))


def test_a_host_may_collect_outside_of_every_entry() -> None:
    runtime = load_runtime(str(runtime_folder() / "libbeskid_runtime.so"))
    assert runtime.function("gc_collect")() >= 0
    assert runtime.function("gc_collect_if_needed")() >= 0
    assert runtime.function("gc_phase")() == 0


def test_roots_are_counted_and_come_back_to_nothing() -> None:
    runtime = load_runtime(str(runtime_folder() / "libbeskid_runtime.so"))
    before = runtime.function("gc_external_root_count")()
    handles = [runtime.function("gc_root_handle")(runtime.function("str_from_i64")(number)) for number in range(100)]
    assert len(set(handles)) == 100 and 0 not in handles
    assert runtime.function("gc_external_root_count")() == before + 100
    for handle in handles:
        runtime.function("gc_unroot_handle")(handle)
    assert runtime.function("gc_external_root_count")() == before


# Input and output ---------------------------------------------------------------------------------------------------


def outcomes(scene: Scene, folder: Path, **files: int) -> list[tuple[bytes, int]]:
    """Standard error and status of a scene through both back ends, with other descriptors than usual."""
    image = compile_text(program(scene))
    (folder / "program.o").write_bytes(image)
    library = str(runtime_folder() / "libbeskid_runtime.so")
    commands = [
        [sys.executable, "-c", RUNNER, library, str(folder / "program.o")],
        [str(link(image, folder))],
    ]
    made = []
    for command in commands:
        done = limits.run(command, stderr=subprocess.PIPE, env=environment(False), check=False, **files)  # type: ignore[call-overload]
        made.append((done.stderr, done.returncode))
    return made


REPORT = (
    '$i1 = call_runtime syscall_write(i64 1, string "text")',
    "$r1 = call_runtime str_from_i64($i1)",
    "$i2 = call_runtime stderr_write($r1)",
)


def test_a_full_device_returns_minus_one(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        assert outcomes(Scene(REPORT), tmp_path, stdout=full.fileno()) == [(b"-1", 0)] * 2


def test_a_closed_pipe_returns_minus_one(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        assert outcomes(Scene(REPORT), tmp_path, stdout=writer) == [(b"-1", 0)] * 2
    finally:
        os.close(writer)


def test_a_long_text_is_written_whole_through_a_pipe(tmp_path: Path) -> None:
    scene = Scene(
        (
            '$r1 = call_runtime str_repeat(string "0123456789", i64 100000)',
            "$i1 = call_runtime syscall_write(i64 1, $r1)",
            "$r1 = call_runtime str_from_i64($i1)",
            "$i2 = call_runtime stderr_write($r1)",
        )
    )
    (tmp_path / "program.o").write_bytes(compile_text(program(scene)))
    executable = link((tmp_path / "program.o").read_bytes(), tmp_path)
    done = limits.run([str(executable)], capture_output=True, check=True)
    assert (len(done.stdout), done.stderr) == (1_000_000, b"1000000")


def test_redirected_output_is_still_descriptor_one(tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    with target.open("wb") as file:
        assert outcomes(Scene(REPORT), tmp_path, stdout=file.fileno()) == [(b"4", 0)] * 2
    assert target.read_bytes() == b"texttext"


def test_both_back_ends_import_the_same_read_and_write() -> None:
    for name in ("syscall_read", "syscall_write"):
        assert f"@{name}(" in emit_llvm(artifact(program(SCENES[name])), EmitOptions(TRIPLE))


# Variants -----------------------------------------------------------------------------------------------------------


def test_optional_functions_of_others_are_not_in_the_baseline() -> None:
    names = archive_symbols((runtime_folder() / "libbeskid_runtime.a").read_bytes())
    assert not [name for name in names if name.startswith(("rt_", "fiber_", "channel_", "hub_", "composition_"))]


def test_the_description_lists_features() -> None:
    from beskid.aot.metadata import describe
    from beskid.aot.request import BuildRequest, OutputKind

    request = BuildRequest(b"", OutputKind.OBJECT, "x.o", TRIPLE, strip=True)
    assert '"features": [\n    "stripped"\n  ]' in describe(request, {}, (), None, b"")


def test_arrays_always_have_storage() -> None:
    scene = SCENES["array_new"]
    assert any("load_element" in line for line in scene.lines)
    runtime = load_runtime(str(runtime_folder() / "libbeskid_runtime.so"))
    array = runtime.function("array_new")(8, 3)
    assert int.from_bytes((ctypes.string_at(array, 8)), "little") != 0


def test_no_text_for_users_names_internal_dispatch() -> None:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs" / "guide").rglob("*.md"))]
    assert not [page.name for page in pages if "__interop" in page.read_text(encoding="utf-8")]


def test_no_program_of_the_tests_calls_a_foreign_function_unseen() -> None:
    for scene in SCENES.values():
        made = artifact(program(scene))
        instructions = [held for function in made.functions for block in function.blocks for held in block.instructions]
        assert not [held for held in instructions if isinstance(held, CallExtern)]
