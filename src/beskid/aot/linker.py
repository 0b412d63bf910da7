"""Tools that link: finds a C compiler of this machine or the zig package, and runs them.

Takes the value of `CC` and returns a command. A tool that fails raises `AotError` with its output. What is linked is
decided elsewhere.
"""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping, Sequence

from beskid.aot.errors import LINK_FAILED, NO_LINKER, AotError
from beskid.codegen.target import Target
from beskid.files.places import absolute_path

CANDIDATES = ("cc", "gcc", "clang")
TIME_LIMIT_SECONDS = 600
_SHOWN_LINES = 40
CROSS_HELP = 'pip install "beskid[cross]"'
"""How to install linkers and C libraries of other machines."""


def find_driver(preferred: str, variable: str = "CC") -> list[str] | None:
    """Return the command of a C compiler of this machine that links; None without one.

    `preferred` must exist; it is the value of an environment variable."""
    if preferred:
        words = shlex.split(preferred)
        path = shutil.which(words[0]) if words else None
        if path is not None:
            return [absolute_path(path), *words[1:]]
        raise AotError(
            NO_LINKER,
            f"the linker `{preferred}` in the environment variable {variable} is not available",
            f"set {variable} to an installed C compiler, or unset it",
        )
    # The absolute path: without PATH a compiler that is run by its bare name cannot find its own programs.
    return next(([absolute_path(path)] for name in CANDIDATES if (path := shutil.which(name))), None)


def find_zig() -> str:
    """Return the path of zig, which contains linkers and C libraries; empty when its package is not installed."""
    found = importlib.util.find_spec("ziglang")
    folders = list(found.submodule_search_locations or ()) if found is not None else []
    return next((path for folder in folders if (path := shutil.which("zig", path=folder))), "")


def find_lld_tool(name: str, *others: str) -> list[str] | None:
    """Return the command of a linker of LLD: that of the zig package, otherwise the machine's, or one of the others."""
    zig = find_zig()
    if zig:
        return [zig, name]
    return next(([absolute_path(path)] for each in (name, *others) if (path := shutil.which(each))), None)


def find_linker(preferred: str, target: Target, native: bool, variable: str = "CC") -> list[str]:
    """Return the command of the linker driver for a target. `preferred` must exist.

    Raises `AotError` when there is none; without a driver targets are linked by `beskid.aot.lld`.
    """
    found = find_driver(preferred, variable) if native or preferred else None
    if found is None:
        raise no_linker(target, native)
    return found


def no_linker(target: Target, native: bool) -> AotError:
    if native:
        help = "install a C compiler (cc, gcc or clang), set CC to one, or install the extra `beskid[cross]`"
        return AotError(NO_LINKER, "no linker is available", help)
    return AotError(NO_LINKER, f"no linker for `{target.name}` is available", CROSS_HELP)


def find_tool(name: str, purpose: str) -> str:
    """Return the path of a tool of the binary utilities."""
    path = shutil.which(name) or shutil.which(f"llvm-{name}")
    if path is None:
        help = "install LLVM's binary utilities" if name.startswith("llvm-") else "install binutils"
        raise AotError(NO_LINKER, f"the tool `{name}` is not available; {purpose} needs it", help)
    return path


def tool_environment() -> dict[str, str]:
    """Return the environment of a tool: messages in English, and a PATH on which it finds its own programs."""
    return {"PATH": os.defpath, **os.environ, "LC_ALL": "C"}


def zig_environment(scratch: str, work: str) -> dict[str, str]:
    """Return the variables that tell zig where its caches are; without them it needs a home folder.

    `scratch` keeps what it compiles of its own libraries. What it leaves of each call goes into `work`, a folder that
    is removed after the call.
    """
    return {"ZIG_GLOBAL_CACHE_DIR": scratch, "ZIG_LOCAL_CACHE_DIR": f"{work}/zig"} if scratch else {}


def run_tool(command: Sequence[str], scratch: str, work: str) -> None:
    """Run a tool that links, with a folder for what it leaves; raise `AotError` with its output when it fails."""
    status, output = output_of(command, zig_environment(scratch, work))
    if status == 0:
        return
    lines = output.splitlines()
    shown = "\n".join(lines[-_SHOWN_LINES:])
    raise AotError(
        LINK_FAILED,
        f"linking failed with status {status}\ncommand: {shlex.join(command)}\n{shown}".rstrip(),
        "check the libraries and search paths of the manifest's `link` block",
    )


def output_of(command: Sequence[str], variables: Mapping[str, str], folder: str | None = None) -> tuple[int, str]:
    """Run a tool, in a folder and with further variables; return its status and what it printed.

    Raises `AotError` when it cannot be started or does not end.
    """
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**tool_environment(), **variables},
            cwd=folder,
            timeout=TIME_LIMIT_SECONDS,
            check=False,
        )
    except OSError as error:
        raise AotError(NO_LINKER, f"`{command[0]}` cannot be executed: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise AotError(LINK_FAILED, f"`{command[0]}` did not finish within {TIME_LIMIT_SECONDS} seconds") from error
    return done.returncode, done.stdout.decode("utf-8", "replace")
