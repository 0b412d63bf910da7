"""Each file states what it relies on, and every door compares it: faults of a state in which files were trusted.

The tests import nothing newer than the faults, so they also run on the states that had them: they call the command
line, and the engine by the names that it has always had.
"""

from __future__ import annotations

import platform
import re
import shutil
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests import limits
from tests.externs.libraries import BESKID, Ran, build, call, run, write_program
from tests.regression.other_runtimes import ROOT, SWAPS, built_runtime, variables_of

HELLO = 'unit main() { PrintLine("hello"); }\n'
FIND = 'unit main() { PrintLine("${"banana".Contains("nan")}"); }\n'
EXTERNS = """
[Extern(Abi: "C", Library: "c")]
contract C { i32 abs(i32 a); i64 ffs(i64 a); }
unit main() { PrintLine("${C.abs(-7)} ${C.ffs(1)}"); }
"""
LOAD = """
import sys
from beskid.engine.runtime_library import load_runtime
from beskid.engine.session import run_program
with open(sys.argv[2], "rb") as file:
    run_program(file.read(), load_runtime(sys.argv[1]), [], extras={"abs": 1, "ffs": 1})
"""
LINK = """
import sys
from beskid.aot.build import build
from beskid.aot.request import BuildRequest, OutputKind
with open(sys.argv[2], "rb") as file:
    triple = sys.argv[1].split("/")[-2]
    build(BuildRequest(file.read(), OutputKind.EXECUTABLE, "linked", triple, externs=("abs", "ffs")))
"""
(LIBRARY,) = (ROOT / "src" / "beskid" / "_runtime" / "lib").glob(f"{platform.machine()}-*-gnu/libbeskid_runtime.so")


def object_of(folder: Path, text: str) -> bytes:
    program = write_program(folder, text)
    made = call(folder, [*BESKID, "build", "--kind", "object", "--entrypoint", "main", "-o", "program.o", program])
    assert made.status == 0, made.stderr
    return (folder / "program.o").read_bytes()


def refusals(folder: Path, image: bytes) -> tuple[Ran, Ran, Ran]:
    """What the engine, the linker and `abi verify` say of an object."""
    (folder / "edited.o").write_bytes(image)
    loaded, linked = [call(folder, [sys.executable, "-c", text, str(LIBRARY), "edited.o"]) for text in (LOAD, LINK)]
    return loaded, linked, call(folder, [*BESKID, "abi", "verify", "edited.o"])


def assert_refused(folder: Path, image: bytes, *words: str) -> None:
    """No signal, no output, no file; the messages have all of the words."""
    loaded, linked, verified = refusals(folder, image)
    assert (loaded.stdout, loaded.status, linked.status, verified.status) == ("", 1, 1, 3), (loaded, linked, verified)
    assert not (folder / "linked").exists()
    for word in words:
        for said in (loaded.stderr, linked.stderr, verified.stdout):
            assert word in said, said


# Objects ------------------------------------------------------------------------------------------------------------


def with_level_77(image: bytes) -> bytes:
    """The note keeps its length: the version of the compiler becomes shorter."""
    taller = re.sub(rb"\nlevel=\d\n", b"\nlevel=77\n", image, count=1)
    return re.sub(rb"\n(compiler=[^\n]+)[^\n]\n", rb"\n\1\n", taller, count=1)


def with_other_kinds(image: bytes) -> bytes:
    return image.replace(b"import=str_find(Ptr,Ptr,I64)I64", b"import=str_find(Ptr,I64,Ptr)I64")


@pytest.mark.parametrize(("edit", "named"), [(with_level_77, "77"), (with_other_kinds, "str_find")])
def test_level_and_rows_of_a_note_are_compared(edit: Callable[[bytes], bytes], named: str, tmp_path: Path) -> None:
    image = object_of(tmp_path, FIND)
    assert edit(image) != image
    assert len(edit(image)) == len(image)
    assert_refused(tmp_path, edit(image), named)


def damaged(image: bytes, section: str, field: int, value: int) -> bytes:
    """With another number in the row of a section; `field` counts bytes from its start."""
    (table,) = struct.unpack_from("<Q", image, 0x28)
    count, strings = struct.unpack_from("<HH", image, 0x3C)
    (names,) = struct.unpack_from("<Q", image, table + 64 * strings + 24)
    for row in range(table, table + 64 * count, 64):
        start = names + struct.unpack_from("<I", image, row)[0]
        if image[start : image.index(0, start)] == section.encode():
            return image[: row + field] + value.to_bytes(8, "little") + image[row + field + 8 :]
    raise AssertionError(section)


@pytest.mark.parametrize(("field", "value"), [(48, 3), (32, 1 << 40), (16, 8)])
def test_a_damaged_section_is_refused(field: int, value: int, tmp_path: Path) -> None:
    """An alignment of 3, a size beyond the file, an address: the linker of LLVM ends the process for some of them."""
    assert_refused(tmp_path, damaged(object_of(tmp_path, HELLO), ".text", field, value), "`.text`")


