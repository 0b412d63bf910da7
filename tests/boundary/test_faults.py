"""Faults that really happen between compiler and runtime: each is one clear message, and nothing runs or is written."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests import limits
from tests.boundary.programs import HELLO, RETURN_42
from tests.boundary.toolbox import TRIPLE, compile_text, link, runtime_folder
from tests.boundary.variants import (
    ARCHIVE,
    EXTRA,
    LIBRARY,
    MISSING,
    START,
    build_variant,
    copied,
    for_another_machine,
    lacking_a_symbol,
    other_version,
    variants_folder,
    with_an_extra_symbol,
)

from beskid.abi import BESKID_RUNTIME_ABI_VERSION
from beskid.aot.build import build
from beskid.aot.errors import AotError
from beskid.aot.request import BuildRequest, OutputKind
from beskid.engine.errors import JitError
from beskid.engine.host_object import HostObject
from beskid.engine.jit_module import BeskidJitModule
from beskid.engine.runtime_library import load_runtime
from beskid.engine.session import run_program

PROGRAM = 'unit main() {\n    PrintLine("ran");\n}\n'
LOWER = 'use Core.String;\n\nunit main() {\n    PrintLine("ABC".ToLower());\n}\n'
GATE = 3


@dataclass(frozen=True)
class Done:
    """What a command gave."""

    stdout: str
    stderr: str
    status: int


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "program.bd").write_text(PROGRAM, encoding="utf-8")
    return tmp_path


def beskid(folder: Path, *words: str, runtime: Path | None = None) -> Done:
    """One command line, with another runtime when one is given. It never ends by a signal or a traceback."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "XDG_CACHE_HOME": str(folder / ".cache"),
        "LC_ALL": "C.UTF-8",
    }
    if runtime is not None:
        environment |= {"BESKID_RUNTIME_LIBRARY": str(runtime / LIBRARY), "BESKID_RUNTIME_FOLDER": str(runtime)}
    done = limits.run(
        [sys.executable, "-m", "beskid", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode >= 0
    assert "Traceback" not in done.stderr
    return Done(done.stdout, done.stderr, done.returncode)


def assert_refused(done: Done, *words: str) -> None:
    """The gate's status, no output of the program, and a message with all of these words and a help."""
    assert (done.status, done.stdout) == (GATE, "")
    for word in words:
        assert word in done.stderr
    assert "= help: " in done.stderr


def assert_rejected(folder: Path, file: Path, reason: str) -> None:
    """`beskid abi verify` names the reason."""
    done = beskid(folder, "abi", "verify", str(file))
    assert done.status == GATE
    assert reason in done.stdout, done.stdout


# Other versions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [1, 3])
def test_a_runtime_of_another_version_is_refused_at_every_entry_point(
    version: int, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    runtime = other_version(variants_folder(tmp_path_factory), version)
    numbers = (f"needs {BESKID_RUNTIME_ABI_VERSION}", f"offers {version}")
    done = beskid(folder, "run", "program.bd", runtime=runtime)
    assert_refused(done, "E4012", "`program.bd`", *numbers, str(runtime / LIBRARY), "use the runtime of this beskid")
    done = beskid(folder, "build", "program.bd", "-o", "out", runtime=runtime)
    assert_refused(done, "E4012", "`out`", *numbers, str(runtime / ARCHIVE), "rebuild the runtime")
    assert not [path.name for path in folder.iterdir() if path.name.startswith(("out", ".out"))]
    for name in (LIBRARY, ARCHIVE):
        assert_rejected(folder, runtime / name, f"has ABI version {version}, this beskid needs 2")


def test_a_runtime_that_states_one_version_and_answers_another_is_refused(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    edit = ("return BESKID_RUNTIME_ABI_VERSION;", "return BESKID_RUNTIME_ABI_VERSION + 1;")
    runtime = build_variant(variants_folder(tmp_path_factory), "answers-3", sources=(edit,))
    assert_refused(beskid(folder, "run", "program.bd", runtime=runtime), "E4012", "needs 2", "offers 3")
    done = beskid(folder, "build", "program.bd", "-o", "out", runtime=runtime)
    assert_refused(done, "E4012", str(runtime / ARCHIVE), "states ABI version 2, but its function returns 3")
    for name in (LIBRARY, ARCHIVE):
        assert_rejected(folder, runtime / name, "but `beskid_runtime_abi_version` returns 3")


@pytest.mark.parametrize("version", [1, 3])
def test_a_program_linked_with_another_version_stops_at_its_start(
    version: int, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    runtime = other_version(variants_folder(tmp_path_factory), version)
    (folder / "program.o").write_bytes(compile_text(HELLO.text))
    files = [str(runtime / START), str(folder / "program.o"), str(runtime / ARCHIVE)]
    limits.run(["cc", *files, "-lm", "-o", str(folder / "forced")], check=True)
    done = limits.run([str(folder / "forced")], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("", GATE)
    assert f"version {version}" in done.stderr and f"version {BESKID_RUNTIME_ABI_VERSION}" in done.stderr
    assert "rebuild the program" in done.stderr


# Functions ----------------------------------------------------------------------------------------------------------


def test_a_runtime_without_a_function_of_its_level_is_refused(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    runtime = lacking_a_symbol(variants_folder(tmp_path_factory))
    (folder / "lower.bd").write_text(LOWER, encoding="utf-8")
    for name in ("lower.bd", "program.bd"):
        done = beskid(folder, "run", name, runtime=runtime)
        assert_refused(done, "E4010", MISSING, str(runtime / LIBRARY))
        done = beskid(folder, "build", name, "-o", "out", runtime=runtime)
        assert_refused(done, "E4010", MISSING, str(runtime / ARCHIVE))
    done = beskid(folder, "doctor", runtime=runtime)
    assert done.status != 0
    assert f"missing required symbols: {MISSING}" in done.stdout
    for name in (LIBRARY, ARCHIVE):
        assert_rejected(folder, runtime / name, f"is missing functions of its level: {MISSING}")
    done = beskid(folder, "abi", "diff", str(runtime_folder() / LIBRARY), str(runtime / LIBRARY))
    assert done.status == 1
    assert f"breaking: function {MISSING} was removed" in done.stdout


def test_a_runtime_with_one_more_function_serves_all_programs(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    runtime = with_an_extra_symbol(variants_folder(tmp_path_factory))
    assert beskid(folder, "run", "program.bd", runtime=runtime) == Done("ran\n", "", 0)
    assert beskid(folder, "build", "program.bd", "-o", "out", runtime=runtime).status == 0
    assert limits.run([str(folder / "out")], capture_output=True, text=True, check=True).stdout == "ran\n"
    for name in (LIBRARY, ARCHIVE):
        assert beskid(folder, "abi", "verify", str(runtime / name)).status == 0
    done = beskid(folder, "abi", "diff", str(runtime_folder() / LIBRARY), str(runtime / LIBRARY))
    assert done.status == 0
    assert f"additive: function {EXTRA} is new" in done.stdout


def test_an_older_runtime_serves_the_programs_that_need_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    image = compile_text(RETURN_42.text)
    monkeypatch.setattr("beskid.engine.jit_module.RUNTIME_EXPORT_SYMBOLS", ("beskid_enter", "not_yet_there"))
    runtime = load_runtime(str(runtime_folder() / LIBRARY))
    assert run_program(image, runtime, []) == 42


# Damage -------------------------------------------------------------------------------------------------------------


def test_a_runtime_for_another_machine_is_refused(folder: Path) -> None:
    runtime = for_another_machine(folder / "runtime")
    assert_refused(beskid(folder, "run", "program.bd", runtime=runtime), "E4011", str(runtime / LIBRARY))
    done = beskid(folder, "build", "program.bd", "-o", "out", runtime=runtime)
    assert_refused(done, "E4010", f"is for aarch64, but the target is `{TRIPLE}`")


@pytest.mark.parametrize("triple", ["aarch64-unknown-linux-gnu", "x86_64-unknown-linux-musl"])
def test_an_object_for_another_target_is_refused(triple: str, tmp_path: Path) -> None:
    from tests.boundary.toolbox import artifact

    from beskid.codegen.emit import EmitOptions, emit_object

    image = emit_object(artifact(RETURN_42.text), EmitOptions(triple))
    with pytest.raises(JitError, match=f"compiled for {triple}"):
        BeskidJitModule(load_runtime(str(runtime_folder() / LIBRARY))).load(image)
    request = BuildRequest(image, OutputKind.OBJECT, str(tmp_path / "x.o"), TRIPLE)
    with pytest.raises(AotError, match=f"compiled for `{triple}`"):
        build(request)


@pytest.mark.parametrize("length", [4, 100, 5000, -1, -1000])
def test_a_truncated_archive_is_refused(length: int, folder: Path) -> None:
    runtime = copied(folder / "runtime")
    archive = runtime / ARCHIVE
    archive.write_bytes(archive.read_bytes()[:length])
    done = beskid(folder, "build", "program.bd", "-o", "out", runtime=runtime)
    assert_refused(done, "E4010", str(archive))
    assert beskid(folder, "abi", "verify", str(archive)).status == GATE


@pytest.mark.parametrize("states", [True, False])
def test_an_archive_that_only_refers_to_the_version_function_is_refused(states: bool, folder: Path) -> None:
    from beskid.abi import BESKID_RUNTIME_ABI_STATEMENT

    runtime = copied(folder / "runtime")
    line = f'const char statement[] = "\\n{BESKID_RUNTIME_ABI_STATEMENT}\\n";\n' if states else ""
    source = folder / "caller.c"
    source.write_text(f"{line}unsigned beskid_runtime_abi_version(void);\n"
                      "unsigned ask(void) { return beskid_runtime_abi_version(); }\n")  # fmt: skip
    limits.run(["cc", "-c", str(source), "-o", str(folder / "caller.o")], check=True)
    (runtime / ARCHIVE).unlink()
    limits.run(["ar", "rcs", str(runtime / ARCHIVE), str(folder / "caller.o")], check=True)
    done = beskid(folder, "build", "program.bd", "-o", "out", runtime=runtime)
    assert_refused(done, *(("E4010", "beskid_runtime_abi_version") if states else ("E4013",)), str(runtime / ARCHIVE))
    assert beskid(folder, "abi", "verify", str(runtime / ARCHIVE)).status == GATE


def test_an_object_of_an_older_compiler_is_refused_by_its_note(folder: Path) -> None:
    image = compile_text(HELLO.text).replace(b"abi=2\n", b"abi=1\n")
    with pytest.raises(JitError.VersionMismatch) as caught:
        BeskidJitModule(load_runtime(str(runtime_folder() / LIBRARY))).load(image)
    assert (caught.value.needed, caught.value.offered) == ("1", "2")
    (folder / "old.o").write_bytes(image)
    assert_rejected(folder, folder / "old.o", "needs ABI version 1, this beskid has 2")


def test_an_object_whose_record_is_older_than_its_note_never_runs(tmp_path: Path) -> None:
    image = compile_text(HELLO.text)
    from beskid.abi import BESKID_DRAFT_HASH

    draft = BESKID_DRAFT_HASH.to_bytes(8, "little")
    # Version and level stand before the draft hash.
    assert image.count(draft) == 1
    start = image.index(draft) - 8
    older = image[:start] + (1).to_bytes(4, "little") + image[start + 4 :]
    with pytest.raises(JitError, match="the runtime refuses it"):
        run_program(older, load_runtime(str(runtime_folder() / LIBRARY)), [])
    done = limits.run([str(link(older, tmp_path))], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("", GATE)
    assert "version 1" in done.stderr and "version 2" in done.stderr


EDITS = {
    "abi_version": (3, "needs ABI version 3"),
    "abi_level": (77, "needs ABI level 77"),
    "draft_hash": ("0x0000000000000001", "needs draft layout 0x0000000000000001"),
    "target": ("riscv64-unknown-linux-gnu", "states target riscv64-unknown-linux-gnu"),
    "imports": (["alloc(Ptr)Ptr"], "but the runtime function is `alloc(Ptr,Ptr)Ptr`"),
    "sha256": ("0" * 64, "does not match `program`"),
    "link": (["cc", "-static"], "was modified"),
}


@pytest.mark.parametrize("key", sorted(EDITS))
def test_a_metadata_file_edited_by_hand_is_rejected(key: str, folder: Path) -> None:
    link(compile_text(HELLO.text), folder)
    path = folder / "program.beskid.json"
    assert beskid(folder, "abi", "verify", str(path)).status == 0
    content = json.loads(path.read_text())
    content[key], reason = EDITS[key]
    path.write_text(json.dumps(content))
    assert_rejected(folder, path, reason)
    assert_rejected(folder, path, "the digest does not match the content")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"abi_version": "2"}'])
def test_other_json_is_not_metadata(text: str, folder: Path) -> None:
    (folder / "x.beskid.json").write_text(text)
    assert beskid(folder, "abi", "verify", "x.beskid.json").status == GATE


def test_an_executable_whose_note_was_removed_is_rejected(folder: Path) -> None:
    program = link(compile_text(HELLO.text), folder)
    limits.run(["objcopy", "--remove-section=.note.beskid", str(program)], check=True)
    assert_rejected(folder, program, "has no Beskid note")


@pytest.mark.parametrize("old", [b"import=stdout_write(Ptr)I64", b"import=stdout_write(Ptr"])
def test_an_object_with_another_signature_is_rejected(old: bytes, folder: Path) -> None:
    image = compile_text(HELLO.text)
    assert old in image
    (folder / "x.o").write_bytes(image.replace(old, old.replace(b"Ptr", b"I64")))
    assert_rejected(folder, folder / "x.o", "but the runtime function is `stdout_write(Ptr)I64`")
    (folder / "x.o").write_bytes(image.replace(b"import=stdout_write", b"import=stdout_wrote"))
    assert_rejected(folder, folder / "x.o", "imports `stdout_wrote`, which is not a runtime function")


def test_files_that_are_not_ours_are_rejected_with_a_reason(folder: Path) -> None:
    assert_rejected(folder, folder / "program.bd", "is not an object, archive, library, executable or metadata file")
    assert_rejected(folder, Path(sys.executable).resolve(), "has no Beskid note")
    done = beskid(folder, "abi", "verify", "nothing.o")
    assert_refused(Done("", f"{done.stderr}  = help: ", done.status), "cannot read nothing.o")


# Several runtimes and names ---------------------------------------------------------------------------------------


def test_two_runtimes_in_one_process_stay_apart(tmp_path: Path) -> None:
    other = tmp_path / "other" / LIBRARY
    other.parent.mkdir()
    shutil.copy(runtime_folder() / LIBRARY, other)
    first, second = load_runtime(str(runtime_folder() / LIBRARY)), load_runtime(str(other))
    assert first.address("alloc") != second.address("alloc")
    modules = [BeskidJitModule(runtime) for runtime in (first, second)]
    programs = [module.load(compile_text(RETURN_42.text)) for module in modules]
    assert [first.enter(programs[0], [b"x"], 0), second.enter(programs[1], [b"x"], 0)] == [42, 42]
    before = first.function("gc_external_root_count")()
    handle = first.function("gc_root_handle")(first.function("str_from_i64")(5))
    assert handle > 0
    assert first.function("gc_external_root_count")() == before + 1
    assert second.function("gc_external_root_count")() == 0
    for runtime, program in ((first, programs[1]), (second, programs[0])):
        with pytest.raises(JitError.OtherRuntime) as caught:
            runtime.enter(program, [b"x"], 0)
        assert runtime.path in caught.value.message
        assert caught.value.help
    first.function("gc_unroot_handle")(handle)


def test_an_object_of_one_runtime_is_refused_by_another(tmp_path: Path) -> None:
    other = tmp_path / LIBRARY
    shutil.copy(runtime_folder() / LIBRARY, other)
    first, second = load_runtime(str(runtime_folder() / LIBRARY)), load_runtime(str(other))
    image = compile_text(LENGTH)
    calls = []
    for runtime in (first, second):
        module = BeskidJitModule(runtime)
        calls.append((runtime, module.load(image, "length", (ENTRY,)), module.symbol(ENTRY)))
    (_, program, entry), (_, other_program, other_entry) = calls
    before = first.function("gc_external_root_count")()
    array = HostObject(first, first.function("array_new")(8, 3))
    first.function("gc_collect")()
    assert first.call(program, entry, 0, array) == 3
    with pytest.raises(JitError.OtherRuntime, match="the object was not made by the runtime"):
        second.call(other_program, other_entry, 0, array)
    array.release()
    array.release()
    with pytest.raises(JitError, match="was released"):
        first.call(program, entry, 0, array)
    assert first.function("gc_external_root_count")() == before


ENTRY = "beskid_program_entry"
LENGTH = """
module "length"
entry @_B4main
function @_B4main(%0 ref) -> (i64) at "main" "main.bd" 1:1 {
  registers %1 i64
entry:
  %1 = length %0
  return %1
}
"""

NAMES = """
i64 write(i64 value) => value + 1;
i64 malloc(i64 size) => size + 2;
i64 alloc(i64 size) => size + 3;
i64 panic(i64 code) => code + 4;
i64 free(i64 value) => value + 5;
i64 str_len(string _text) => 6;
i64 memcpy(i64 value) => value + 7;
i64 beskid_main(i64 value) => value + 8;

unit main() {
    i64 sum = write(0) + malloc(0) + alloc(0) + panic(0) + free(0) + str_len("") + memcpy(0) + beskid_main(0);
    string text = "the sum is ${sum}";
    PrintLine(text);
}
"""


def test_a_program_may_use_the_names_of_the_runtime_and_of_libc(folder: Path) -> None:
    (folder / "names.bd").write_text(NAMES, encoding="utf-8")
    assert beskid(folder, "run", "names.bd") == Done("the sum is 36\n", "", 0)
    for level in ("-O0", "-O2"):
        assert beskid(folder, "build", level, "names.bd", "-o", "names").status == 0
        done = limits.run([str(folder / "names")], capture_output=True, text=True, check=False)
        assert (done.stdout, done.stderr, done.returncode) == ("the sum is 36\n", "", 0)
    assert beskid(folder, "abi", "verify", "names", "names.beskid.json").status == 0
