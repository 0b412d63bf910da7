"""The thin binding and the package llvmlite make the same bytes; the package is used where the binding cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.boundary.toolbox import ROOT

from beskid.codegen import emit
from beskid.codegen.artifact import CodegenArtifact
from beskid.codegen.emit import EmitOptions, emit_llvm, machine_of, object_of
from beskid.codegen.llvm_library import ThinUnavailableError
from beskid.codegen.thin_compiler import Machine, compiler_of
from beskid.driver.inputs.project import ResolveFailure, resolve_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session

PROGRAMS = ("examples/hello.bd", "bench/programs/trees.bd", "bench/programs/matrix.bd")
MACHINES = (
    EmitOptions(opt_level=0), EmitOptions(), EmitOptions(cpu="native"), EmitOptions("aarch64-unknown-linux-gnu"),
    EmitOptions("riscv64-unknown-linux-gnu", opt_level=0),
)  # fmt: skip


def artifact_of(path: Path, folder: Path) -> CodegenArtifact:
    resolved = resolve_input(path, None, None, path.parent)
    assert not isinstance(resolved, ResolveFailure)
    made = Session(resolved, CompileOptions(), {"XDG_CACHE_HOME": str(folder)}).artifact()
    assert made is not None
    return made


@pytest.mark.parametrize("name", PROGRAMS)
def test_both_bindings_make_the_same_bytes(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    artifact = artifact_of(ROOT / name, tmp_path)
    texts = [(emit_llvm(artifact, options), options) for options in MACHINES]
    thin = [object_of(text, options) for text, options in texts]
    monkeypatch.setattr(emit, "compiler_of", unavailable)
    assert [object_of(text, options) for text, options in texts] == thin


def unavailable(machine: Machine) -> None:
    raise ThinUnavailableError(machine.triple)


@pytest.mark.parametrize(
    ("text", "message"),
    [("define nonsense", "LLVM IR parsing error"), ("declare i32 @a()\ndefine i32 @b() {\n  ret i64 0\n}", "i32")],
)
def test_text_that_llvm_refuses_is_an_error_with_its_message(text: str, message: str) -> None:
    compiler = compiler_of(machine_of(EmitOptions()))
    with pytest.raises(RuntimeError, match=message):
        compiler.compile(text)
    assert compiler.compile("define i32 @f() {\n  ret i32 1\n}").startswith(b"\x7fELF")