def test_two_rows_of_one_symbol_are_refused(tmp_path: Path) -> None:
    image = object_of(tmp_path, EXTERNS)
    row = b"extern=ffs@c(i64)i64"
    assert image.count(row) == 1
    assert_refused(tmp_path, image.replace(row, row.replace(b"ffs", b"abs")))


# Runtimes -----------------------------------------------------------------------------------------------------------


def test_a_runtime_that_states_one_version_and_answers_another_is_refused(tmp_path: Path) -> None:
    edit = {"return BESKID_RUNTIME_ABI_VERSION;": "return BESKID_RUNTIME_ABI_VERSION + 1;"}
    other = built_runtime(tmp_path, edit)
    program = write_program(tmp_path, HELLO)
    ran, made = run(tmp_path, program, **variables_of(other)), build(tmp_path, program, **variables_of(other))
    for done, name in ((ran, "libbeskid_runtime.so"), (made, "libbeskid_runtime.a")):
        assert (done.stdout, done.status) == ("", 3)
        assert str(other / name) in done.stderr
        assert call(tmp_path, [*BESKID, "abi", "verify", str(other / name)]).status == 3
    assert not (tmp_path / "program").exists()


def test_the_gate_names_both_files_and_says_what_to_do(tmp_path: Path) -> None:
    """Compiling again does not help when the runtime is the wrong one."""
    other = built_runtime(
        tmp_path, {"return BESKID_RUNTIME_ABI_VERSION;": "return 1;", "\nversion = 2\n": "\nversion = 1\n"}
    )
    program = write_program(tmp_path, HELLO)
    ran, made = run(tmp_path, program, **variables_of(other)), build(tmp_path, program, **variables_of(other))
    for done, needing, name in (
        (ran, "`program.bd`", "libbeskid_runtime.so"),
        (made, "`program`", "libbeskid_runtime.a"),
    ):
        assert (done.stdout, done.status) == ("", 3)
        for word in (needing, str(other / name), "needs 2", "offers 1"):
            assert word in done.stderr, done.stderr
        assert re.search(r"help: (use the runtime of this beskid|.*rebuild the runtime)", done.stderr), done.stderr


EXPORT = """
use Core.String;

[Export(Abi: "C", Symbol: "found")]
pub bool Found() { return "banana".Contains("nan"); }

unit main() { }
"""


