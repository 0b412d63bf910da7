"""Outputs: each kind works, the gates refuse what does not fit, and nothing is left half-written."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests import limits
from tests.boundary.programs import EXTERN, HELLO, RETURN_42
from tests.boundary.toolbox import ROOT, TRIPLE, compile_source, compile_text, finish, link, runtime_folder

from beskid.abi import BESKID_RUNTIME_ABI_STATEMENT, RUNTIME_EXPORT_SYMBOLS
from beskid.aot.build import build
from beskid.aot.errors import AotError
from beskid.aot.linker import find_linker
from beskid.aot.request import BuildRequest, OutputKind
from beskid.aot.runtime_archive import check_statement
from beskid.base.node import replace
from beskid.codegen.objectfile import defined_symbols, note_fields
from beskid.codegen.target import TARGETS

LEVEL_LINE = BESKID_RUNTIME_ABI_STATEMENT.partition(" draft")[0].encode()

LIBRARY = """
module "library"
function @add(%0 i64, %1 i64) -> (i64) exported at "Add" "library.bd" 1:1 {
  registers %2 i64
entry:
  %2 = iadd %0, %1
  return %2
}
function @negate(%0 i1) -> (i1) exported at "Negate" "library.bd" 9:1 {
  registers %1 i1
entry:
  %1 = xor %0, i1 1
  return %1
}
function @negate(%0 i1) -> (i1) exported at "Negate" "library.bd" 9:1 {
  registers %1 i1
entry:
  %1 = xor %0, i1 1
  return %1
}
function @greet() -> () exported at "Greet" "library.bd" 4:1 {
  registers %0 i64, %1 ref
entry:
  %1 = concat string "from ", string "the library\\x0a" ! 5:1
  %0 = call_runtime stdout_write(%1) ! 6:1
  %0 = call_runtime stdout_flush() ! 7:1
  return
}
"""


def request(image: bytes, output: Path, kind: OutputKind = OutputKind.EXECUTABLE) -> BuildRequest:
    return BuildRequest(image, kind, str(output), TRIPLE, runtime_folder=str(runtime_folder()))


def test_a_stripped_hello_is_small_and_keeps_its_note(tmp_path: Path) -> None:
    output = tmp_path / "hello"
    text = (ROOT / "examples" / "hello.bd").read_text(encoding="utf-8")
    build(replace(request(compile_source(text, tmp_path), output), strip=True))
    assert output.stat().st_size <= 60 * 1024
    build(replace(request(compile_text(HELLO.text), output), strip=True))
    assert output.stat().st_size <= 60 * 1024
    assert note_fields(output.read_bytes())["target"] == [TRIPLE]
    assert finish([str(output)]).stdout == HELLO.stdout


def test_the_same_object_produces_the_same_executable(tmp_path: Path) -> None:
    image = compile_text(HELLO.text)
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    first, second = link(image, tmp_path / "one"), link(image, tmp_path / "two")
    assert first.read_bytes() == second.read_bytes()
    description = "program.beskid.json"
    assert (tmp_path / "one" / description).read_text() == (tmp_path / "two" / description).read_text()


def test_the_description_lists_what_was_linked(tmp_path: Path) -> None:
    image = compile_text(HELLO.text)
    output = link(image, tmp_path)
    text = (tmp_path / f"{output.name}.beskid.json").read_text()
    described = json.loads(text)
    assert described["abi_version"] == described["runtime"]["abi_version"] == 2
    assert described["target"] == TRIPLE
    assert "stdout_write(Ptr)I64" in described["imports"]
    assert "beskid_runtime.o" in described["link"]
    assert str(tmp_path) not in text
    assert str(ROOT) not in text


def test_an_object_is_written_as_it_is(tmp_path: Path) -> None:
    image = compile_text(HELLO.text)
    assert link(image, tmp_path, OutputKind.OBJECT, "hello.o").read_bytes() == image


def test_a_shared_library_shows_its_exports_only_and_works(tmp_path: Path) -> None:
    output = tmp_path / "libadd.so"
    exports = ("add", "greet", "negate")
    build(replace(request(compile_text(LIBRARY), output, OutputKind.SHARED), exports=exports))
    shown = limits.run(["nm", "-D", "--defined-only", str(output)], capture_output=True, text=True, check=True)
    assert [line.split()[-1] for line in shown.stdout.splitlines()] == list(exports)
    library = ctypes.CDLL(str(output))
    library.add.argtypes = [ctypes.c_int64, ctypes.c_int64]
    library.add.restype = ctypes.c_int64
    assert library.add(40, 2) == 42
    library.negate.argtypes = [ctypes.c_bool]
    library.negate.restype = ctypes.c_bool
    assert [library.negate(True), library.negate(False)] == [False, True]


@pytest.mark.parametrize("kind", [OutputKind.STATIC, OutputKind.SHARED])
def test_a_c_program_uses_a_library(kind: OutputKind, tmp_path: Path) -> None:
    output = tmp_path / ("libadd.a" if kind is OutputKind.STATIC else "libadd.so")
    exporting = replace(request(compile_text(LIBRARY), output, kind), exports=("add", "greet"))
    build(exporting)
    source = tmp_path / "user.c"
    source.write_text(
        "#include <stdint.h>\nint64_t add(int64_t, int64_t);\nvoid greet(void);\n"
        "int alloc(void) { return 7; }\n"
        "int main(void) { greet(); return (int)add(30, 5) + alloc(); }\n"
    )
    program = tmp_path / "user"
    limits.run(["cc", str(source), str(output), "-lm", f"-Wl,-rpath,{tmp_path}", "-o", str(program)], check=True)
    outcome = finish([str(program)])
    assert (outcome.stdout, outcome.stderr, outcome.status) == ("from the library\n", "", 42)


def test_foreign_functions_are_linked(tmp_path: Path) -> None:
    output = tmp_path / "extern"
    build(replace(request(compile_text(EXTERN.text), output), externs=("abs", "write"), libraries=("m",)))
    outcome = finish([str(output)])
    assert (outcome.stdout, outcome.status) == (EXTERN.stdout, EXTERN.status)


# Gates ----------------------------------------------------------------------------------------------------------


def refused(made: BuildRequest) -> AotError:
    with pytest.raises(AotError) as caught:
        build(made)
    output = Path(made.output)
    if output.parent.is_dir():
        assert [path.name for path in output.parent.iterdir() if path.name.startswith(f".{output.name}")] == []
    return caught.value


def runtime_copy(folder: Path) -> Path:
    folder.mkdir()
    for name in ("libbeskid_runtime.a", "beskid_start.o"):
        shutil.copy(runtime_folder() / name, folder / name)
    return folder


def test_missing_names_are_refused_before_linking(tmp_path: Path) -> None:
    error = refused(request(compile_text(EXTERN.text), tmp_path / "x"))
    assert error.code == "E4003"
    assert "abs, write" in error.message
    assert not (tmp_path / "x").exists()


def test_a_missing_runtime_is_named(tmp_path: Path) -> None:
    made = replace(request(compile_text(HELLO.text), tmp_path / "x"), runtime_folder=str(tmp_path / "none"))
    error = refused(made)
    assert error.code == "E4011"
    assert str(tmp_path / "none") in error.message


def test_an_archive_without_a_listed_function_is_refused(tmp_path: Path) -> None:
    folder = runtime_copy(tmp_path / "runtime")
    archive = folder / "libbeskid_runtime.a"
    archive.write_bytes(archive.read_bytes().replace(b"\0str_lower\0", b"\0str_lowex\0"))
    made = replace(request(compile_text(HELLO.text), tmp_path / "x"), runtime_folder=str(folder))
    error = refused(made)
    assert error.code == "E4010"
    assert error.message.endswith("missing required symbols: str_lower")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"BESKID-RUNTIME-ABI version=2 ", b"BESKID-RUNTIME-ABI version=3 ", "E4012"),
        (LEVEL_LINE, LEVEL_LINE[:-1] + b"0", "E4012"),
        (b"BESKID-RUNTIME-ABI version=", b"BESKID-RUNTIME-ABI vorsion=", "E4013"),
    ],
)
def test_the_version_is_read_from_the_archive(old: bytes, new: bytes, code: str, tmp_path: Path) -> None:
    folder = runtime_copy(tmp_path / "runtime")
    archive = folder / "libbeskid_runtime.a"
    image = archive.read_bytes()
    assert old in image
    archive.write_bytes(image.replace(old, new))
    made = replace(request(compile_text(HELLO.text), tmp_path / "x"), runtime_folder=str(folder))
    error = refused(made)
    assert error.code == code
    assert str(archive) in error.message


def test_a_draft_of_another_layout_is_refused() -> None:
    statement = b"\n" + LEVEL_LINE + b" draft=0000000000000001\n"
    with pytest.raises(AotError) as caught:
        check_statement(statement, Path("archive.a"), "out")
    assert caught.value.code == "E4012"


@pytest.mark.parametrize(
    ("line", "other"), [(b"abi=2\n", b"abi=3\n"), (b"level=1\n", b"level=?\n"), (b"draft=0x", b"draft=1x")]
)
def test_an_object_of_another_contract_is_refused(line: bytes, other: bytes, tmp_path: Path) -> None:
    image = compile_text(HELLO.text)
    assert line in image
    assert refused(request(image.replace(line, other), tmp_path / "x")).code == "E4012"


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    folder = runtime_copy(tmp_path / "runtime")
    (folder / "libbeskid_runtime.a").write_bytes(b"!<arch>\nnonsense" * 20)
    made = replace(request(compile_text(HELLO.text), tmp_path / "x"), runtime_folder=str(folder))
    assert refused(made).code == "E4010"


def test_a_program_without_entry_is_not_an_executable(tmp_path: Path) -> None:
    assert refused(request(compile_text(LIBRARY), tmp_path / "x")).code == "E4030"


def test_no_linker_is_a_clear_error(tmp_path: Path) -> None:
    made = replace(request(compile_text(HELLO.text), tmp_path / "x"), compiler="no-such-compiler")
    error = refused(made)
    assert error.code == "E4020"
    assert "no-such-compiler" in error.message


def test_without_any_linker_the_help_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(AotError) as caught:
        find_linker("", TARGETS[TRIPLE], native=True)
    assert caught.value.code == "E4020"
    assert "beskid[cross]" in caught.value.help


def test_a_failing_link_shows_the_linkers_words(tmp_path: Path) -> None:
    made = replace(request(compile_text(HELLO.text), tmp_path / "x"), libraries=("no_such_library",))
    error = refused(made)
    assert error.code == "E4021"
    assert "no_such_library" in error.message


def test_an_unwritable_place_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert refused(request(compile_text(HELLO.text), tmp_path / "file" / "x")).code == "E4040"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def fail_to_replace(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the first attempt to give a file this name fail: a new file is linked to it, another one is renamed."""
    original, original_link = os.replace, os.link
    failed: list[str] = []

    def failing(source: str, other: str, **folders: int) -> None:
        # The second rename to it restores what was there.
        if other == target and not failed:
            failed.append(source)
            raise OSError(28, "No space left on device")
        original(source, other, **folders)

    def failing_link(source: str, other: str, *, dst_dir_fd: int, **options: Any) -> None:
        # A name that is taken is not linked to, but renamed to.
        if other == target and not failed and other not in os.listdir(dst_dir_fd):
            failed.append(source)
            raise OSError(28, "No space left on device")
        original_link(source, other, dst_dir_fd=dst_dir_fd, **options)

    monkeypatch.setattr("os.replace", failing)
    monkeypatch.setattr("os.link", failing_link)


