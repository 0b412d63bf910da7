"""The arguments by which a C compiler links.

Takes a request and the files of program and runtime and returns the words after the compiler's name. It runs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from beskid.aot.name_spaces import OWN_NAMES, VERSION_SYMBOL
from beskid.aot.request import BuildRequest, OutputKind

_C_LIBRARIES = ("-lm", "-lc")
"""The C library. It precedes the other libraries, whose functions of the same names the loader then does not find for
the runtime, nor for other libraries."""


def executable_words(request: BuildRequest, parts: Sequence[str], foreign: Sequence[str], made: Path) -> list[str]:
    """Return the arguments for a program."""
    libraries = [*foreign, *_C_LIBRARIES] if request.libraries_precede else [*_C_LIBRARIES, *foreign]
    return [*_common_words(request), "-o", str(made), *parts, *libraries, "-lm"]


def shared_words(
    request: BuildRequest, parts: Sequence[str], foreign: Sequence[str], script: Path, made: Path
) -> list[str]:
    """Return the arguments for a shared library whose visible functions the version script names."""
    # Names may contain commas, at which `-Wl,` would split them.
    named = ["-Xlinker", f"--version-script={script}", "-Xlinker", "-soname", "-Xlinker", Path(request.output).name]
    return ["-shared", *_common_words(request), *named, "-o", str(made), *parts, *_C_LIBRARIES, *foreign, "-lm"]


def _common_words(request: BuildRequest) -> list[str]:
    """Return the arguments for every linked output: link what is used, and make the output reproducible.

    The version function is always linked with the archive, because its member contains the version statement.
    """
    words = ["-Wl,--gc-sections", "-Wl,--as-needed", "-Wl,--build-id=none"]
    if request.kind is OutputKind.PYTHON:
        # The runtime is that of the process. Its functions are bound when the library is loaded, not when it runs, and
        # the library's own symbols are bound to themselves.
        words += ["-Wl,-z,now", "-Wl,-z,defs", "-Wl,-Bsymbolic"]
    else:
        words.append(f"-Wl,-u,{OWN_NAMES[VERSION_SYMBOL]}")
    return [*words, *(["-s"] if request.strip else [])]
