"""The request for an output and its result."""

from __future__ import annotations

from enum import Enum

from beskid.base.node import value


class OutputKind(Enum):
    """The kind of an output."""

    EXECUTABLE = "exe"
    SHARED = "shared"
    STATIC = "static"
    OBJECT = "object"
    PYTHON = "python"
    """A shared library that `beskid_runtime` loads: it shares the runtime of the process."""


@value
class BuildRequest:
    """One output. `compiler` is the value of the environment variable
    `compiler_variable`, or empty; `runtime_folder` is empty for the installed runtime;
    `libraries` are arguments such as `m` or `:libfoo.so.2` without `-l`, or paths; they precede the C library if
    `libraries_precede`; `externs` are the permitted foreign symbols; `system_symbols` are those that the C library
    defines, if known; `scratch` is a folder for the caches of tools, or empty; `sysroots` one for the C libraries of
    other targets."""

    object_bytes: bytes
    kind: OutputKind
    output: str
    triple: str
    exports: tuple[str, ...] = ()
    externs: tuple[str, ...] = ()
    system_symbols: frozenset[str] = frozenset()
    libraries: tuple[str, ...] = ()
    libraries_precede: bool = False
    search_paths: tuple[str, ...] = ()
    extra_arguments: tuple[str, ...] = ()
    compiler: str = ""
    compiler_variable: str = "CC"
    runtime_folder: str = ""
    strip: bool = False
    metadata: bool = True
    scratch: str = ""
    sysroots: str = ""


@value
class BuildResult:
    """What was written. `command` links it, empty for an object; `metadata` is the path of the description."""

    output: str
    kind: OutputKind
    command: tuple[str, ...]
    metadata: str