@pytest.mark.parametrize("failing", ["program.o", "program.o.beskid.json"])
@pytest.mark.parametrize("has_links", [True, False])
def test_a_failing_rename_changes_nothing(
    failing: str, has_links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not has_links:

        def no_link(*_: object, **__: object) -> None:
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr("os.link", no_link)
    first, second = compile_text(HELLO.text), compile_text(RETURN_42.text)
    output = tmp_path / "program.o"
    build(request(first, output, OutputKind.OBJECT))
    before = contents(tmp_path)
    with monkeypatch.context() as patch:
        fail_to_replace(failing, patch)
        assert refused(request(second, output, OutputKind.OBJECT)).code == "E4040"
    assert contents(tmp_path) == before
    build(request(second, output, OutputKind.OBJECT))
    after = contents(tmp_path)
    assert after["program.o"] == second
    assert sorted(after) == sorted(before) == ["program.o", "program.o.beskid.json"]


@pytest.mark.parametrize("failing", ["program.o", "program.o.beskid.json"])
def test_a_failing_first_build_leaves_nothing(failing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_to_replace(failing, monkeypatch)
    refused(request(compile_text(HELLO.text), tmp_path / "program.o", OutputKind.OBJECT))
    assert contents(tmp_path) == {}


def test_a_folder_as_output_is_an_error(tmp_path: Path) -> None:
    assert refused(request(compile_text(HELLO.text), tmp_path)).code == "E4041"


def test_an_unknown_target_is_an_error(tmp_path: Path) -> None:
    made = replace(request(compile_text(HELLO.text), tmp_path / "x"), triple="pdp11-dec-unix-none")
    assert refused(made).code == "E4022"


def test_a_plain_user_name_never_meets_the_runtimes(tmp_path: Path) -> None:
    text = RETURN_42.text.replace("@_B4main", "@alloc")
    image = compile_text(text)
    assert not {"alloc", *RUNTIME_EXPORT_SYMBOLS} & defined_symbols(image)
    assert finish([str(link(image, tmp_path))]).status == 42
