"""Loading an object: every name gets an address or is named in the error; the gates refuse what does not fit."""

from __future__ import annotations

import os
import select
import threading
import time
from pathlib import Path

import pytest
from tests import limits
from tests.boundary.programs import CHECKS, ENDLESS, EXTERN, HELLO, RETURN_42
from tests.boundary.toolbox import TRIPLE, artifact, compile_text, runtime_folder

from beskid.abi import (
    BESKID_DRAFT_HASH,
    BESKID_RUNTIME_ABI_LEVEL,
    BESKID_RUNTIME_ABI_VERSION,
    RUNTIME_EXPORT_SYMBOLS,
)
from beskid.codegen.errors import ExternDeclarationError
from beskid.codegen.externs import validate_extern
from beskid.codegen.llvm_library import ThinUnavailableError, find_library
from beskid.codegen.objectfile import note_fields
from beskid.engine.errors import JitError
from beskid.engine.externs import resolve_externs
from beskid.engine.jit_module import BeskidJitModule, check_note, support_address
from beskid.engine.lljit import PackageJit
from beskid.engine.runtime_library import RuntimeLibrary, installed_library, load_runtime
from beskid.engine.session import run_program
from beskid.engine.thin import ThinJit
from beskid.ir.model import ExternImport, IRType, Signature


@pytest.fixture(scope="module")
def runtime() -> RuntimeLibrary:
    return load_runtime(str(runtime_folder() / "libbeskid_runtime.so"))


def test_a_program_runs_in_this_process_again_and_again(runtime: RuntimeLibrary) -> None:
    image = compile_text(RETURN_42.text)
    assert [run_program(image, runtime, []) for _ in range(3)] == [42, 42, 42]


def test_both_loaders_run_the_same_bytes(runtime: RuntimeLibrary) -> None:
    image = compile_text(RETURN_42.text)
    assert run_program(image, runtime, [], loader=ThinJit()) == 42
    assert run_program(image, runtime, [], loader=PackageJit()) == 42


def test_a_panic_leaves_the_process_alive(runtime: RuntimeLibrary, capfd: pytest.CaptureFixture[str]) -> None:
    program = CHECKS["zero"]
    assert run_program(compile_text(program.text), runtime, []) == 101
    assert capfd.readouterr().err == program.stderr
    assert runtime.last_panic() == "division by zero"
    assert run_program(compile_text(HELLO.text), runtime, []) == 0
    assert runtime.last_panic() is None


READ_TWICE = """
module "read"
entry @_B4main
function @_B4main(%0 ref) -> (i64) at "main" "main.bd" 1:1 {
  registers %1 ref
entry:
  %1 = call_runtime syscall_read_bytes(i64 DESCRIPTOR, i64 1) ! 2:3
  %1 = call_runtime syscall_read_bytes(i64 DESCRIPTOR, i64 1) ! 3:3
  return i64 102
}
"""


def test_a_second_thread_is_refused_while_one_is_inside(runtime: RuntimeLibrary) -> None:
    reading, writing = os.pipe()
    image = compile_text(READ_TWICE.replace("DESCRIPTOR", str(reading)))
    statuses: list[int] = []
    first = threading.Thread(target=lambda: statuses.append(run_program(image, runtime, [])))
    first.start()
    os.write(writing, b"1")
    while select.select([reading], [], [], 0)[0]:
        time.sleep(0.001)
    with pytest.raises(JitError) as caught:
        run_program(compile_text(RETURN_42.text), runtime, [])
    assert "another thread" in caught.value.message
    os.write(writing, b"2")
    first.join()
    os.close(reading)
    os.close(writing)
    # A program that returns the same number is not mistaken for a refusal.
    assert statuses == [102]
    assert run_program(compile_text(RETURN_42.text), runtime, []) == 42


@pytest.mark.parametrize("level", [0, 2])
def test_endless_recursion_leaves_the_process_alive(
    level: int, runtime: RuntimeLibrary, capfd: pytest.CaptureFixture[str]
) -> None:
    image = compile_text(ENDLESS.text, level)
    assert [run_program(image, runtime, []) for _ in range(2)] == [101, 101]
    assert runtime.last_panic() == "stack overflow"
    statuses: list[int] = []
    thread = threading.Thread(target=lambda: statuses.append(run_program(image, runtime, [])))
    thread.start()
    thread.join()
    assert statuses == [101]
    assert capfd.readouterr().err.count("panic: stack overflow\n") == 3
    assert run_program(compile_text(RETURN_42.text), runtime, []) == 42


def test_all_missing_names_are_listed_before_anything_is_loaded(runtime: RuntimeLibrary) -> None:
    image = compile_text(EXTERN.text)
    with pytest.raises(JitError.MissingFunction) as caught:
        BeskidJitModule(runtime).load(image)
    assert caught.value.names == ["abs", "write"]
    assert caught.value.code == "E4003"


def test_extras_and_validated_externs_give_addresses(
    runtime: RuntimeLibrary, capfd: pytest.CaptureFixture[str]
) -> None:
    made = artifact(EXTERN.text)
    addresses = resolve_externs(made.extern_imports, {})
    module = BeskidJitModule(runtime)
    module.declare_validated_extern_imports(made.extern_imports, addresses)
    program = module.load(compile_text(EXTERN.text))
    assert program == module.program() != 0
    assert run_program(compile_text(EXTERN.text), runtime, [], extras=addresses) == EXTERN.status
    assert capfd.readouterr().out == EXTERN.stdout


