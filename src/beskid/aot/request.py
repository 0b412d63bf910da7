"""What to build and what came out, as plain values."""

from __future__ import annotations

from enum import Enum

from beskid.base.node import value


class OutputKind(Enum):
    """What the object becomes."""

    EXECUTABLE = "exe"
    SHARED = "shared"
    STATIC = "static"
    OBJECT = "object"


@value
class BuildRequest:
    """One output. `compiler` is what the user's `CC` says, or empty; `runtime_folder` is empty for the installed one;
    `libraries` are linker words such as `m` or `:libfoo.so.2` without their `-l`, or paths; `externs` are the foreign
    symbols that the driver's policy permits; `scratch` is a folder for the tools' own caches, or empty."""

    object_bytes: bytes
    kind: OutputKind
    output: str
    triple: str
    exports: tuple[str, ...] = ()
    externs: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    search_paths: tuple[str, ...] = ()
    extra_arguments: tuple[str, ...] = ()
    compiler: str = ""
    runtime_folder: str = ""
    strip: bool = False
    metadata: bool = True
    scratch: str = ""


@value
class BuildResult:
    """What was written. `command` is the link line, empty for an object; `metadata` the path of the description."""

    output: str
    kind: OutputKind
    command: tuple[str, ...]
    metadata: str
