"""The runtime to link: where it is, which contract it keeps, which functions it defines.

It takes a folder and returns a `RuntimeArchive` that passed the gate. The archive is asked: its version is the line of
text that it carries, its functions are those that its members define. File names prove nothing.
"""

from __future__ import annotations

import re
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
from beskid.base.node import value
from beskid.codegen.objectfile import ObjectFileError, archive_members, archive_symbols, machine_of
from beskid.codegen.target import MACHINE_NUMBERS

ARCHIVE_NAME = "libbeskid_runtime.a"
START_NAME = "beskid_start.o"

STATEMENT = re.compile(rb"BESKID-RUNTIME-ABI version=(\d+) level=(\d+) draft=([0-9a-f]{16})\n")


@value
class RuntimeArchive:
    """A runtime that may be linked."""

    archive: Path
    start: Path
    version: int
    level: int
    symbols: frozenset[str]


def installed_folder(triple: str) -> Path:
    """Where the package keeps the runtime of a triple."""
    return Path(__file__).resolve().parent.parent / "_runtime" / "lib" / triple


def open_runtime(folder: Path, triple: str) -> RuntimeArchive:
    """The runtime in a folder, after the gate."""
    archive, start = folder / ARCHIVE_NAME, folder / START_NAME
    for path in (archive, start):
        if not path.is_file():
            raise AotError(
                RUNTIME_MISSING,
                f"the runtime for `{triple}` is not installed: `{path}` does not exist",
                "reinstall beskid, or build one with `python runtime/build.py --out FOLDER` and pass the folder",
            )
    try:
        image = archive.read_bytes()
        symbols = archive_symbols(image)
    except OSError as error:
        raise AotError(RUNTIME_MISSING, f"the runtime `{archive}` cannot be read: {error.strerror}") from error
    except ObjectFileError as error:
        raise AotError(RUNTIME_BUILD, f"the runtime `{archive}` is damaged: {error}", "build it again") from error
    version, level = check_statement(image, archive)
    check_machine(archive, image, triple)
    required = RUNTIME_EXPORT_SYMBOLS[: LEVEL_SYMBOL_COUNTS[min(level, BESKID_RUNTIME_ABI_LEVEL)]]
    missing = [symbol for symbol in required if symbol not in symbols]
    if missing:
        raise AotError(
            RUNTIME_BUILD,
            f"the runtime `{archive}` is missing required symbols: {', '.join(missing)}",
            "build it again from the sources of this version",
        )
    return RuntimeArchive(archive, start, version, level, frozenset(symbols))


def check_machine(archive: Path, image: bytes, triple: str) -> None:
    """The archive must hold code for the target; a linker would say so only after a long list of other things."""
    wanted = triple.partition("-")[0]
    try:
        machines = {machine_of(member) for _, member in archive_members(image) if member.startswith(b"\x7fELF")}
    except ObjectFileError as error:
        raise AotError(RUNTIME_BUILD, f"the runtime `{archive}` is damaged: {error}", "build it again") from error
    strange = sorted({MACHINE_NUMBERS.get(number, f"machine {number}") for number in machines} - {wanted})
    if strange:
        raise AotError(
            RUNTIME_BUILD,
            f"the runtime `{archive}` is for {', '.join(strange)}, but the target is `{triple}`",
            "build the runtime for this target, or choose the target it was built for",
        )


def check_statement(image: bytes, archive: Path) -> tuple[int, int]:
    """Version and level that the archive states; raises when they are not ours."""
    found = STATEMENT.search(image)
    if found is None:
        raise AotError(
            VERSION_UNKNOWN,
            f"the runtime `{archive}` does not state its ABI version",
            f"use a runtime of ABI version {BESKID_RUNTIME_ABI_VERSION} that states it",
        )
    version, level, draft = int(found[1]), int(found[2]), int(found[3], 16)
    help = "build the runtime again from the sources of this beskid, or install the beskid that belongs to it"
    if version != BESKID_RUNTIME_ABI_VERSION:
        raise AotError(
            VERSION_MISMATCH,
            f"runtime ABI version mismatch: beskid needs {BESKID_RUNTIME_ABI_VERSION}, `{archive}` offers {version}",
            help,
        )
    if level < ENTRY_LEVEL:
        # Every object needs this one; what an object needs beyond it is compared when the object is known.
        raise AotError(
            VERSION_MISMATCH,
            f"runtime ABI level mismatch: beskid needs {ENTRY_LEVEL}, `{archive}` offers {level}",
            help,
        )
    if draft != BESKID_DRAFT_HASH:
        raise AotError(
            VERSION_MISMATCH,
            f"runtime draft layout mismatch: beskid needs {BESKID_DRAFT_HASH:#018x}, `{archive}` offers {draft:#018x}",
            help,
        )
    return version, level
