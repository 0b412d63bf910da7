"""A runtime that differs from the contract of a program, and an object that asks for names it may not have.

A runtime with two parameters swapped, or without a function of its level, passed every check; a weak name was bound
from the host process. The tests import nothing newer than the faults, so they also run on the states that had them.
"""

from __future__ import annotations

import platform
import struct
import sys
from pathlib import Path

import pytest
from tests import limits
from tests.externs.libraries import BESKID, build, call, run, write_program
from tests.regression.other_runtimes import ROOT, SWAPS, built_runtime, variables_of

HELLO = 'unit main() { PrintLine("hello"); }\n'
FIND = 'use Core.String;\nunit main() { PrintLine("${"banana".Contains("nan")}"); }\n'
WEAK = """
[Extern(Abi: "C", Library: "c")]
contract C { i32 abs(i32 a); }
unit main() { PrintLine("${C.abs(-7)}"); }
"""
RUN = """
import sys
from beskid.engine.runtime_library import load_runtime
from beskid.engine.session import run_program
with open(sys.argv[2], "rb") as file:
    run_program(file.read(), load_runtime(sys.argv[1]), [])
"""


def test_swapped_parameters_of_one_kind_are_refused(tmp_path: Path) -> None:
    other = built_runtime(tmp_path, SWAPS)
    variables = variables_of(other)
    program = write_program(tmp_path, FIND)
    for refused in (run(tmp_path, program, **variables), build(tmp_path, program, **variables)):
        assert (refused.stdout, refused.status) == ("", 3)
        assert "str_find" in refused.stderr and str(other) in refused.stderr
    assert not (tmp_path / "program").exists()


def test_a_function_that_the_program_does_not_use_is_missed_too(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    folder.mkdir()
    other = built_runtime(folder, {"const BeskidStr *str_lower(": "const BeskidStr *bk_gone(const BeskidStr *text);\n"
                                   "const BeskidStr *bk_gone("})  # fmt: skip
    program = write_program(tmp_path, HELLO)
    refused = run(tmp_path, program, BESKID_RUNTIME_LIBRARY=f"{other}/libbeskid_runtime.so")
    assert (refused.stdout, refused.status) == ("", 3)
    assert "str_lower" in refused.stderr


@pytest.mark.parametrize("name", [b"abs", b"xyz"])
def test_a_weak_undefined_name_is_refused(name: bytes, tmp_path: Path) -> None:
    program = write_program(tmp_path, WEAK)
    made = call(tmp_path, [*BESKID, "build", "--kind", "object", "--entrypoint", "main", "-o", "program.o", program])
    assert made.status == 0, made.stderr
    image = bytearray((tmp_path / "program.o").read_bytes())
    (table,) = struct.unpack_from("<Q", image, 0x28)
    (count,) = struct.unpack_from("<H", image, 0x3C)
    rows = [struct.unpack_from("<IIQQQQIIQQ", image, table + 64 * index) for index in range(count)]
    (symbols,) = [row for row in rows if row[1] == 2]
    names = rows[symbols[6]][4]
    changed = 0
    for place in range(symbols[4], symbols[4] + symbols[5], 24):
        at = names + struct.unpack_from("<I", image, place)[0]
        if image[at : at + 4] == b"abs\0":
            image[at : at + 3] = name
            image[place + 4] = 2 << 4 | image[place + 4] & 15
            changed += 1
    assert changed == 1
    (tmp_path / "weak.o").write_bytes(bytes(image))
    (library,) = (ROOT / "src" / "beskid" / "_runtime" / "lib").glob(f"{platform.machine()}-*-gnu/libbeskid_runtime.so")
    command = [sys.executable, "-c", RUN, str(library), "weak.o"]
    done = limits.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("", 1), done.stderr
    assert "is weak" in done.stderr
