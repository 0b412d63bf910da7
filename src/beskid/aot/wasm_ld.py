"""The command of wasm-ld that links a WebAssembly target. The runtime brings a C library of its own.

Takes a request and the files of program and runtime, and returns the words of a command. It runs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from beskid.aot.errors import NOT_OFFERED, RUNTIME_MISSING, AotError
from beskid.aot.linker import find_lld_tool
from beskid.aot.name_spaces import OWN_NAMES, VERSION_SYMBOL, symbols_of_archive
from beskid.aot.request import BuildRequest
from beskid.aot.runtime_archive import RuntimeArchive, folder_of
from beskid.aot.sysroot import Sysroot
from beskid.codegen.target import Target
from beskid.files.reading import is_file

C_LIBRARY = "libbeskid_c.a"

_PRIVATE_PREFIXES = ("bk_", "_")
"""The names in the archive that are not those of functions of C."""

STACK_SIZE = 16 << 20
"""The size of the stack for variables in memory. It lies below everything else, so that an overflow is a trap."""


def find_wasm_ld(target: Target) -> list[str] | None:
    return find_lld_tool("wasm-ld")


def check_externs(request: BuildRequest, target: Target, runtime: RuntimeArchive, used: Iterable[str]) -> None:
    """Raise `AotError` for foreign functions among the names `used` that neither our C library nor a static library of
    the request defines."""
    library = runtime.archive.with_name(C_LIBRARY)
    if not is_file(str(library)):
        raise AotError(
            RUNTIME_MISSING,
            f"the C library for `{target.name}` is not installed: `{library}` does not exist",
            f"reinstall beskid, or in a checkout: `python tools/build_runtime.py --target {target.name}`",
        )
    own = {name for name in symbols_of_archive(str(library)) if not name.startswith(_PRIVATE_PREFIXES)}
    offered = own.union(*[symbols_of_archive(path) for path in request.libraries])
    missing = sorted({name for name in used if name in request.externs} - offered)
    if missing:
        listed = ", ".join([f"`{name}`" for name in missing])
        raise AotError(
            NOT_OFFERED,
            f"extern functions are not available on `{target.name}`: {listed}",
            "link a static library of WebAssembly that defines them, with `--link`",
        )


def executable_words(
    request: BuildRequest, target: Target, sysroot: Sysroot, parts: Sequence[str], foreign: Sequence[str], made: Path
) -> list[str]:
    """Return the arguments for an executable."""
    return [
        "-m", target.emulation, "--entry", "_start", "--export-memory", "--stack-first",
        "-z", f"stack-size={STACK_SIZE}", "--gc-sections", "-u", OWN_NAMES[VERSION_SYMBOL],
        # A call with another signature than the function has is a warning, and a trap when it runs.
        "--fatal-warnings", *(["-s"] if request.strip else []),
        "-o", str(made), *parts, *foreign, str(folder_of(request) / C_LIBRARY), *sysroot.files,
    ]  # fmt: skip
