"""An object with tests holds a table of their entries, which the engine calls by number."""

from __future__ import annotations

from pathlib import Path

import pytest

from beskid.codegen.artifact import CodegenArtifact
from beskid.codegen.emit import EmitOptions, emit_llvm, emit_object
from beskid.codegen.host import host_triple
from beskid.driver.inputs.project import ResolvedInput, resolve_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.engine.case_table import TestTable as Table
from beskid.engine.runtime_library import installed_library, load_runtime
from beskid.ir.oracle.host import MemoryHost
from beskid.ir.oracle.machine import RunOptions, run_module
from beskid.ir.oracle.translate import Explicit

PROGRAM = """
test quiet { }
test panics { __panic_str("no"); }
test prints { PrintLine("out"); }
mod inner { test quiet { __panic_str("inner"); } }
unit main() { PrintLine("main"); }
"""

FORMS = {0: (0, b"", b""), 1: (101, b"", b"panic: no\n"), 2: (0, b"out\n", b""), 3: (101, b"", b"panic: inner\n")}


def session_of(folder: Path, tests: bool) -> Session:
    file = folder / "t.bd"
    file.write_text(PROGRAM)
    resolved = resolve_input(file, None, None, folder)
    assert isinstance(resolved, ResolvedInput)
    return Session(resolved, CompileOptions(optimize=0, tests=tests), {"XDG_CACHE_HOME": str(folder)})


def artifact_of(folder: Path, tests: bool = True) -> CodegenArtifact:
    artifact = session_of(folder, tests).artifact()
    assert artifact is not None
    return artifact


def test_the_table_has_the_order_of_the_artifact(tmp_path: Path) -> None:
    artifact = artifact_of(tmp_path)
    assert [name.rpartition("T")[2] for name in artifact.tests] == ["5quiet", "6panics", "6prints", "5quiet"]
    text = emit_llvm(artifact, EmitOptions(host_triple()))
    entries = ", ".join(f"ptr @beskid_test_entry.{number}" for number in range(4))
    assert f"@beskid_tests = hidden constant [4 x ptr] [{entries}], align 8\n" in text
    for number, name in enumerate(artifact.tests):
        body = text.partition(f"@beskid_test_entry.{number}(ptr %sp")[2].partition("}")[0]
        assert f"@{name}(" in body


def test_no_tests_no_table(tmp_path: Path) -> None:
    artifact = artifact_of(tmp_path, tests=False)
    assert artifact.tests == ()
    assert "beskid_test" not in emit_llvm(artifact, EmitOptions(host_triple()))


def test_the_list_of_tests_is_part_of_the_identity(tmp_path: Path) -> None:
    artifact = artifact_of(tmp_path)
    assert artifact.entry is None
    assert [line for line in artifact.canonical_text.splitlines() if line.startswith("test ")] == [
        f"test {name}" for name in artifact.tests
    ]


def test_tests_are_called_by_number(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A process can call several: a panic leaves the next one a clean runtime."""
    image = emit_object(artifact_of(tmp_path), EmitOptions(host_triple(), opt_level=0))
    table = Table(image, load_runtime(installed_library(host_triple())), 4, "t")
    assert [table.call(number) for number in (1, 0, 3, 2, 1)] == ["no", None, "inner", None, "no"]
    assert capfd.readouterr().out == "out\n"


@pytest.mark.parametrize("checked", [False, True])
@pytest.mark.parametrize("number", sorted(FORMS))
def test_the_interpreter_agrees(tmp_path: Path, number: int, checked: bool) -> None:
    session = session_of(tmp_path, tests=True)
    module = session.passed() if checked else session.lowered()
    assert module is not None
    module.entry = artifact_of(tmp_path).tests[number]
    host = MemoryHost()
    status = run_module(module, host, (), RunOptions(Explicit.EVERYTHING if checked else Explicit.NOTHING))
    first_line = bytes(host.stderr).partition(b"\n")
    assert (status, bytes(host.stdout), first_line[0] + first_line[1]) == FORMS[number]
