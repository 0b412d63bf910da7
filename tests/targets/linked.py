"""Small linked files of every format: a program of ours with a stand-in for the runtime, linked by LLVM's linkers.

The stand-in states the contract as the runtime does, from its source file, and defines each function as one that ends
the process: these files are read and judged, never run.
"""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from tests import limits
from tests.cross.machines import lack
from tests.targets.corpus import EVERYTHING, object_of

from beskid.abi import BUILTIN_SPECS, AbiParamKind, AbiReturnKind
from beskid.abi.symbols import ENTRY_SYMBOL, private_export
from beskid.aot.linker import find_zig
from beskid.codegen.conventions import CONVENTIONS
from beskid.codegen.fileformats import any_symbols
from beskid.codegen.formats.model import FileFormat
from beskid.codegen.target import TARGETS, Target

ROOT = Path(__file__).resolve().parents[2]
TEXT = EVERYTHING.read_text(encoding="utf-8")
EXPORT = "everything_add"
STATED = ("beskid_runtime_abi_version", "beskid_runtime_abi_level", "beskid_runtime_draft_hash", "beskid_runtime_rows")
C_TYPES = {
    AbiParamKind.PTR: "void *", AbiParamKind.I64: "int64_t", AbiParamKind.F64: "double", AbiReturnKind.PTR: "void *",
    AbiReturnKind.I64: "int64_t", AbiReturnKind.I32: "int32_t", AbiReturnKind.F64: "double",
    AbiReturnKind.VOID: "void", AbiReturnKind.NEVER: "void",
}  # fmt: skip
HEAD = """#include <stdint.h>
#if defined(_WIN32)
#define HIDDEN
#else
#define HIDDEN __attribute__((visibility("hidden")))
#endif
int64_t beskid_program_entry(void *stack, void *arguments);
"""

LINKABLE = tuple([target for target in TARGETS.values() if target.zig or target.triple.startswith("wasm")])


def require_zig() -> str:
    zig = find_zig()
    if not zig:
        lack("the package ziglang")
        pytest.skip("missing: the linkers of the package ziglang: make sysroots")
    return zig


def stand_in(needed: frozenset[str]) -> str:
    """C source that defines the runtime's functions, and whatever else a program needs."""
    lines = [HEAD]
    listed = {spec.symbol for spec in BUILTIN_SPECS}
    for spec in BUILTIN_SPECS:
        if spec.symbol not in STATED:
            parameters = ", ".join([f"{C_TYPES[kind]} a{index}" for index, kind in enumerate(spec.params)])
            lines.append(
                f"HIDDEN {C_TYPES[spec.returns]} {spec.symbol}({parameters or 'void'}) {{ __builtin_trap(); }}"
            )
    skipped = {"__stack_pointer", "__indirect_function_table", "bcmp", "memcpy", "memmove", "memset", "memcmp"}
    lines += [f"HIDDEN void {name}(void) {{ __builtin_trap(); }}" for name in sorted(needed - listed - skipped)]
    lines += [
        "HIDDEN void *memset(void *to, int byte, __SIZE_TYPE__ size) { __builtin_trap(); }",
        "HIDDEN void *memcpy(void *to, const void *from, __SIZE_TYPE__ size) { __builtin_trap(); }",
        "HIDDEN void *memmove(void *to, const void *from, __SIZE_TYPE__ size) { __builtin_trap(); }",
        "HIDDEN int memcmp(const void *to, const void *from, __SIZE_TYPE__ size) { __builtin_trap(); }",
        "extern uint32_t beskid_runtime_abi_version(void);",
        f"void start(void) {{ {ENTRY_SYMBOL}(0, 0); beskid_runtime_abi_version(); beskid_runtime_rows(); }}",
    ]
    lines.insert(1, "void *beskid_runtime_rows(void);")
    return "\n".join([*lines, ""])


def words_of(target: Target, zig: str, is_library: bool, is_static_pie: bool, output: str) -> list[str]:
    """The command of the linker without the objects."""
    machine = target.machine
    match CONVENTIONS[target.triple].format:
        case FileFormat.ELF:
            emulation = {"x86_64": "elf_x86_64", "aarch64": "aarch64linux", "riscv64": "elf64lriscv"}[machine]
            kind = ["-shared"] if is_library else ["-static", "--entry", "start"]
            kind += ["-pie", "--no-dynamic-linker"] if is_static_pie else []
            return [zig, "ld.lld", "-m", emulation, "--build-id=none", "--gc-sections", *kind, "-o", output]
        case FileFormat.COFF:
            name = {"x86_64": "X64", "aarch64": "ARM64"}[machine]
            kind = (
                ["-DLL", "-NOENTRY", f"-EXPORT:{EXPORT}={private_export(EXPORT)}"] if is_library else ["-ENTRY:start"]
            )
            words = ["-lldmingw", "-NOLOGO", f"-MACHINE:{name}", "-SUBSYSTEM:CONSOLE", "-BREPRO", "-OPT:REF"]
            return [zig, "lld-link", *words, *kind, f"-OUT:{output}"]
        case FileFormat.WASM:
            kind = ["--no-entry", f"--export={private_export(EXPORT)}"] if is_library else ["--entry=start"]
            return [zig, "wasm-ld", "-mwasm64", "--gc-sections", "--no-check-features", *kind, "-o", output]
        case FileFormat.MACHO:
            kind = ["-dynamiclib"] if is_library else ["-Wl,-e,_start"]
            return [zig, "cc", "-target", target.zig, "-O2", "-nostdlib", "-Wl,-dead_strip", *kind, "-o", output]
        case other:
            raise AssertionError(other)


@cache
def linked(triple: str, is_library: bool = False, is_static_pie: bool = False) -> bytes:
    """A linked file of a target; `is_static_pie` is for ELF alone."""
    zig = require_zig()
    target = TARGETS[triple]
    image = object_of(TEXT, triple)
    with TemporaryDirectory() as name:
        folder = Path(name)
        environment = {**os.environ, "ZIG_GLOBAL_CACHE_DIR": f"{name}/zig", "ZIG_LOCAL_CACHE_DIR": f"{name}/zig"}

        def run(words: list[str]) -> None:
            done = limits.run(words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment)
            assert done.returncode == 0, done.stdout.decode("utf-8", "replace")

        (folder / "program.o").write_bytes(image)
        (folder / "stand_in.c").write_text(stand_in(any_symbols(image)[1]), encoding="utf-8")
        flags = [
            "-target", target.zig or "wasm64-freestanding", "-std=gnu11", "-O1", "-g0", "-fno-builtin", "-w",
            "-ffreestanding", "-fno-sanitize=all", "-fno-stack-protector", f"-I{ROOT / 'runtime' / 'src'}",
            f"-I{ROOT / 'runtime' / 'include'}", "-DBESKID_HIDDEN", "-fPIC",
        ]  # fmt: skip
        flags = [word for word in flags if word != "-fPIC" or CONVENTIONS[triple].format is FileFormat.ELF]
        version = str(ROOT / "runtime" / "src" / "entry" / "version.c")
        run([zig, "cc", *flags, "-fvisibility=hidden", "-c", version, "-o", "version.o"])
        run([zig, "cc", *flags, "-c", "stand_in.c", "-o", "stand_in.o"])
        run([*words_of(target, zig, is_library, is_static_pie, "output"), "program.o", "version.o", "stand_in.o"])
        return (folder / "output").read_bytes()
