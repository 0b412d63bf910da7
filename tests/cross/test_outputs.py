"""Outputs for other machines: built without an environment, the same bytes every time, small, usable from C."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests import limits
from tests.cross.machines import HEAP, RUN_TESTED, WITHOUT_ZIG, check_that_a_linker_is_needed, require, run_executable

from beskid.aot.linker import find_zig
from beskid.aot.sysroot import find_sysroot
from beskid.codegen.fileformats import read_binary
from beskid.codegen.formats.model import FileKind
from beskid.codegen.host import host_machine
from beskid.codegen.target import EXECUTABLE, SHARED, STATIC, TARGETS, Target
from beskid.driver.cache.store import user_cache_folder

HELLO = 'unit main() { PrintLine("hello"); }\n'
LIBRARY = """\
[Export(Abi: "C")]
pub i64 twice(i64 number) { return number * 2; }

[Export(Abi: "C")]
pub i64 length(i64 count) {
    let mut text = "";
    for i in range(0, count) { text = "${text}${i}"; }
    return text.Len();
}
"""
CALLER = """\
#include <stdint.h>
#include <stdio.h>
int64_t twice(int64_t);
int64_t length(int64_t);
int main(void) {
    printf("%d %d\\n", (int)twice(21), (int)length(30));
    return 0;
}
"""
MAX_HELLO_BYTES = {
    "musl, static": 100 << 10,
    "glibc 2.28 or newer": 64 << 10,
    "own, WASI preview 1": 64 << 10,
    "UCRT, Windows 10": 110 << 10,
}
"""Stripped executables by their C library, which those with a dynamic loader and those of Windows do not contain."""

ON_MACHINES = pytest.mark.parametrize("target", RUN_TESTED, ids=lambda target: target.name)
WITH_SHARED, WITH_STATIC = [
    pytest.mark.parametrize("target", [each for each in RUN_TESTED if kind in each.kinds], ids=lambda each: each.name)
    for kind in (SHARED, STATIC)
]


def beskid(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command line with these variables alone: no PATH, no home folder."""
    # The cache of C libraries is found by the home folder of the user.
    return limits.run(
        [sys.executable, "-m", "beskid", *words], capture_output=True, text=True, env=variables, check=False
    )


def build(target: Target, source: str, folder: Path, output: str, *words: str) -> Path:
    file = folder / "program.bd"
    file.write_text(source)
    cache = {"XDG_CACHE_HOME": str(Path(user_cache_folder(dict(os.environ))).parent)}
    made = beskid("build", "--for", target.name, str(file), "-o", str(folder / output), *words, **cache)
    assert made.returncode == 0, made.stderr
    return folder / output


def run(target: Target, executable: Path, *words: str) -> str:
    ran = run_executable(target, executable, *words)
    assert (ran.stderr, ran.status) == ("", 0)
    return ran.stdout


@ON_MACHINES
def test_hello_is_built_without_an_environment_small_and_reproducible(target: Target, tmp_path: Path) -> None:
    require(target)
    first = build(target, HELLO, tmp_path, "hello", "--strip")
    assert run(target, first) == "hello\n"
    assert first.stat().st_size <= MAX_HELLO_BYTES[target.libc]
    content = first.read_bytes()
    assert content == build(target, HELLO, tmp_path, "hello", "--strip").read_bytes()
    assert read_binary(content).machine == target.machine
    verified = beskid("abi", "verify", str(first))
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert f"executable, abi 2, level 5, target {target.triple}" in verified.stdout


@ON_MACHINES
def test_without_a_linker_nothing_is_written(target: Target, tmp_path: Path) -> None:
    check_that_a_linker_is_needed(target, tmp_path)


@ON_MACHINES
def test_a_compiler_of_a_target_is_named_by_its_own_variable(target: Target, tmp_path: Path) -> None:
    require(target)
    (tmp_path / "program.bd").write_text(HELLO)
    name = f"CC_{target.triple.replace('-', '_')}"
    words = [sys.executable, "-m", "beskid", "build", "--for", target.name, "program.bd", "-o", "out"]
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), name: "no-such-compiler"}
    done = limits.run(words, capture_output=True, text=True, cwd=tmp_path, check=False, env=environment)
    assert done.returncode == 3
    assert f"the linker `no-such-compiler` in the environment variable {name} is not available" in done.stderr