def test_a_library_checks_the_runtime_that_it_finds(tmp_path: Path) -> None:
    """The loader takes the shared runtime of the search path, which may be another one than at the link."""
    made = tmp_path / "made"
    made.mkdir()
    other = built_runtime(made, SWAPS)
    write_program(tmp_path, EXPORT)
    words = [*BESKID, "build", "--kind", "object", "--entrypoint", "main", "-o", "library.o", "program.bd"]
    assert call(tmp_path, words).status == 0
    symbols = limits.run(["nm", "library.o"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    (name,) = set(re.findall(r" T (\S*found)$", symbols, re.MULTILINE))
    host = (
        f'#include <stdio.h>\n_Bool found(void) __asm__("{name}");\n'
        'int main(void) { puts(found() ? "yes" : "no"); }\n'
    )
    (tmp_path / "host.c").write_text(host, encoding="utf-8")
    shutil.copy(LIBRARY, tmp_path / LIBRARY.name)
    folder = [f"-L{tmp_path}", f"-Wl,-rpath,{tmp_path}"]
    limits.run(
        ["cc", "-shared", "library.o", *folder, "-lbeskid_runtime", "-o", "libfound.so"], cwd=tmp_path, check=True
    )
    limits.run(["cc", "host.c", *folder, "-lfound", "-o", "host"], cwd=tmp_path, check=True)
    assert call(tmp_path, ["./host"]) == Ran("yes\n", "", 0)
    (tmp_path / LIBRARY.name).unlink()
    shutil.copy(other / LIBRARY.name, tmp_path / LIBRARY.name)
    done = call(tmp_path, ["./host"])
    assert (done.stdout, done.status) == ("", 3), done
    assert "str_find" in done.stderr


CLAUSE = "syscall_write with a null handle returns -1."
PHASE = 'name = "gc_phase"\nparams = []\nreturns = "I64"\ncollects = '


EDITS = {
    "semantics write-null-handle": {CLAUSE: "syscall_write with a null handle panics."},
    "function gc_phase": {f"{PHASE}false": f"{PHASE}true"},
    "field BeskidInteropEnvelope.tag": {'{ name = "tag", c = "int32_t"': '{ name = "tag", c = "uint32_t"'},
    "function str_find": SWAPS,
}


@pytest.mark.parametrize("clause", EDITS)
def test_an_edit_of_the_contract_is_seen_in_two_runtimes(clause: str, tmp_path: Path) -> None:
    other = built_runtime(tmp_path, EDITS[clause])
    for name in ("libbeskid_runtime.so", "libbeskid_runtime.a"):
        done = call(tmp_path, [*BESKID, "abi", "diff", str(LIBRARY.parent / name), str(other / name)])
        assert done.status == 1, done
        assert f"breaking: {clause} changed" in done.stdout


# The engine ---------------------------------------------------------------------------------------------------------

STEPS = """
import sys
from beskid.engine.jit_module import BeskidJitModule

def reported(name, step):
    def call(self, *words, **named):
        print("step:", name, file=sys.stderr)
        return step(self, *words, **named)
    setattr(BeskidJitModule, name, call)

for name, step in list(vars(BeskidJitModule).items()):
    if name.startswith("declare_"):
        reported(name, step)
from beskid.__main__ import main
raise SystemExit(main())
"""


def test_run_validates_foreign_functions_cold_and_warm(tmp_path: Path) -> None:
    """Builtins and then the validated externs are declared, whatever the start is made from."""
    program = write_program(tmp_path, EXTERNS)
    for _ in ("cold", "warm"):
        # With a chosen runtime no executable of the cache is started in place of the engine.
        words = [sys.executable, "-c", STEPS, "run", program]
        done = call(tmp_path, words, BESKID_RUNTIME_LIBRARY=str(LIBRARY))
        assert (done.stdout, done.status) == ("7 1\n", 0), done.stderr
        steps = re.findall(r"^step: (\w+)$", done.stderr, re.MULTILINE)
        assert steps[0] == "declare_builtin_imports"
        assert [step for step in steps if "extern" in step], steps


# Upkeep and documents -----------------------------------------------------------------------------------------------


def tree_of_the_next_version(folder: Path, note: str, clause: str) -> Path:
    """A tree after `abi bump`, with another text of a clause and a migration note."""
    tree = folder / "tree"
    for name in ("runtime", "docs", "src/beskid/abi", "corelib"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    contract = tree / "runtime" / "abi.toml"
    text = contract.read_text(encoding="utf-8")
    assert text.count(CLAUSE) == 1
    contract.write_text(text.replace(CLAUSE, clause), encoding="utf-8")
    assert call(folder, [*BESKID, "abi", "bump", "--tree", str(tree)]).status == 0
    (written,) = (tree / "docs" / "abi").glob("migration-*.md")
    written.write_text(note, encoding="utf-8")
    return tree


@pytest.mark.parametrize("clause", [CLAUSE, "syscall_write with a null handle panics."])
@pytest.mark.parametrize("note", ["x\n", "# From ABI version 2 to 3\n\n## What changed\n\n## Why\n"])
def test_a_migration_note_without_contents_is_refused(note: str, clause: str, tmp_path: Path) -> None:
    """Every program of the old version is refused, also when nothing else changed."""
    tree = tree_of_the_next_version(tmp_path, note, clause)
    done = call(tmp_path, [*BESKID, "abi", "check", "--update", "--tree", str(tree)])
    assert done.status == 1
    assert "migration note" in done.stdout + done.stderr, done


def test_each_level_has_an_entry_with_a_date_and_a_reason(tmp_path: Path) -> None:
    shown = call(tmp_path, [*BESKID, "abi", "show"]).stdout
    (level,) = re.findall(r"^ABI version \d+, level (\d+),", shown, re.MULTILINE)
    page = ROOT / "docs" / "abi" / "levels.md"
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    entries = re.findall(
        r"^## Level (\d+)\n\n\*\*(?:\d{4}-\d\d-\d\d|Unreleased)\.\*\* \S.+\n\n\S.{40,}$", text, re.MULTILINE
    )
    assert entries == [str(each) for each in range(int(level), 0, -1)]


VALUES = {"string": '"a"', "i64": "0", "u64": "n", "f64": "0.5", "any": '"a"'}
VALUES |= {"u8[]": "bytes", "i64[]": "numbers", "string[]": "texts"}


def test_the_builtins_of_the_reference_can_be_called(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "reference" / "abi.md").read_text(encoding="utf-8")
    listed = re.findall(r"`(__\w+)\(([^)`]*)\) -> (\S+)`", page)
    assert listed
    # A function for each: what follows a call that never returns is not compiled.
    functions = []
    for name, parameters, returned in listed:
        arguments = [VALUES.get(each, "bytes") for each in parameters.split(", ") if each]
        made = f"{name}({', '.join(arguments)})"
        functions.append(f"u8[] made = {made};" if returned == "any[]" else f"{made};")
    values = "u8[] bytes = []; string[] texts = []; i64[] numbers = []; u64 n = 1;"
    texts = [f"unit Call{index}() {{ {values} {made} }}\n" for index, made in enumerate(functions)]
    calls = " ".join(f"Call{index}();" for index in range(len(functions)))
    program = write_program(tmp_path, f"{''.join(texts)}unit main() {{ {calls} }}\n")
    done = call(tmp_path, [*BESKID, "build", "--kind", "object", "--entrypoint", "main", "-o", "x.o", program])
    assert "E2001" not in done.stderr, done.stderr
    assert done.status == 0, done.stderr
