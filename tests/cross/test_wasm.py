"""WebAssembly: what it cannot do is refused or reported, and what it does differently is as documented."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from tests import limits
from tests.cross.machines import require, runner_of

from beskid.codegen.target import TARGETS

WASM = TARGETS["wasm64-unknown-wasi"]
HELLO = 'unit main() { PrintLine("hello"); }\n'


@pytest.fixture(autouse=True)
def prepared() -> None:
    require(WASM)


def build(folder: Path, source: str, *words: str) -> tuple[int, str]:
    (folder / "program.bd").write_text(source)
    command = [sys.executable, "-m", "beskid", "build", "--for", WASM.name, "program.bd", "-o", "program.wasm", *words]
    done = limits.run(command, capture_output=True, text=True, cwd=folder, check=False)
    return done.returncode, done.stderr


def run(folder: Path, source: str, **variables: str) -> tuple[int, str, str]:
    status, errors = build(folder, source)
    assert status == 0, errors
    command = [*runner_of(WASM), "program.wasm"]
    environment = {**os.environ, **variables}
    done = limits.run(command, capture_output=True, text=True, cwd=folder, check=False, env=environment)
    return done.returncode, done.stdout, done.stderr


def test_a_status_above_125_is_reported(tmp_path: Path) -> None:
    status, _, errors = run(tmp_path, "i64 main() { return 200; }\n")
    assert (status, errors) == (125, "beskid runtime: WASI has no exit status above 125; the program ends with 125\n")


@pytest.mark.parametrize("limit", ["64m", "2g", "64g"])
def test_a_heap_of_any_limit_begins(limit: str, tmp_path: Path) -> None:
    assert run(tmp_path, HELLO, BESKID_GC_LIMIT=limit) == (0, "hello\n", "")


def test_open_files_and_what_wasi_does_not_have(tmp_path: Path) -> None:
    source = """\
use System.FS;
use System.IO.File;
use System.Process.Command;

unit main() {
    let file = File.Update("file").Expect("opened");
    PrintLine("${file.WriteText("one")} ${file.Seek(1)} ${file.WriteText("NE")} ${file.Size()} ${file.Resize(2)}");
    PrintLine("${file.TryLock()} ${file.Close()} ${FS.Rename("file", "other")} ${FS.ReadAllText("other")}");
    PrintLine("${FS.SetPermissions("other", 384)} ${FS.CreateLink("link", "other")}");
    PrintLine("${Command.New("cat").Run().IsError()}");
    File.Create("unclosed").Expect("created").WriteText("kept").Expect("written");
}
"""
    expected = """\
Result::Ok(3) Result::Ok(1) Result::Ok(2) Result::Ok(3) Result::Ok(true)
Result::Error(FsError::Unsupported("file")) Result::Ok(true) Result::Ok(true) Result::Ok("oN")
Result::Error(FsError::Unsupported("other")) Result::Error(FsError::Unsupported("link"))
true
"""
    assert run(tmp_path, source) == (0, expected, "")
    assert (tmp_path / "unclosed").read_text() == "kept"


def test_files_below_the_folder_are_seen_and_others_are_not(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "žluť.txt").write_text("read\n")
    outside = tmp_path.parent / f"{tmp_path.name}.txt"
    outside.write_text("outside\n")
    source = f"""\
use System.FS;

unit main() {{
    PrintLine("${{FS.List("folder")}}");
    PrintLine("${{FS.ReadAllText("./folder/žluť.txt")}}");
    PrintLine("${{FS.ReadAllText("../{outside.name}")}}");
}}
"""
    status, output, errors = run(tmp_path, source)
    assert status == 0, errors
    assert "žluť.txt" in output and "read" in output and "outside" not in output


EXTERN = """\
[Extern(Abi: "C", Library: "c")]
contract C { %s }

unit main() { PrintLine("${%s}"); }
"""


def test_foreign_functions_outside_of_our_library_are_refused(tmp_path: Path) -> None:
    status, errors = build(tmp_path, EXTERN % ("i32 getppid(); i32 fork(); i32 abs(i32 n);", "C.fork() + C.getppid()"))
    assert status == 3
    assert errors.startswith("error[E4023]: extern functions are not available on `wasm64-wasi`: `fork`, `getppid`\n")
    assert not (tmp_path / "program.wasm").exists()


def test_the_runtime_s_own_functions_are_not_offered(tmp_path: Path) -> None:
    status, errors = build(tmp_path, EXTERN % ("i64 bk_os_pid();", "C.bk_os_pid()"))
    assert status == 3
    assert "not available on `wasm64-wasi`: `bk_os_pid`" in errors


def test_another_signature_is_an_error_and_not_a_trap(tmp_path: Path) -> None:
    status, errors = build(tmp_path, EXTERN % ("i64 abs(i64 number);", "C.abs(-3)"))
    assert status == 3
    assert errors.startswith("error[E4021]") and "signature mismatch: abs" in errors
    assert not (tmp_path / "program.wasm").exists()


@pytest.mark.parametrize(("kind", "name"), [("shared", "a shared library"), ("static", "a static library")])
def test_libraries_are_refused(kind: str, name: str, tmp_path: Path) -> None:
    status, errors = build(tmp_path, HELLO, "--kind", kind)
    assert status == 2
    assert errors.startswith(f"error[E4023]: {name} for `wasm64-wasi` cannot be built yet\n")


def test_a_program_runs_after_it_was_built(tmp_path: Path) -> None:
    (tmp_path / "echo.bd").write_text("i32 main(string[] args) { for arg in args { PrintLine(arg); } return 7; }\n")
    words = ["build", "--for", WASM.name, "echo.bd", "-o", "echo.wasm", "--runner", " ".join(runner_of(WASM))]
    command = [sys.executable, "-m", "beskid", *words, "--", "one", "žlutý"]
    done = limits.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.stdout.splitlines()[1:] == ["one", "žlutý"]
    assert done.returncode == 7


@pytest.mark.parametrize(
    "name", ["stack_overflow", "stack_overflow_in_a_generic_function", "stack_overflow_with_large_frames"]
)
def test_an_overflow_of_either_stack_is_a_panic(name: str, tmp_path: Path) -> None:
    """Nothing guards the stacks: without the checks of generated code the heap after them would be overwritten."""
    source = (Path(__file__).parent.parent / "lang" / "panics" / f"{name}.bd").read_text(encoding="utf-8")
    status, output, errors = run(tmp_path, source)
    assert (status, errors.splitlines()[0]) == (101, "panic: stack overflow")
    assert all(f"// expect: {line}" in source for line in output.splitlines())