@pytest.mark.skipif(shutil.which("ld") is None, reason="needs GNU ld")
def test_static_programs_for_this_processor_need_no_zig(tmp_path: Path) -> None:
    target = next(target for target in RUN_TESTED if not target.runner)
    require(target)
    sysroot = find_sysroot(target, f"{user_cache_folder(dict(os.environ))}/sysroots")
    assert sysroot is not None
    package = tmp_path / "packages" / "beskid_sysroots"
    shutil.copytree(sysroot.folder, package / target.name)
    (package / "__init__.py").touch()
    (tmp_path / "program.bd").write_text(HELLO)
    words = ["build", "--for", target.name, "program.bd", "-o", "out", "--strip"]
    done = limits.run(
        [sys.executable, "-c", WITHOUT_ZIG, *words], capture_output=True, text=True, cwd=tmp_path, check=False,
        env={"PATH": os.defpath, "XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONPATH": str(package.parent)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert run(target, tmp_path / "out") == "hello\n"


def test_the_command_lists_what_is_installed(tmp_path: Path) -> None:
    listed = json.loads(beskid("doctor", "--targets", "--json", PATH=str(tmp_path)).stdout)
    assert [row["name"] for row in listed] == [target.name for target in TARGETS.values()]
    assert {row["name"] for row in listed if row["ready"]} <= {
        target.name for target in TARGETS.values() if EXECUTABLE in target.kinds
    }
    runners = {row["name"]: row["runner"] for row in listed}
    assert runners["x86_64-linux-musl"] == ("env" if host_machine() == "x86_64" else "")
    # There is no emulator on the search path.
    assert not runners["riscv64-linux-musl"] and not runners["aarch64-macos"]
    shown = beskid("doctor", "--targets").stdout.splitlines()
    assert [line.split()[1] for line in shown] == [target.name for target in TARGETS.values()]
    kinds = {target.name: target.kinds for target in TARGETS.values()}
    assert all(line.startswith("-- ") for line in shown if EXECUTABLE not in kinds[line.split()[1]])


def test_a_runner_runs_what_was_built(tmp_path: Path) -> None:
    target = next(target for target in RUN_TESTED if target.runner)
    require(target)
    (tmp_path / "echo.bd").write_text("i32 main(string[] args) { for arg in args { PrintLine(arg); } return 7; }\n")
    words = ["build", "--for", target.name, "echo.bd", "-o", "echo", "--runner", target.runner, "--", "one", "two"]
    done = limits.run(
        [sys.executable, "-m", "beskid", *words], capture_output=True, text=True, cwd=tmp_path, check=False,
        env={**os.environ, **HEAP},
    )  # fmt: skip
    assert done.stdout.splitlines()[1:] == ["one", "two"]
    assert done.returncode == 7


@WITH_STATIC
def test_a_static_library_is_linked_into_a_program_in_c(target: Target, tmp_path: Path) -> None:
    require(target)
    library = build(target, LIBRARY, tmp_path, "libparts.a", "--kind", "static", "--strip")
    assert run(target, link_caller(target, tmp_path, str(library))) == "42 50\n"


@WITH_SHARED
def test_a_shared_library_is_loaded_by_a_program_in_c(target: Target, tmp_path: Path) -> None:
    require(target)
    library = build(target, LIBRARY, tmp_path, "libparts.so", "--kind", "shared")
    binary = read_binary(library.read_bytes())
    assert binary.kind is FileKind.SHARED
    assert {"twice", "length"} <= binary.defined
    assert not [name for name in binary.defined if name.startswith(("beskid", "gc_", "str_"))]
    if target.loader:
        # A program of a static target loads nothing.
        assert run(target, link_caller(target, tmp_path, str(library), "-rpath", str(tmp_path))) == "42 50\n"


def link_caller(target: Target, folder: Path, *words: str) -> Path:
    """Compile the program in C and link it with a library."""
    zig = find_zig()
    (folder / "caller.c").write_text(CALLER)
    variables = {"ZIG_GLOBAL_CACHE_DIR": str(folder / "zig"), "ZIG_LOCAL_CACHE_DIR": str(folder / "zig")}
    compiled = [zig, "cc", "-target", target.zig, "-O1", "-g0", "-c", "caller.c", "-o", "caller.o"]
    limits.run(compiled, cwd=folder, env={**os.environ, **variables}, check=True)
    sysroot = find_sysroot(target, f"{user_cache_folder(dict(os.environ))}/sysroots")
    assert sysroot is not None
    start, *libraries = sysroot.files
    loading = ["--dynamic-linker", target.loader] if target.loader else ["-static"]
    made = folder / "caller"
    linked = ["-m", target.emulation, *loading, "-o", str(made), start, str(folder / "caller.o"), *words, *libraries]
    limits.run([zig, "ld.lld", *linked], check=True)
    return made
