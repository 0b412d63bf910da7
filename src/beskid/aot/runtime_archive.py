"""The runtime to link: its path, its version, and the functions that it defines.

Takes a folder and returns a `RuntimeArchive` whose version was checked. The version is the statement in the archive and
the functions are those that its members define; file names prove nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from beskid.abi.generated.numbers import (
    BESKID_DRAFT_HASH,
    BESKID_RUNTIME_ABI_LEVEL,
    BESKID_RUNTIME_ABI_VERSION,
    ENTRY_LEVEL,
    LEVEL_SYMBOL_COUNTS,
    RUNTIME_EXPORT_SYMBOLS,
)
from beskid.aot.errors import RUNTIME_BUILD, RUNTIME_MISSING, VERSION_MISMATCH, VERSION_UNKNOWN, AotError
from beskid.aot.request import BuildRequest
from beskid.base.node import value
from beskid.codegen.answers import answer_of
from beskid.codegen.fileformats import archive_binaries
from beskid.codegen.formats.model import BinaryFile
from beskid.codegen.objectfile import ObjectFileError
from beskid.codegen.rows import TABLE_LEVEL, offered_rows
from beskid.codegen.target import TARGETS
from beskid.files.problems import FileError
from beskid.files.reading import MAX_BINARY_BYTES, is_file, read_file

ARCHIVE_NAME = "libbeskid_runtime.a"
START_NAME = "beskid_start.o"

STATEMENT = re.compile(rb"BESKID-RUNTIME-ABI version=(\d+) level=(\d+) draft=([0-9a-f]{16})\n")


@value
class RuntimeArchive:
    """A runtime whose version, machine and functions were checked."""

    archive: Path
    start: Path
    version: int
    level: int
    symbols: frozenset[str]
    rows: tuple[str, ...]
    members: tuple[tuple[str, bytes], ...]
    needed: frozenset[str]
    """What the members call of the C library and of the compiler's own."""


def installed_folder(triple: str) -> Path:
    """Return the folder of the packaged runtime for a triple."""
    return Path(__file__).resolve().parent.parent / "_runtime" / "lib" / triple


def folder_of(request: BuildRequest) -> Path:
    """Return the folder of the runtime that a request names, by default that of the package."""
    return Path(request.runtime_folder) if request.runtime_folder else installed_folder(request.triple)


def has_runtime(folder: Path) -> bool:
    """Return whether a folder has the files of a runtime, without reading them."""
    return all(is_file(str(folder / name)) for name in (ARCHIVE_NAME, START_NAME))


def open_runtime(folder: Path, triple: str, needing: str = "beskid") -> RuntimeArchive:
    """Check the runtime in a folder and return it; raise `AotError` if it cannot be linked.

    `needing` is the output that needs it, for the message.
    """
    archive, start = folder / ARCHIVE_NAME, folder / START_NAME
    for path in (archive, start):
        if not is_file(str(path)):
            raise AotError(
                RUNTIME_MISSING,
                f"the runtime for `{triple}` is not installed: `{path}` does not exist",
                f"reinstall beskid, or in a checkout: `python tools/build_runtime.py --target {TARGETS[triple].name}`",
            )
    try:
        image = read_file(str(archive), MAX_BINARY_BYTES).data
        held = list(archive_binaries(image))
        rows = offered_rows([record for _, _, binary in held for record in binary.notes])
        members = tuple([(name, member) for name, member, _ in held])
        symbols = frozenset().union(*[binary.defined for _, _, binary in held])
        needed = frozenset().union(*[binary.undefined for _, _, binary in held]) - symbols
    except FileError as error:
        raise AotError(RUNTIME_MISSING, f"the runtime `{archive}` cannot be read: {error.reason}") from error
    except ObjectFileError as error:
        raise AotError(RUNTIME_BUILD, f"the runtime `{archive}` is damaged: {error}", "rebuild it") from error
    version, level = check_statement(image, archive, needing)
    check_answer(members, archive, version)
    check_machine(archive, [binary for _, _, binary in held], triple)
    required = RUNTIME_EXPORT_SYMBOLS[: LEVEL_SYMBOL_COUNTS[min(level, BESKID_RUNTIME_ABI_LEVEL)]]
    missing = [symbol for symbol in required if symbol not in symbols]
    if missing:
        raise AotError(
            RUNTIME_BUILD,
            f"the runtime `{archive}` is missing required symbols: {', '.join(missing)}",
            "rebuild it from the sources of this version",
        )
    if not rows and level >= TABLE_LEVEL:
        raise AotError(
            VERSION_UNKNOWN,
            f"the runtime `{archive}` does not state the rows of its contract",
            "rebuild it from the sources of this beskid, or reinstall beskid",
        )
    return RuntimeArchive(archive, start, version, level, symbols, tuple(rows), members, needed)


def needed_by_runtime(folder: Path, triple: str) -> frozenset[str]:
    """Return what the runtime in a folder calls of the C library; nothing without a runtime."""
    try:
        return open_runtime(folder, triple).needed
    except AotError:
        return frozenset()


def check_machine(archive: Path, binaries: Sequence[BinaryFile], triple: str) -> None:
    """Raise `AotError` unless the archive contains code for the target, which a linker reports less clearly."""
    target = TARGETS[triple]
    others = sorted({binary.machine for binary in binaries} - {target.machine})
    others += sorted({binary.format.value for binary in binaries} - {target.format.value})
    if others:
        raise AotError(
            RUNTIME_BUILD,
            f"the runtime `{archive}` is for {', '.join(others)}, but the target is `{triple}`",
            "build the runtime for this target, or choose the target it was built for",
        )


def check_answer(members: Iterable[tuple[str, bytes]], archive: Path, version: int) -> None:
    """Raise `AotError` when the version function of the archive returns another version than its note states."""
    for answer in [answer_of(member, RUNTIME_EXPORT_SYMBOLS[0]) for _, member in members]:
        if answer not in (None, version):
            raise AotError(
                VERSION_MISMATCH,
                f"the runtime `{archive}` states ABI version {version}, but its function returns {answer}",
                "rebuild it from the sources of this version",
            )


def check_statement(image: bytes, archive: Path, needing: str) -> tuple[int, int]:
    """Return version and level that the archive states; raise `AotError` when they are not ours."""
    found = STATEMENT.search(image)
    if found is None:
        raise AotError(
            VERSION_UNKNOWN,
            f"the runtime `{archive}` does not state its ABI version",
            f"use a runtime of ABI version {BESKID_RUNTIME_ABI_VERSION} that states it",
        )
    version, level, draft = int(found[1]), int(found[2]), int(found[3], 16)
    help = "rebuild the runtime from the sources of this beskid, or install the beskid that matches it"
    if version != BESKID_RUNTIME_ABI_VERSION:
        raise AotError(
            VERSION_MISMATCH,
            f"runtime ABI version mismatch: `{needing}` needs {BESKID_RUNTIME_ABI_VERSION}, "
            f"`{archive}` offers {version}",
            help,
        )
    if level < ENTRY_LEVEL:
        # Every object needs this level; a higher one is compared when the object is known.
        raise AotError(
            VERSION_MISMATCH,
            f"runtime ABI level mismatch: `{needing}` needs {ENTRY_LEVEL}, `{archive}` offers {level}",
            help,
        )
    if draft != BESKID_DRAFT_HASH:
        raise AotError(
            VERSION_MISMATCH,
            f"runtime draft layout mismatch: `{needing}` needs {BESKID_DRAFT_HASH:#018x}, "
            f"`{archive}` offers {draft:#018x}",
            help,
        )
    return version, level
