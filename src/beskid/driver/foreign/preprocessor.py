"""The preprocessor of a C compiler: that of this machine, or one that knows the headers of another target.

Takes a target and the environment, or a header and folders; returns text. Raises `DriverError` when a tool is missing
or a header cannot be read.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Final

from beskid.aot.errors import AotError
from beskid.aot.linker import find_driver, find_zig, no_linker, tool_environment, zig_environment
from beskid.base.node import value
from beskid.codegen.formats.model import FileFormat
from beskid.codegen.host import host_triple
from beskid.codegen.target import Target
from beskid.driver.cache.store import TOOLS, user_cache_folder
from beskid.driver.failure import STATUS_USAGE, DriverError
from beskid.driver.linking import compiler_for, compiler_variable, linker_command
from beskid.files.problems import shown_name
from beskid.files.workspace import Workspace
from beskid.source.codes import E4023

PREPROCESS_SECONDS: Final = 60


@value
class Preprocessor:
    """The command of a C compiler, and the folder for the caches of one that needs it."""

    command: tuple[str, ...]
    scratch: str = ""

    def run(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        with Workspace("beskid-headers-") as work:
            return self._compile(["-E", *words], work.path)

    def check(self, header: Path, source: str, include: list[str]) -> str | None:
        """Compile C source after a header. Return the compiler's messages, or None when there is no error."""
        with Workspace("beskid-headers-") as work:
            probe = work.write("probe.c", source.encode("utf-8", "surrogateescape"))
            folders = [f"-I{path}" for path in include]
            # Not `-fsyntax-only`, which the compiler of zig does not have.
            words = [
                "-c",
                "-w",
                *folders,
                "-include",
                option_value(header),
                "-x",
                "c",
                probe,
                "-o",
                work.file("probe.o"),
            ]
            done = self._compile(words, work.path)
        return os.fsdecode(done.stderr) if done.returncode else None

    def _compile(self, words: list[str], folder: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [*self.command, *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**tool_environment(), **zig_environment(self.scratch, folder)},
            timeout=PREPROCESS_SECONDS,
            check=False,
        )


def preprocessor_for(target: Target, environment: dict[str, str]) -> Preprocessor:
    """Return the preprocessor of the compiler that links for this machine, or of one for another target."""
    scratch = f"{user_cache_folder(environment)}/{TOOLS}"
    if target.triple == host_triple():
        return Preprocessor(tuple(linker_command(environment)), scratch)
    if target.format is FileFormat.WASM:
        message = f"extern functions are not available on `{target.name}`"
        raise DriverError(message, "bind the header for a target with a C library", E4023, STATUS_USAGE)
    try:
        named = compiler_for(target.triple, environment)
        found = find_driver(named, compiler_variable(target.triple)) if named else None
        zig = find_zig()
        if found is None and not zig:
            raise no_linker(target, native=False)
    except AotError as error:
        raise DriverError(error.message, error.help, error.code) from error
    return Preprocessor(tuple(found if found is not None else [zig, "cc", "-target", target.zig]), scratch)


def preprocess(header: Path, preprocessor: Preprocessor, include: list[str]) -> str:
    """The header with its includes, macros expanded and defined, and marks that say which file a line is from."""
    done = preprocessor.run("-dD", *[f"-I{path}" for path in include], "-x", "c", option_value(header))
    if done.returncode:
        words = os.fsdecode(done.stderr).replace(str(header), shown_name(str(header))).strip()
        raise DriverError(
            f"the header {shown_name(str(header))} cannot be read:\n{words}", "name the folders of its includes with -I"
        )
    return done.stdout.decode("utf-8", "surrogateescape")


def option_value(header: Path) -> str:
    """Return the path of a header as an argument: one that begins with a dash would be an option."""
    return f"./{header}" if str(header).startswith("-") else str(header)


def include_folders(preprocessor: Preprocessor) -> list[str]:
    """The folders in which the compiler looks for headers, such as those of this processor."""
    done = preprocessor.run("-v", "-x", "c", os.devnull)
    _, found, rest = os.fsdecode(done.stderr).partition("<...> search starts here:\n")
    listed = rest.partition("End of search list")[0] if found else ""
    return [line.strip() for line in listed.splitlines() if line.startswith(" ")]
