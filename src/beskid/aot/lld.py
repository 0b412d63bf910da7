"""The command of ld.lld that links an ELF target from its sysroot, without a C compiler of that machine.

Takes a request, the files of program and runtime, and a sysroot, and returns the words of a command. It runs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from beskid.aot.linker import find_lld_tool
from beskid.aot.name_spaces import OWN_NAMES, VERSION_SYMBOL
from beskid.aot.request import BuildRequest, OutputKind
from beskid.aot.sysroot import Sysroot
from beskid.codegen.host import host_machine
from beskid.codegen.target import Target

_COMPILER_LIBRARIES = frozenset(("libcompiler_rt.a",))
"""Functions that compiled code calls for what a processor lacks."""

_STACK_SIZE = 1 << 20
"""The size that a program asks for the stack of its first thread; the runtime switches to a larger one."""


def find_lld(target: Target) -> list[str] | None:
    """Return the command of ld.lld. GNU ld links static programs of this machine's processor where it is missing."""
    is_own_static = not target.loader and target.machine == host_machine()
    return find_lld_tool("ld.lld", *(["ld"] if is_own_static else []))


def executable_words(
    request: BuildRequest, target: Target, sysroot: Sysroot, parts: Sequence[str], foreign: Sequence[str], made: Path
) -> list[str]:
    """Return the arguments for an executable. `parts` begin with the start-up object of the runtime."""
    start, *libraries = sysroot.files
    dynamic = ["--dynamic-linker", target.loader] if target.loader else ["-static"]
    return [
        "-m", target.emulation, "--entry", "_start", *dynamic, "--no-pie",
        "-z", f"stack-size={_STACK_SIZE}", *_common_words(request),
        "-o", str(made), start, *parts, *_plain_words(foreign), "--as-needed", *_group(libraries),
    ]  # fmt: skip


def shared_words(
    request: BuildRequest,
    target: Target,
    sysroot: Sysroot,
    parts: Sequence[str],
    foreign: Sequence[str],
    script: Path,
    made: Path,
) -> list[str]:
    """Return the arguments for a shared library.

    The C library of a static target is not part of it: the program that loads it has one.
    """
    libraries = [file for file in sysroot.files[1:] if target.loader or Path(file).name in _COMPILER_LIBRARIES]
    return [
        "-m", target.emulation, "-shared", f"--version-script={script}", "-soname", Path(request.output).name,
        *_common_words(request), "-o", str(made), *parts, *_plain_words(foreign), "--as-needed", *libraries,
    ]  # fmt: skip


def merging_words(target: Target, parts: Sequence[str], strip: bool, made: Path) -> list[str]:
    """Return the arguments that join objects into one."""
    return ["-m", target.emulation, "-r", *(["--strip-debug"] if strip else []), "-o", str(made), *parts]


def _group(libraries: Sequence[str]) -> list[str]:
    """Return libraries as a group: they need each other, which GNU ld does not find out."""
    return ["--start-group", *libraries, "--end-group"]


def _common_words(request: BuildRequest) -> list[str]:
    words = ["--build-id=none", "--gc-sections", "--eh-frame-hdr", "-z", "now"]
    is_bound = request.kind is OutputKind.PYTHON
    words += ["-z", "defs", "-Bsymbolic"] if is_bound else ["-u", OWN_NAMES[VERSION_SYMBOL]]
    return [*words, *(["-s"] if request.strip else [])]


def _plain_words(words: Sequence[str]) -> list[str]:
    """Return arguments for a linker driver as those of a linker."""
    found: list[str] = []
    for word in words:
        if word.startswith("-Wl,"):
            found += word.split(",")[1:]
        elif word not in ("-Xlinker", "-pthread"):
            found.append(word)
    return found
