"""The built files: exported names, the line that states the contract, size, rebuilding, the derived table."""

from __future__ import annotations

from pathlib import Path

from tests import limits
from tests.runtime.build import RUNTIME, load_script

from beskid import abi

PROGRAM = """
#include "beskid_abi.h"
static const BeskidStr hello = {(const uint8_t *)"hello\\n", 6};
static int64_t entry(void **stack, void *arguments)
{
    (void)stack;
    return stdout_write(&hello) == 6 ? (int64_t)((BeskidArray *)arguments)->len : 1;
}
__attribute__((visibility("hidden"))) const BeskidProgram beskid_program = {
    VERSION, BESKID_RUNTIME_ABI_LEVEL, BESKID_DRAFT_HASH, 0, 0, entry, "hello",
};
"""


def defined_names(path: Path, *options: str) -> list[str]:
    result = limits.run(["nm", "--defined-only", "-P", *options, str(path)], capture_output=True, text=True, check=True)
    return [line.split()[0] for line in result.stdout.splitlines() if len(line.split()) > 1]


def test_shared_library_exports_exactly_the_list(library_folder: Path) -> None:
    assert sorted(defined_names(library_folder / "libbeskid_runtime.so", "-D")) == sorted(abi.RUNTIME_EXPORT_SYMBOLS)


def test_archive_defines_every_listed_name_once(library_folder: Path) -> None:
    names = defined_names(library_folder / "libbeskid_runtime.a", "-g")
    for symbol in abi.RUNTIME_EXPORT_SYMBOLS:
        assert names.count(symbol) == 1
    assert all(name.startswith("bk_") for name in names if name not in abi.RUNTIME_EXPORT_SYMBOLS)


def test_files_state_the_contract(library_folder: Path) -> None:
    line = f"\n{abi.BESKID_RUNTIME_ABI_STATEMENT}\n".encode()
    assert line in (library_folder / "libbeskid_runtime.so").read_bytes()
    assert line in (library_folder / "libbeskid_runtime.a").read_bytes()


def link(folder: Path, library_folder: Path, version: str) -> Path:
    source = folder / "hello.c"
    source.write_text(PROGRAM.replace("VERSION", version))
    target = folder / "hello"
    command = ["cc", "-O2", f"-I{RUNTIME / 'include'}", "-DBESKID_HIDDEN", "-s", "-Wl,--gc-sections", str(source)]
    files = [str(library_folder / "beskid_start.o"), str(library_folder / "libbeskid_runtime.a")]
    limits.run([*command, *files, "-o", str(target)], check=True)
    return target


def test_executable_starts_runs_and_is_small(library_folder: Path, tmp_path: Path) -> None:
    program = link(tmp_path, library_folder, "BESKID_RUNTIME_ABI_VERSION")
    result = limits.run([program, "a", "b", "c"], capture_output=True, text=True, check=False)
    assert (result.stdout, result.stderr, result.returncode) == ("hello\n", "", 3)
    assert program.stat().st_size <= 100 * 1024


def test_executable_of_another_version_stops_before_its_code(library_folder: Path, tmp_path: Path) -> None:
    program = link(tmp_path, library_folder, "3")
    result = limits.run([program], capture_output=True, text=True, check=False)
    assert (result.stdout, result.returncode) == ("", 3)
    assert "version 3" in result.stderr and "version 2" in result.stderr


def test_current_outputs_are_not_built_again(library_folder: Path) -> None:
    before = (library_folder / "libbeskid_runtime.so").stat().st_ino
    load_script("build").build_runtime(RUNTIME, library_folder, tools=False)
    assert (library_folder / "libbeskid_runtime.so").stat().st_ino == before


def test_changed_flags_build_again(tmp_path: Path) -> None:
    build = load_script("build")
    first = build.build_runtime(RUNTIME, tmp_path, shared=False)[0].stat().st_ino
    assert build.build_runtime(RUNTIME, tmp_path, "cc", ["-DUNUSED_NAME"], shared=False)[0].stat().st_ino != first


def test_powers_of_ten_are_current() -> None:
    script = load_script("powers_of_ten")
    assert (RUNTIME / "src" / "text" / "powers_of_ten.h").read_text(encoding="utf-8") == script.render()
