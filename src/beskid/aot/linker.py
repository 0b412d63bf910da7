"""Linker drivers: finds a C compiler that links, and runs it.

Takes the value of `CC` and returns a command. A tool that fails raises `AotError` with its output. What is linked is
decided elsewhere.
"""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence

from beskid.aot.errors import LINK_FAILED, NO_LINKER, AotError
from beskid.files.places import absolute_path

CANDIDATES = ("cc", "gcc", "clang")
TIME_LIMIT_SECONDS = 600
_SHOWN_LINES = 40


def find_linker(preferred: str, native: bool, triple: str) -> list[str]:
    """Return the command that links. Other targets than this machine need zig, which contains their libraries."""
    if preferred:
        words = shlex.split(preferred)
        path = shutil.which(words[0]) if words else None
        if path is not None:
            return [absolute_path(path), *words[1:]]
        raise AotError(
            NO_LINKER,
            f"the linker `{preferred}` in the environment variable CC is not available",
            "set CC to an installed C compiler, or unset it",
        )
    if native:
        # The absolute path: without PATH a compiler that is run by its bare name cannot find its own programs.
        for name in CANDIDATES:
            if path := shutil.which(name):
                return [absolute_path(path)]
    if importlib.util.find_spec("ziglang") is not None:
        return [sys.executable, "-m", "ziglang", "cc", "-target", zig_target(triple)]
    raise AotError(
        NO_LINKER,
        "no linker is available" if native else f"no linker for `{triple}` is available",
        "install a C compiler (cc, gcc or clang), set CC to one, or install the extra `beskid[cross]`",
    )


def find_tool(name: str, purpose: str) -> str:
    """Return the path of a tool of the binary utilities."""
    path = shutil.which(name) or shutil.which(f"llvm-{name}")
    if path is None:
        raise AotError(NO_LINKER, f"the tool `{name}` is not available; {purpose} needs it", "install binutils")
    return path


def zig_target(triple: str) -> str:
    """Return a triple in the form of zig, which omits the vendor."""
    machine, _, system, environment = triple.split("-")
    return f"{machine}-{system}-{environment}"


def tool_environment() -> dict[str, str]:
    """Return the environment of a tool: messages in English, and a PATH on which it finds its own programs."""
    return {"PATH": os.defpath, **os.environ, "LC_ALL": "C"}


def run_tool(command: Sequence[str], scratch: str) -> None:
    """Run a tool; raise `AotError` with its output when it fails."""
    environment = tool_environment()
    if scratch:
        environment |= {"ZIG_GLOBAL_CACHE_DIR": scratch, "ZIG_LOCAL_CACHE_DIR": scratch}
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            timeout=TIME_LIMIT_SECONDS,
            check=False,
        )
    except OSError as error:
        raise AotError(NO_LINKER, f"`{command[0]}` cannot be executed: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise AotError(LINK_FAILED, f"`{command[0]}` did not finish within {TIME_LIMIT_SECONDS} seconds") from error
    if done.returncode == 0:
        return
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    shown = "\n".join(lines[-_SHOWN_LINES:])
    raise AotError(
        LINK_FAILED,
        f"linking failed with status {done.returncode}\ncommand: {shlex.join(command)}\n{shown}".rstrip(),
        "check the libraries and search paths of the manifest's `link` block",
    )