def test_every_pair_that_cannot_be_resolved_is_listed() -> None:
    signature = Signature((), ())
    imports = [
        ExternImport("no_such_function", "c", signature),
        ExternImport("f", "libnothing.so.9", signature),
        ExternImport("g", "other", signature),
    ]
    with pytest.raises(JitError.ExternUnresolved) as caught:
        resolve_externs(imports, {"libnothing.so.9": "libnothing.so.9"})
    assert [pair[:2] for pair in caught.value.pairs] == [
        ("c", "no_such_function"),
        ("libnothing.so.9", "f"),
        ("other", "g"),
    ]
    assert "not permitted" in caught.value.message


@pytest.mark.parametrize(
    ("symbol", "signature"),
    [
        ("alloc", Signature((), ())),
        ("two words", Signature((), ())),
        ("f", Signature((IRType.REF,), ())),
        ("f", Signature((), (IRType.REF,))),
        ("f", Signature((), (IRType.I64, IRType.I64))),
    ],
)
def test_signatures_that_do_not_cross_the_boundary_are_refused(symbol: str, signature: Signature) -> None:
    with pytest.raises(ExternDeclarationError.InvalidSignature):
        validate_extern(ExternImport(symbol, "c", signature))


def test_support_functions_come_from_the_running_c_library() -> None:
    assert support_address("memcpy")
    assert support_address("fmod")
    assert support_address("system") == 0


# The gate -------------------------------------------------------------------------------------------------------


def fake_runtime(folder: Path, version: int, level: int, draft: int) -> str:
    """A library that answers like a runtime of another version."""
    source = folder / "fake.c"
    answers = ("beskid_runtime_abi_version", "beskid_runtime_abi_level", "beskid_runtime_draft_hash")
    source.write_text(
        "#include <stdint.h>\n"
        f"uint32_t beskid_runtime_abi_version(void) {{ return {version}u; }}\n"
        f"uint32_t beskid_runtime_abi_level(void) {{ return {level}u; }}\n"
        f"uint64_t beskid_runtime_draft_hash(void) {{ return {draft}ull; }}\n"
        + "".join(f"void {name}(void) {{}}\n" for name in RUNTIME_EXPORT_SYMBOLS if name not in answers),
    )
    library = folder / "libfake.so"
    limits.run(["cc", "-fno-builtin", "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
    return str(library)


@pytest.mark.parametrize(
    ("version", "level", "draft", "refused"),
    [
        (BESKID_RUNTIME_ABI_VERSION, BESKID_RUNTIME_ABI_LEVEL, BESKID_DRAFT_HASH, False),
        (BESKID_RUNTIME_ABI_VERSION, BESKID_RUNTIME_ABI_LEVEL + 1, BESKID_DRAFT_HASH, False),
        (BESKID_RUNTIME_ABI_VERSION - 1, BESKID_RUNTIME_ABI_LEVEL, BESKID_DRAFT_HASH, True),
        (BESKID_RUNTIME_ABI_VERSION + 1, BESKID_RUNTIME_ABI_LEVEL, BESKID_DRAFT_HASH, True),
        (BESKID_RUNTIME_ABI_VERSION, 0, BESKID_DRAFT_HASH, True),
        (BESKID_RUNTIME_ABI_VERSION, BESKID_RUNTIME_ABI_LEVEL, 1, True),
    ],
)
def test_the_runtime_must_keep_our_contract(
    version: int, level: int, draft: int, refused: bool, tmp_path: Path
) -> None:
    path = fake_runtime(tmp_path, version, level, draft)
    if not refused:
        assert load_runtime(path).path == path
        return
    with pytest.raises(JitError.VersionMismatch) as caught:
        load_runtime(path)
    assert path in caught.value.message
    assert str(caught.value.needed) in caught.value.message
    assert str(caught.value.offered) in caught.value.message
    assert caught.value.help


def test_a_library_that_is_not_a_runtime_is_refused() -> None:
    with pytest.raises(JitError.VersionMismatch) as caught:
        load_runtime("libc.so.6")
    assert "offers none" in caught.value.message


def test_a_missing_runtime_is_an_error_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(JitError.RuntimeMissing) as caught:
        load_runtime(str(tmp_path / "nothing.so"))
    assert caught.value.code == "E4011"
    assert "BESKID_RUNTIME_LIBRARY" in caught.value.help


def test_an_object_of_another_version_is_refused(runtime: RuntimeLibrary) -> None:
    fields = note_fields(compile_text(RETURN_42.text))
    check_note(fields, runtime, "program")
    for key, value in (("abi", "3"), ("level", "99"), ("draft", "0x0000000000000001")):
        with pytest.raises(JitError.VersionMismatch):
            check_note(fields | {key: [value]}, runtime, "program")


def test_bytes_that_are_not_an_object_are_refused(runtime: RuntimeLibrary) -> None:
    for image in (b"", b"not an object", compile_text(RETURN_42.text)[:100]):
        with pytest.raises(JitError) as caught:
            BeskidJitModule(runtime).load(image)
        assert caught.value.code in ("E4002", "E4012")


# Finding things -------------------------------------------------------------------------------------------------


def test_the_installed_runtime_is_in_the_package() -> None:
    assert installed_library(TRIPLE).endswith(f"beskid/_runtime/lib/{TRIPLE}/libbeskid_runtime.so")


def test_the_thin_binding_takes_the_pinned_version_only(tmp_path: Path) -> None:
    binding = tmp_path / "llvmlite" / "binding"
    binding.mkdir(parents=True)
    (binding / "libllvmlite.so").write_bytes(b"")
    (tmp_path / "llvmlite" / "_version.py").write_text("version_version = '9.9.9'\n")
    with pytest.raises(ThinUnavailableError):
        find_library([str(tmp_path)])
    with pytest.raises(ThinUnavailableError):
        find_library([])
