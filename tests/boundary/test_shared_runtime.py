"""A file that is linked with the shared runtime, and finds another one at its start.

The loader takes whatever library lies in the search path, so the runtime compares the rows in the notes of the file.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import pytest
from tests import limits
from tests.boundary.programs import HELLO
from tests.boundary.toolbox import Outcome, compile_text, finish, runtime_folder
from tests.boundary.variants import ARCHIVE, LIBRARY, START, Edits, build_variant, level_before, variants_folder

from beskid.abi import BESKID_RUNTIME_ABI_LEVEL, BESKID_RUNTIME_ABI_VERSION, BUILTIN_SPECS
from beskid.abi.rows import function_row
from beskid.codegen.objectfile import note_fields, notes

GATE = 3

CALLING = """
module "calling"
entry @_B4main
function @_B4main(%0 ref) -> (i64) at "main" "main.bd" 1:1 {{
  registers %1 i64, %2 i64
entry:
  %1 = call_runtime {call} ! 2:3
  %2 = call_runtime stdout_write(string "ran\\x0a") ! 3:3
  return i64 0
}}
"""
FIND = CALLING.format(call='str_find(string "abc", string "c", i64 0)')
HASH = CALLING.format(call='str_hash_seeded(string "abc")')

LIBRARY_TEXT = """
module "library"
function @found(%0 i64) -> (i64) exported at "Found" "library.bd" 1:1 {
  registers %1 i64
entry:
  %1 = call_runtime str_find(string "abc", string "c", i64 0) ! 2:3
  return %1
}
function @two(%0 i64) -> (i64) exported at "Two" "library.bd" 5:1 {
entry:
  return i64 2
}
"""

FIND_PARAMETERS = (
    '[{ name = "text", is = "string" }, { name = "needle", is = "string" }, { name = "from", is = "I64" }]'
)
FIND_SOURCE = "str_find(const BeskidStr *text, const BeskidStr *needle, int64_t from)"


def swapped(text: str) -> str:
    return text.replace("text", "@").replace("needle", "text").replace("@", "needle")


def row_of(name: str) -> str:
    (spec,) = [spec for spec in BUILTIN_SPECS if spec.symbol == name]
    return function_row(spec, frozenset())


LEVEL = BESKID_RUNTIME_ABI_LEVEL
OLDER = LEVEL - 1
FIND_ROWS = (row_of("str_find"), swapped(row_of("str_find")))
FIND_LEVEL = int(note_fields(compile_text(FIND))["level"][0])
"""The level of a program without a function of a later one."""

NULL_HANDLE = "syscall_write with a null handle returns -1."
CLAUSES: dict[str, tuple[str, Edits, tuple[str, str]]] = {
    "another-clause": (
        "semantics write-null-handle",
        ((NULL_HANDLE, "syscall_write with a null handle panics."),),
        (
            f"semantics write-null-handle: {NULL_HANDLE}",
            "semantics write-null-handle: syscall_write with a null handle panics.",
        ),
    ),
    "without-clause": (
        "semantics string-hash",
        (('name = "string-hash"', 'name = "hash-of-strings"'),),
        ("semantics string-hash: str_hash is the function that docs/internals/runtime.md describes.", ""),
    ),
}
"""Of each: what differs, the edits of the contract, and the rows of both sides."""


@pytest.fixture
def runtime(tmp_path: Path) -> Path:
    """A copy of the runtime that programs are linked with; a test replaces its library."""
    folder = tmp_path / "runtime"
    folder.mkdir()
    for name in (LIBRARY, START):
        shutil.copy(runtime_folder() / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def with_swapped_parameters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_variant(
        variants_folder(tmp_path_factory),
        "swapped-find",
        contract=((FIND_PARAMETERS, swapped(FIND_PARAMETERS)),),
        sources=((FIND_SOURCE, swapped(FIND_SOURCE)),),
    )


@pytest.fixture(scope="module")
def with_another_clause(tmp_path_factory: pytest.TempPathFactory) -> Path:
    name = "another-clause"
    return build_variant(variants_folder(tmp_path_factory), name, contract=CLAUSES[name][1])


@pytest.fixture(scope="module")
def of_the_level_before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return level_before(variants_folder(tmp_path_factory))


def linked(image: bytes, folder: Path, runtime: Path, *options: str, name: str = "program") -> Path:
    """Link a program with the shared runtime, as a host does that brings its own linker."""
    (folder / f"{name}.o").write_bytes(image)
    start = [] if "-shared" in options else [str(runtime / START)]
    files = [*start, str(folder / f"{name}.o"), f"-L{runtime}", "-lbeskid_runtime", f"-Wl,-rpath,{runtime}"]
    limits.run(["cc", *options, *files, "-lm", "-o", str(folder / name)], check=True)
    return folder / name


def replace_library(runtime: Path, other: Path) -> None:
    (runtime / LIBRARY).unlink()
    shutil.copy(other / LIBRARY, runtime / LIBRARY)


def assert_refused(
    done: Outcome, program: Path, runtime: Path, clause: str, rows: tuple[str, str], levels: tuple[int, int]
) -> None:
    """Both rows, both files, both numbers, and what to do; an empty row is one that the runtime does not have."""
    assert (done.stdout, done.status) == ("", GATE)
    needing, offering = [
        f"`{path}` (ABI version {BESKID_RUNTIME_ABI_VERSION}, level {level})"
        for path, level in zip((program, runtime / LIBRARY), levels, strict=True)
    ]
    offered = f"offers `{rows[1]}`" if rows[1] else "does not have it"
    assert done.stderr == (
        f"error: `{clause}` does not match: {needing} needs `{rows[0]}`, {offering} {offered}\n"
        "  = help: use the runtime that the program was linked with, or build the program again; "
        f"`beskid abi diff {program} {runtime / LIBRARY}` lists the differences\n"
    )


def test_a_runtime_with_swapped_parameters_is_refused(
    tmp_path: Path, runtime: Path, with_swapped_parameters: Path
) -> None:
    calls, others = (
        linked(compile_text(FIND), tmp_path, runtime, name="calls"),
        linked(compile_text(HELLO.text), tmp_path, runtime, name="others"),
    )
    assert finish([str(calls)]) == Outcome("ran\n", "", 0)
    replace_library(runtime, with_swapped_parameters)
    assert_refused(finish([str(calls)]), calls, runtime, "function str_find", FIND_ROWS, (FIND_LEVEL, LEVEL))
    assert finish([str(others)]) == Outcome("hello\n", "", 0)


@pytest.mark.parametrize("name", CLAUSES)
def test_a_runtime_with_another_clause_is_refused(
    name: str, tmp_path: Path, runtime: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    clause, edits, rows = CLAUSES[name]
    program = linked(compile_text(HELLO.text), tmp_path, runtime)
    replace_library(runtime, build_variant(variants_folder(tmp_path_factory), name, contract=edits))
    assert_refused(finish([str(program)]), program, runtime, clause, rows, (FIND_LEVEL, LEVEL))


def test_a_runtime_of_the_level_before_is_refused(tmp_path: Path, runtime: Path, of_the_level_before: Path) -> None:
    # Without lazy binding the dynamic loader refuses the program first, since the function is missing.
    calls, others = (
        linked(compile_text(HASH), tmp_path, runtime, "-Wl,-z,lazy", name="calls"),
        linked(compile_text(HELLO.text), tmp_path, runtime, name="others"),
    )
    assert finish([str(calls)]) == Outcome("ran\n", "", 0)
    replace_library(runtime, of_the_level_before)
    rows = (row_of("str_hash_seeded"), "")
    assert_refused(finish([str(calls)]), calls, runtime, "function str_hash_seeded", rows, (LEVEL, OLDER))
    assert finish([str(others)]) == Outcome("hello\n", "", 0)


def test_a_shared_library_is_checked_when_it_is_entered(
    tmp_path: Path, runtime: Path, with_swapped_parameters: Path
) -> None:
    library = linked(compile_text(LIBRARY_TEXT), tmp_path, runtime, "-shared", name="libcalls.so")
    for name in ("found", "two"):
        # The builder gives an export its plain name; here an object is linked as it is.
        text = (
            f'#include <stdio.h>\nlong {name}(long) __asm__("beskid.export.{name}");\n'
            f'int main(void) {{ return printf("%ld\\n", {name}(0)) != 2; }}\n'
        )
        (tmp_path / f"{name}.c").write_text(text, encoding="utf-8")
        words = [f"{name}.c", str(library), f"-Wl,-rpath,{runtime}", f"-Wl,-rpath-link,{runtime}", "-o", name]
        limits.run(["cc", *words], cwd=tmp_path, check=True)
        assert finish([str(tmp_path / name)]) == Outcome("2\n", "", 0)
    replace_library(runtime, with_swapped_parameters)
    # The rows of a file are those of all its functions.
    for name in ("found", "two"):
        done = finish([str(tmp_path / name)])
        assert_refused(done, library, runtime, "function str_find", FIND_ROWS, (FIND_LEVEL, LEVEL))


def test_a_damaged_note_is_refused(tmp_path: Path, runtime: Path) -> None:
    program = linked(compile_text(FIND), tmp_path, runtime)
    image = program.read_bytes()
    (rows,) = [content for kind, content in notes(image) if kind == 3]
    assert image.count(rows[:16]) == 1
    at = image.index(rows[:16])
    for position, other in ((0, 2), (4, 99), (8, 0xFFFFFFFF), (12, 1)):
        damaged = image[: at + position] + other.to_bytes(4, "little") + image[at + position + 4 :]
        program.write_bytes(damaged)
        done = finish([str(program)])
        assert (done.stdout, done.status) == ("", GATE)
        assert "the note of its runtime contract is damaged" in done.stderr


def test_a_damaged_text_of_rows_is_refused(tmp_path: Path, runtime: Path, with_another_clause: Path) -> None:
    """The text of a clause is unpacked for the message alone."""
    program = linked(compile_text(HELLO.text), tmp_path, runtime)
    replace_library(runtime, with_another_clause)
    image = program.read_bytes()
    (rows,) = [content for kind, content in notes(image) if kind == 3]
    assert image.count(rows) == 1
    start, size = image.index(rows) + len(rows) - rows_text_size(rows), rows_text_size(rows)
    chance = Random(1)
    verdicts = set()
    for _ in range(200):
        damaged = bytearray(image)
        for _ in range(chance.randrange(1, 4)):
            damaged[start + chance.randrange(size)] = chance.randrange(256)
        program.write_bytes(bytes(damaged))
        done = finish([str(program)])
        assert (done.stdout, done.status) == ("", GATE)
        verdicts.add("damaged" if "is damaged" in done.stderr else "differs")
    assert "damaged" in verdicts


def rows_text_size(rows: bytes) -> int:
    return int.from_bytes(rows[12:16], "little")


def test_an_executable_with_the_archive_has_nothing_of_the_check() -> None:
    symbols = limits.run(["nm", str(runtime_folder() / ARCHIVE)], capture_output=True, text=True, check=True).stdout
    assert "bk_panic" in symbols and "bk_output_flush" in symbols
    assert not {name for name in ("bk_os_notes_of", "dl_iterate_phdr", "bk_inflate") if name in symbols}
