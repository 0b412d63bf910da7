"""Libraries are found by reading, where the loader would find them."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest
from tests import limits

from beskid.driver.foreign.search import LibrarySearch, is_data
from beskid.files.problems import FileError


def compile_library(output: Path, source: str, *options: str) -> Path:
    """A library with a constructor that would be noticed if it ran."""
    output.parent.mkdir(parents=True, exist_ok=True)
    code = output.with_suffix(".c")
    marker = output.with_suffix(".ran")
    constructor = f'__attribute__((constructor)) static void run(void) {{ fopen("{marker}", "w"); }}'
    code.write_text(f"#include <stdio.h>\n{constructor}\n{source}\n", encoding="utf-8")
    command = ["cc", "-shared", "-fPIC", str(code), "-o", str(output), *options]
    limits.run(command, check=True, capture_output=True, timeout=120)
    return output


@pytest.fixture
def libraries(tmp_path: Path) -> Path:
    """`libouter.so`, which needs `deep/libinner.so` by its run path."""
    inner = compile_library(tmp_path / "deep" / "libinner.so", "int inner(void) { return 1; } int data = 5;")
    compile_library(
        tmp_path / "libouter.so",
        "int inner(void); int outer(void) { return inner(); }",
        str(inner), "-Wl,-soname,libouter.so", "-Wl,-rpath,$ORIGIN/deep", "-Wl,--no-as-needed",
    )  # fmt: skip
    return tmp_path


def test_symbols_of_a_library_and_of_what_it_needs(libraries: Path) -> None:
    search = LibrarySearch({})
    outer = str(libraries / "libouter.so")
    assert search.symbol_type(outer, "outer") == 2
    assert search.symbol_type(outer, "inner") == 2
    assert search.symbol_type(outer, "write") is not None
    assert search.symbol_type(outer, "no_such_function") is None
    assert is_data(search.symbol_type(outer, "data") or 0)
    assert not list(libraries.rglob("*.ran"))


def test_a_missing_dependency_is_named(libraries: Path) -> None:
    (libraries / "deep" / "libinner.so").unlink()
    with pytest.raises(FileError, match=r"libinner\.so"):
        LibrarySearch({}).symbol_type(str(libraries / "libouter.so"), "outer")


def test_folders_of_the_environment(libraries: Path) -> None:
    with pytest.raises(FileError):
        LibrarySearch({}).find("libouter.so", None)
    found = LibrarySearch({"LD_LIBRARY_PATH": f"/nowhere:{libraries}"}).find("libouter.so", None)
    assert found.path == str(libraries / "libouter.so")


@pytest.mark.parametrize("command", ["INPUT", "GROUP"])
def test_linker_scripts_name_the_library(libraries: Path, command: str) -> None:
    script = libraries / "sub" / "libscript.so"
    script.parent.mkdir()
    script.write_text(f"/* GNU ld script */\n{command} ( ../libouter.so AS_NEEDED ( -lm ) )\n", encoding="utf-8")
    assert LibrarySearch({}).symbol_type(str(script), "outer") == 2


def test_a_linker_script_with_a_zero_byte_names_nothing(libraries: Path) -> None:
    script = libraries / "libzero.so"
    script.write_bytes(b"GROUP ( \0.so )")
    with pytest.raises(FileError, match="invalid ELF header"):
        LibrarySearch({}).symbol_type(str(script), "outer")


def test_a_text_file_is_not_a_library(tmp_path: Path) -> None:
    (tmp_path / "libx.so").write_text("hello", encoding="utf-8")
    with pytest.raises(FileError, match="invalid ELF header"):
        LibrarySearch({}).find(str(tmp_path / "libx.so"), None)


@pytest.mark.parametrize("content", [b"", b"glibc-ld.so.cache1.1", b"glibc-ld.so.cache1.1" + b"\xff" * 100])
def test_a_damaged_cache_of_the_system_is_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "cache").write_bytes(content)
    assert LibrarySearch({}, str(tmp_path / "cache")).find("libc.so.6", None).library.name == "libc.so.6"


def test_the_system_library_is_the_one_that_the_loader_opens() -> None:
    ctypes.CDLL("libm.so.6")
    opened = {line.split()[-1] for line in Path("/proc/self/maps").read_text("utf-8").splitlines() if "libm.so" in line}
    assert opened == {LibrarySearch({}).find("libm.so.6", None).path}
