"""The command of lld-link that links a Windows target from its sysroot.

Takes a request, the files of program and runtime, and a sysroot, and returns the words of a command. It runs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from beskid.aot.linker import find_lld_tool
from beskid.aot.name_spaces import OWN_NAMES, VERSION_SYMBOL
from beskid.aot.request import BuildRequest
from beskid.aot.sysroot import Sysroot
from beskid.codegen.target import Target

_STACK_SIZE = 1 << 20
"""The address space of the first thread's stack; the runtime runs programs on a larger one."""

_BASE = 5 << 30
"""Where an image is loaded when addresses are not random."""


def find_lld_link(target: Target) -> list[str] | None:
    return find_lld_tool("lld-link")


def executable_words(
    request: BuildRequest, target: Target, sysroot: Sysroot, parts: Sequence[str], foreign: Sequence[str], made: Path
) -> list[str]:
    """Return the arguments for a program of the console. An image has no symbols or debug information to strip."""
    return [
        "-lldmingw", "-NOLOGO", f"-MACHINE:{target.emulation}", "-SUBSYSTEM:CONSOLE", f"-STACK:{_STACK_SIZE}",
        f"-BASE:{_BASE}",
        # The output depends on the input alone: no time, no random number. Equal functions are not merged: function
        # values are equal when their code has the same address.
        "-BREPRO", "-BUILD-ID:NO", "-OPT:REF", "-OPT:NOICF",
        # Start-up code and compiler name the start of the image differently.
        "-ALTERNATENAME:__image_base__=__ImageBase", f"-INCLUDE:{OWN_NAMES[VERSION_SYMBOL]}", f"-OUT:{made}",
        *parts, *_own_words(foreign), *sysroot.files,
    ]  # fmt: skip


def _own_words(words: Sequence[str]) -> list[str]:
    """Return arguments for a linker driver as those of lld-link."""
    found: list[str] = []
    for word in words:
        if word.startswith("-Wl,"):
            found += word.split(",")[1:]
        elif word.startswith("-L"):
            found.append(f"-LIBPATH:{word[2:]}")
        elif word.startswith("-l"):
            found.append(f"{word[2:]}.lib")
        elif word not in ("-Xlinker", "-pthread"):
            found.append(word)
    return found
