"""Shared libraries are read as the loader reads them, and damaged ones are refused."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from tests import limits

from beskid.codegen.objectfile import ObjectFileError
from beskid.codegen.shared_library import read_shared_library

SOURCE = """
int counter = 3;
__thread int own;
int twice(int value) { return 2 * value; }
static int hidden_by_static(void) { return 1; }
__attribute__((visibility("hidden"))) int hidden(void) { return hidden_by_static(); }
__attribute__((weak)) int weak(void) { return hidden(); }
extern int needed_elsewhere(void);
int caller(void) { return needed_elsewhere(); }
"""
EXPORTED = {"counter", "own", "twice", "weak", "caller"}


def compile_library(folder: Path, *options: str) -> bytes:
    """A library of `SOURCE`."""
    (folder / "one.c").write_text(SOURCE, encoding="utf-8")
    output = folder / "libone.so"
    command = ["cc", "-shared", "-fPIC", *options, str(folder / "one.c"), "-o", str(output)]
    limits.run(command, check=True, capture_output=True, timeout=120)
    return output.read_bytes()


@pytest.mark.parametrize("style", ["gnu", "sysv", "both"])
def test_names_needs_and_symbols(tmp_path: Path, style: str) -> None:
    image = compile_library(
        tmp_path, "-Wl,-soname,libone.so.4", "-Wl,-rpath,$ORIGIN/deep:/opt/x", "-lm", "-Wl,--no-as-needed",
        f"-Wl,--hash-style={style}",
    )  # fmt: skip
    library = read_shared_library(image)
    assert library.name == "libone.so.4"
    assert "libc.so.6" in library.needed
    assert library.search_paths == ("$ORIGIN/deep", "/opt/x")
    assert set(library.symbols) >= EXPORTED
    assert not {"hidden", "hidden_by_static", "needed_elsewhere"} & set(library.symbols)
    assert (library.symbols["twice"], library.symbols["counter"], library.symbols["own"]) == (2, 1, 6)


def test_a_library_without_a_section_table(tmp_path: Path) -> None:
    image = bytearray(compile_library(tmp_path))
    image[0x28:0x30] = bytes(8)
    image[0x3C:0x40] = bytes(4)
    assert set(read_shared_library(bytes(image)).symbols) >= EXPORTED


def test_the_symbols_of_the_c_library_are_those_that_nm_lists() -> None:
    path = next(path for path in Path("/usr/lib").rglob("libc.so.6"))
    done = limits.run(["nm", "-D", "--defined-only", path], capture_output=True, text=True, check=True, timeout=120)
    rows = [line.split()[-1] for line in done.stdout.splitlines() if len(line.split()) > 2]
    # One `@` marks a version that only programs linked long ago ask for.
    default = {row.partition("@")[0] for row in rows if "@@" in row or "@" not in row}
    assert set(read_shared_library(path.read_bytes()).symbols) == default


@pytest.mark.parametrize("content", [b"", b"\x7fELF", b"/* GNU ld script */", b"\x7fELF\x02\x01" + bytes(58)])
def test_other_files_are_refused(content: bytes) -> None:
    with pytest.raises(ObjectFileError):
        read_shared_library(content)


def test_damaged_libraries_raise_nothing_else(tmp_path: Path) -> None:
    image = compile_library(tmp_path, "-Wl,--hash-style=both")
    source = random.Random(1)
    for _ in range(1500):
        damaged = bytearray(image[: source.randrange(len(image))] if source.random() < 0.2 else image)
        for _ in range(source.randrange(1, 8)):
            if damaged:
                place = source.randrange(min(len(damaged), 4096))
                damaged[place] = source.choice((0, 1, 0x7F, 0x80, 0xFF, source.randrange(256)))
        try:
            read_shared_library(bytes(damaged))
        except ObjectFileError:
            continue
