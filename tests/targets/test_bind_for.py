"""`beskid bind --for` reads the headers of a target, and means by the types of C what its compilers mean."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from tests.externs.libraries import BESKID, call
from tests.targets.linked import require_zig

from beskid.codegen.formats.model import FileFormat
from beskid.codegen.target import TARGETS, Target
from beskid.driver.foreign.bindings import scalar_types
from beskid.driver.foreign.preprocessor import preprocessor_for

WITH_HEADERS = [target for target in TARGETS.values() if target.format is not FileFormat.WASM]
ON_TARGETS = pytest.mark.parametrize("target", WITH_HEADERS, ids=[target.name for target in WITH_HEADERS])
HEADER = """
#include <stddef.h>
#include <stdint.h>
long widths(unsigned long a, long long b, size_t c, int64_t d, wchar_t e, intptr_t f);
char letter(char a, signed char b, unsigned char c, const char *text);
"""


@ON_TARGETS
def test_types_are_those_of_the_compiler(target: Target) -> None:
    require_zig()
    done = preprocessor_for(target, dict(os.environ)).run("-dM", "-x", "c", os.devnull)
    macros = dict(re.findall(r"^#define (\w+) (.*)$", done.stdout.decode(), re.MULTILINE))
    types = scalar_types(target)
    assert types["long"] == f"i{int(macros['__SIZEOF_LONG__']) * 8}"
    assert types["unsigned long"] == f"u{int(macros['__SIZEOF_LONG__']) * 8}"
    assert types["char"] == ("u8" if "__CHAR_UNSIGNED__" in macros else "i8")
    for name, type in (("SHORT", "short"), ("INT", "int"), ("LONG_LONG", "long long"), ("DOUBLE", "double")):
        assert int(macros[f"__SIZEOF_{name}__"]) * 8 == int(types[type][1:])


@ON_TARGETS
def test_a_contract_is_that_of_the_target(target: Target, tmp_path: Path) -> None:
    require_zig()
    (tmp_path / "w.h").write_text(HEADER)
    bound = call(tmp_path, [*BESKID, "bind", "w.h", "--library", "w", "--for", target.name])
    assert bound.status == 0, bound.stderr
    is_windows = target.format is FileFormat.COFF
    long = "32" if is_windows else "64"
    wide = "u16" if is_windows else "u32" if target.machine == "aarch64" and "linux" in target.name else "i32"
    char = "i8" if target.is_char_signed else "u8"
    assert f"    i{long} widths(u{long} a, i64 b, u64 c, i64 d, {wide} e, i64 f);\n" in bound.stdout
    assert f"    {char} letter({char} a, i8 b, u8 c, ref u8 text);\n" in bound.stdout


@pytest.mark.parametrize("name", ["x86_64-windows-gnu", "aarch64-macos", "riscv64-linux-musl"])
def test_the_headers_are_those_of_the_target(name: str, tmp_path: Path) -> None:
    require_zig()
    bound = call(tmp_path, [*BESKID, "bind", "stdio.h", "--library", "c", "-o", "c.bd", "--for", name])
    assert bound.status == 0, bound.stderr
    assert int(bound.stderr.split()[0]) > 40
    text = (tmp_path / "c.bd").read_text(encoding="utf-8")
    assert " fopen(" in text
    assert ("_wfopen(" in text) is ("windows" in name)
    assert ("funopen(" in text) is ("macos" in name)
    checked = call(tmp_path, [*BESKID, "check", "c.bd"])
    assert (checked.status, "error" in checked.stderr) == (0, False)


def test_without_a_c_library_there_are_no_externs(tmp_path: Path) -> None:
    (tmp_path / "w.h").write_text(HEADER)
    bound = call(tmp_path, [*BESKID, "bind", "w.h", "--library", "w", "--for", "wasm64-wasi"])
    assert (bound.status, bound.stdout) == (2, "")
    assert bound.stderr.startswith("error[E4023]: extern functions are not available on `wasm64-wasi`\n")
