"""Builds the runtime: shared library for the JIT, archive and start-up object for executables, the libraries for gdb
and the profiler, and the extension for Python where its headers are installed.

It takes the folder that holds `src/` and `include/`, an output folder and a C compiler, and gives the paths of what
it made. It must stay plain Python of the standard library: packaging runs it before anything is installed. Nothing
is compiled when the outputs already belong to the same sources, compiler and flags.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

SHARED = "libbeskid_runtime.so"
ARCHIVE = "libbeskid_runtime.a"
START = "beskid_start.o"
MEMBER = "beskid_runtime.o"
C_LIBRARY = "libbeskid_c.a"
COMPILER_LIBRARY = "compiler_rt.o"
GDB = "libbeskid_gdb.so"
PROFILER = "libbeskid_profiler.so"
PROFILED = "libbeskid_profiled.so"
EXTENSION = "_embed.abi3.so"
STAMP = "beskid_runtime.sha256"

CODEGEN = Path(__file__).resolve().parents[1] / "src" / "beskid" / "codegen"
"""The folder of the code that changes the symbols of objects. The compiler uses it too, so it is in the package."""


class Platform(NamedTuple):
    """How the runtime is compiled for a system.

    The files of `folders`, below `src/platform`, are compiled with `own_flags` and see all of the C library; the others
    get `core_flags` and see ISO C and the jump. `flags` are for all. With `merges` the objects are linked to one.
    `headers` is the folder of the C library's headers where that is ours; then the platform's files, that library and
    the compiler's own make up another archive.
    """

    folders: tuple[str, ...]
    flags: tuple[str, ...] = ()
    own_flags: tuple[str, ...] = ()
    core_flags: tuple[str, ...] = ()
    merges: bool = False
    headers: str = ""


PLATFORMS: dict[str, Platform] = {
    "linux": Platform(
        ("linux", "posix", "machine"), ("-fPIC",), ("-D_GNU_SOURCE",), ("-D_POSIX_C_SOURCE=200809L",), merges=True
    ),
    "macos": Platform(
        ("macos", "posix", "machine"), ("-fPIC",), ("-D_DARWIN_C_SOURCE",), ("-D_POSIX_C_SOURCE=200809L",)
    ),
    # The API in UTF-16, that of Windows 10 by zig. lld-link cannot link objects to one.
    "windows": Platform(
        ("windows", "machine", "portable"),
        ("-fno-auto-import",),
        own_flags=("-DUNICODE", "-DWIN32_LEAN_AND_MEAN", "-D_CRT_RAND_S"),
    ),
    # Other C libraries for WASI need memories with 32-bit addresses.
    # wasm-ld keeps the notes of an object, but not those of several that it joined.
    "wasi": Platform(("wasi", "portable"), ("-Os",), headers="wasi/include"),
}
"""The systems, by their names in the targets of zig."""

# Cells are written through pointers of several types. A jump may leave to another stack, which the checks of
# _FORTIFY_SOURCE report as an error; some systems' headers turn them on unless it is defined as 0.
FLAGS = (
    "-std=c11",
    "-U_FORTIFY_SOURCE",
    "-D_FORTIFY_SOURCE=0",
    "-O2",
    "-fvisibility=hidden",
    "-ffunction-sections",
    "-fdata-sections",
    "-fno-strict-aliasing",
    "-fno-math-errno",
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Werror",
)

# zig writes debug information unasked, three times the size of the code.
ZIG_FLAGS = ("-g0",)


class BuildError(RuntimeError):
    """A compiler or archiver failed; the message holds its output."""


def platform_of(compiler: str) -> Platform:
    """Return the system that a compiler's command compiles for: this machine's unless `-target` names another."""
    words = compiler.split()
    target = words[words.index("-target") + 1] if "-target" in words else "x86_64-linux"
    return PLATFORMS[target.split("-")[1].partition(".")[0]]


def sources(source_dir: Path, platform: Platform = PLATFORMS["linux"]) -> list[Path]:
    """Return the C files of the runtime on a platform, the start-up object's left out."""
    platforms = source_dir / "src" / "platform"
    folders = platforms.iterdir() if platforms.is_dir() else ()
    others = {folder for folder in folders if folder.is_dir() and folder.name not in platform.folders}
    found = (source_dir / "src").rglob("*.c")
    return sorted(path for path in found if path.stem != "start" and not others.intersection(path.parents))


def feature_flags(source: Path, platform: Platform = PLATFORMS["linux"]) -> list[str]:
    """Return the flags that make a file's share of libc visible."""
    own = source.parent.parent.name == "platform" and source.parent.name in platform.folders
    return list(platform.own_flags if own else platform.core_flags)


