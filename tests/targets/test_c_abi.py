"""Random C functions are called with every type and width, and call back, as the C compiler of the target expects.

`BESKID_RANDOM=N` makes other functions.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests import fresh, limits
from tests.cross.machines import RUN_TESTED, require, run_executable
from tests.externs.libraries import BESKID, call
from tests.targets.c_abi import SCALARS, Generated, fold, generate

from beskid.aot.linker import find_zig
from beskid.codegen.target import Target

LEVELS = ("-O0", "-O2")
SEEDS = (0, 1)


def write(folder: Path, made: Generated) -> None:
    (folder / "abi.c").write_text(made.library, encoding="utf-8")
    (folder / "program.bd").write_text(made.program, encoding="utf-8")


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("part", SEEDS)
def test_an_executable_and_c_of_this_machine(part: int, level: str, tmp_path: Path) -> None:
    made = generate(fresh.seed(part))
    write(tmp_path, made)
    # The other level for C: optimized code leaves other bits above a narrow value.
    other = LEVELS[LEVELS.index(level) - 1]
    limits.run(["cc", other, "-c", "abi.c", "-o", "abi.o"], cwd=tmp_path, check=True)
    limits.run(["ar", "rcs", "libabi.a", "abi.o"], cwd=tmp_path, check=True)
    words = [*BESKID, "build", level, "--link", str(tmp_path / "libabi.a"), "-o", "program", "program.bd"]
    built = call(tmp_path, words)
    assert built.status == 0, built.stderr
    ran = call(tmp_path, [str(tmp_path / "program")])
    assert (ran.stderr, ran.status) == ("", 0)
    assert ran.stdout.splitlines() == made.output.splitlines()


@pytest.mark.parametrize("level", LEVELS)
def test_a_running_program_and_c_of_this_machine(level: str, tmp_path: Path) -> None:
    """A library that is loaded cannot call the exports of a program that runs in the compiler."""
    made = generate(fresh.seed(2))
    write(tmp_path, made)
    limits.run(["cc", "-O2", "-shared", "-fPIC", "abi.c", "-o", "libabi.so"], cwd=tmp_path, check=True)
    ran = call(tmp_path, [*BESKID, "run", level, "--link", str(tmp_path / "libabi.so"), "program.bd"])
    assert (ran.stderr, ran.status) == ("", 0)
    assert ran.stdout.splitlines() == made.output_without_exports.splitlines()


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("target", RUN_TESTED, ids=[target.name for target in RUN_TESTED])
def test_an_executable_and_c_of_another_machine(target: Target, level: str, tmp_path: Path) -> None:
    require(target)
    made = generate(fresh.seed(3 + LEVELS.index(level)))
    write(tmp_path, made)
    # Undefined behaviour would call functions of zig that no program of ours links.
    words = ["-target", target.zig, LEVELS[LEVELS.index(level) - 1], "-fno-sanitize=undefined", "-g0"]
    zig = {"ZIG_GLOBAL_CACHE_DIR": str(tmp_path / "zig"), "ZIG_LOCAL_CACHE_DIR": str(tmp_path / "zig")}
    compile_words = [find_zig(), "cc", *words, "-c", "abi.c", "-o", "abi.o"]
    limits.run(compile_words, cwd=tmp_path, check=True, env={**os.environ, **zig})
    # The linker of Windows takes from an archive what its table lists.
    limits.run([find_zig(), "ar", "rcs", "libabi.a", "abi.o"], cwd=tmp_path, check=True)
    command = [*BESKID, "build", "--for", target.name, level, "--link", str(tmp_path / "libabi.a"), "-o", "program"]
    built = limits.run([*command, "program.bd"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    ran = run_executable(target, tmp_path / "program", folder=tmp_path)
    assert (ran.stderr, ran.status) == ("", 0)
    assert ran.stdout.splitlines() == made.output.splitlines()


def test_the_model_counts_as_the_types_do() -> None:
    word = 0x1234_5678_9ABC_DEF0
    expected = {
        "bool": 0, "i8": -16, "u8": 0xF0, "i16": -8464, "u16": 0xDEF0, "i32": -1698898192, "u32": 0x9ABC_DEF0,
        "i64": word, "u64": word, "f32": 0xCDEF0, "f64": 0xCDEF0,
    }  # fmt: skip
    assert {scalar.beskid: scalar.number(word) for scalar in SCALARS} == expected
    assert fold([]) == 0
    assert fold([1, -1]) == 30
    assert fold([1 << 63, 0]) == -(1 << 63)
