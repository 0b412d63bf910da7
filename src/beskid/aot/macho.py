"""The command that links a macOS executable: zig's own linker, which has stubs of the system's libraries.

Takes a request and the files of program and runtime, and returns the arguments of a C compiler. It runs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from beskid.aot.linker import find_zig
from beskid.aot.name_spaces import OWN_NAMES, VERSION_SYMBOL
from beskid.aot.request import BuildRequest
from beskid.aot.sysroot import Sysroot
from beskid.codegen.target import Target


def find_compiler(target: Target) -> list[str] | None:
    """Return the command of zig as a C compiler for a target; None without its package."""
    zig = find_zig()
    return [zig, "cc", "-target", target.zig] if zig else None


def executable_words(
    request: BuildRequest, target: Target, sysroot: Sysroot, parts: Sequence[str], foreign: Sequence[str], made: Path
) -> list[str]:
    """Return the arguments of a C compiler for an executable.

    Code for Apple's processors gets an ad hoc signature, which names the file `made`: its name must not vary.
    """
    # `-s` omits debug information, `-x` the names of local symbols.
    # The system's library contains the helper functions of compilers; zig would compile its own, for ten seconds.
    options = ["-O2", "-nostdlib", *(["-s", "-Wl,-x"] if request.strip else [])]
    # Symbols of C begin with an underscore in these files.
    words = ["-Wl,-dead_strip", f"-Wl,-u,_{OWN_NAMES[VERSION_SYMBOL]}"]
    return [*options, *words, "-o", str(made), *parts, "-lSystem", *foreign]