def _include_flags(source_dir: Path, platform: Platform) -> list[str]:
    own = ["-isystem", str(source_dir / "src" / "platform" / platform.headers)] if platform.headers else []
    return [*own, f"-I{source_dir / 'src'}", f"-I{source_dir / 'include'}"]


def _digest(source_dir: Path, command: Sequence[str]) -> str:
    digest = hashlib.sha256("\0".join(command).encode())
    patterns = ("src/**/*.[ch]", "debugger/*.c", "profiler/*.[ch]", "python/*.[ch]", "include/*.h")
    files = [*[path for pattern in patterns for path in source_dir.glob(pattern)], source_dir / "exports.map"]
    for path in sorted(files):
        name = path.relative_to(source_dir).as_posix()
        digest.update(name.encode() + b"\0" + path.read_bytes())
    for path in (Path(__file__).resolve(), CODEGEN / "symbol_table.py", CODEGEN / "elf.py"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _run(command: Sequence[str]) -> None:
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise BuildError(f"{' '.join(command)}\n{result.stdout}{result.stderr}")


def _compile(source: Path, target: Path, command: Sequence[str], platform: Platform) -> Path:
    _run([*command, *feature_flags(source, platform), "-c", str(source), "-o", str(target)])
    return target


def _symbol_table() -> ModuleType:
    """Load the code that changes symbols, in a package of its own: `beskid` may not be installed, or another one is."""
    package = ModuleType("beskid_symbols")
    package.__path__ = [str(CODEGEN)]
    sys.modules[package.__name__] = package
    return importlib.import_module(f"{package.__name__}.symbol_table")


def exported_names(source_dir: Path) -> list[str]:
    """Return the functions that the runtime offers, from the script for the linker of its shared library."""
    text = (source_dir / "exports.map").read_text()
    return re.findall(r"^ *(\w+);$", text.partition("global:")[2].partition("local:")[0], re.MULTILINE)


def _make_member(source_dir: Path, work: Path, objects: Sequence[str], compiler: str) -> Path:
    """Link all objects to one in which only the listed functions are global: no other name of the runtime can meet one
    of a program or a library."""
    member = work / MEMBER
    _run([*_merger(compiler), "-o", str(member), *objects])
    symbol_table = _symbol_table()
    try:
        image = symbol_table.with_symbols(member.read_bytes(), kept=frozenset(exported_names(source_dir)))
    except symbol_table.SymbolTableError as error:
        raise BuildError(f"{MEMBER}: {error}") from error
    member.write_bytes(image)
    return member


def _zig(compiler: str) -> list[str]:
    """Return the command of zig when the compiler is `zig cc`, with or without options."""
    words = compiler.split()
    place = words.index("cc") if "cc" in words else 0
    return words[:place] if place > 0 and Path(words[place - 1]).name in ("zig", "ziglang") else []


def _compiler_library(work: Path, compiler: str) -> Path:
    """Compile the functions that compiled code calls for what a machine lacks; the zig package has their sources."""
    zig = _zig(compiler)
    if not zig:
        raise BuildError(f"`{compiler}` is not zig, which has the sources of the compiler's library")
    words = compiler.split()
    source = Path(zig[-1]).resolve().parent / "lib" / "compiler_rt.zig"
    made = work / COMPILER_LIBRARY
    target = words[words.index("-target") + 1]
    _run([*zig, "build-obj", "-target", target, "-OReleaseSmall", "-fstrip", str(source), f"-femit-bin={made}"])
    return made


def _merger(compiler: str) -> list[str]:
    """Return the command that links objects to one."""
    zig = _zig(compiler)
    return [*zig, "ld.lld", "-r"] if zig else [*compiler.split(), "-r", "-nostdlib"]


def _archiver(compiler: str) -> list[str]:
    # zig brings its own; everything else is served by the system's.
    zig = _zig(compiler)
    if zig:
        return [*zig, "ar"]
    return [os.environ.get("AR") or shutil.which("ar") or "llvm-ar"]


def _compile_all(files: Sequence[Path], folder: Path, command: Sequence[str], platform: Platform) -> list[str]:
    folder.mkdir()

    def compile_one(path: Path) -> Path:
        return _compile(path, folder / f"{path.parent.name}_{path.stem}.o", command, platform)

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return [str(path) for path in pool.map(compile_one, files)]


def _make(source_dir: Path, work: Path, command: Sequence[str], compiler: str, shared: bool, tools: bool) -> None:
    platform = platform_of(compiler)
    files = sources(source_dir, platform)
    command = [*command, *_include_flags(source_dir, platform)]
    hidden = [*command, "-DBESKID_HIDDEN"]
    if platform.headers:
        own = [path for path in files if source_dir / "src" / "platform" in path.parents]
        files = [path for path in files if path not in own]
        members = _compile_all(own, work / "library", hidden, platform)
        members.append(str(_compiler_library(work, compiler)))
        _run([*_archiver(compiler), "rcsD", str(work / C_LIBRARY), *members])
    members = _compile_all(files, work / "archive", hidden, platform)
    if platform.merges:
        members = [str(_make_member(source_dir, work, members, compiler))]
    _run([*_archiver(compiler), "rcsD", str(work / ARCHIVE), *members])
    # The start-up object is linked with the archive or with the shared library, where a hidden function is not found.
    _compile(source_dir / "src" / "entry" / "start.c", work / START, command, platform)
    if not shared:
        return
    exports = f"-Wl,--version-script={source_dir / 'exports.map'}"
    objects = _compile_all(files, work / "shared", command, platform)
    _run([*command, "-shared", exports, "-Wl,-soname," + SHARED, "-o", str(work / SHARED), *objects, "-lm"])
    if not tools:
        return
    _run([*command, "-shared", "-o", str(work / GDB), str(source_dir / "debugger" / "gdb.c")])
    _make_profiled(source_dir, work, objects, command, platform)
    headers = python_headers()
    if headers is None:
        return
    # The functions of Python are those of the interpreter that imports the file; it links with none of its own.
    files = sorted((source_dir / "python").glob("*.c"))
    objects = _compile_all(files, work / "python", [*command, "-isystem", str(headers)], platform)
    _run([*command, "-shared", "-o", str(work / EXTENSION), *objects])


def _make_profiled(
    source_dir: Path, work: Path, objects: Sequence[str], command: Sequence[str], platform: Platform
) -> None:
    """Make the library that samples time, and the runtime that samples its heap.

    `objects` are those of the shared library, of which some files are compiled once more.
    """
    parts = source_dir / "profiler"
    command = [*command, "-pthread"]
    _run([*command, "-shared", "-o", str(work / PROFILER), str(parts / "profiler.c"), str(parts / "stacks.c")])
    telling = [path for path in sources(source_dir, platform) if '"heap/profiled.h"' in path.read_text()]
    folder = work / "profiled"
    told = _compile_all(telling, folder, [*command, "-DBESKID_PROFILED"], platform)
    others = [path for path in objects if str(folder / Path(path).name) not in told]
    own = [str(parts / "heap.c"), str(parts / "stacks.c")]
    _run([*command, "-DBESKID_PROFILED", "-shared", "-o", str(work / PROFILED), *own, *told, *others, "-lm"])


def python_headers() -> Path | None:
    """Return the folder of `Python.h` for the running interpreter; None when its headers are not installed."""
    folder = Path(sysconfig.get_path("include"))
    return folder if (folder / "Python.h").is_file() else None


def build_runtime(
    source_dir: Path,
    out_dir: Path,
    compiler: str = "cc",
    extra_flags: Sequence[str] = (),
    shared: bool = True,
    tools: bool = True,
) -> list[Path]:
    """The paths of archive, start-up object, (if `shared`) the shared library, and (if `tools`, too) those for gdb, the
    profiler and Python. They are made only when out of date.

    BuildError when the compiler fails; then `out_dir` keeps what it had.
    """
    flags = [*FLAGS, *platform_of(compiler).flags, *(ZIG_FLAGS if _zig(compiler) else ()), *extra_flags]
    command = [*compiler.split(), *flags]
    names = [
        ARCHIVE,
        START,
        *((C_LIBRARY,) if platform_of(compiler).headers else ()),
        *((SHARED,) if shared else ()),
        *((GDB, PROFILER, PROFILED) if shared and tools else ()),
    ]
    if shared and tools and python_headers() is not None:
        names.append(EXTENSION)
    outputs = [out_dir / name for name in names]
    stamp = out_dir / STAMP
    digest = _digest(source_dir, command)
    if all(path.exists() for path in outputs) and stamp.exists() and stamp.read_text() == digest:
        return outputs
    out_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out_dir, prefix=".build-") as name:
        work = Path(name)
        _make(source_dir, work, command, compiler, shared, tools)
        (work / STAMP).write_text(digest)
        stamp.unlink(missing_ok=True)
        for path in [*outputs, stamp]:
            (work / path.name).replace(path)
    return outputs


def main(arguments: Sequence[str]) -> int:
    """Builds from the command line; the status is 1 when the compiler fails."""
    parser = argparse.ArgumentParser(description="Build the Beskid runtime.")
    parser.add_argument("--out", type=Path, required=True, help="folder for the library, archive and start-up object")
    parser.add_argument("--compiler", default=os.environ.get("CC", "cc"), help="C compiler command")
    parser.add_argument("--flag", action="append", default=[], help="one more compiler flag; may be repeated")
    options = parser.parse_args(arguments)
    try:
        outputs = build_runtime(Path(__file__).resolve().parent, options.out, options.compiler, options.flag)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    for path in outputs:
        print(path)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
