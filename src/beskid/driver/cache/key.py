"""Fingerprints of files and of the compiler itself.

Two kinds: by stat (cheap, for the warm path) and by content (what cache keys are made of). No front end is imported,
because a warm `beskid run` passes through here.
"""

from __future__ import annotations

import os
import sys
import time

from beskid.files.reading import is_there, read_file, state_of
from beskid.files.walking import files_below, names_in

try:
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

DIGEST_SIZE = 20
LIBRARY_SUFFIX = ".bd"
SETTLING_NANOSECONDS = 2_000_000_000
"""The coarsest time stamps of file systems (FAT) have steps of two seconds."""

PACKAGE_FOLDER = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def digest(data: bytes) -> str:
    """The content digest that keys and checksums use."""
    return blake2b(data, digest_size=DIGEST_SIZE).hexdigest()


def core_library_folder() -> str:
    """Where the core library's sources lie: the checkout's, else the packaged copy."""
    checkout = os.path.join(os.path.dirname(os.path.dirname(PACKAGE_FOLDER)), "corelib", "src")
    return checkout if os.path.isdir(checkout) else os.path.join(PACKAGE_FOLDER, "_corelib")


class CompilerState:
    """The compiler as it was when a compilation began.

    `stamp` identifies it by stat and is empty when it cannot be relied on; `library` holds the sources of the core
    library, by the parts of their paths.
    """

    __slots__ = ("library", "stamp")

    def __init__(self, stamp: str, library: dict[tuple[str, ...], bytes]) -> None:
        self.stamp = stamp
        self.library = library


def read_compiler() -> CompilerState:
    """Return the state of the compiler. Raises `FileError` for a broken installation."""
    return CompilerState(compiler_stamp(), read_library())


def compiler_digest(library: dict[tuple[str, ...], bytes]) -> str:
    """Return the digest of all that decides the bytes that the compiler makes: its modules, its core library, LLVM."""
    lines = [code_generator_stamp()]
    for files in (_read_below(PACKAGE_FOLDER, ".py"), library):
        lines += [f"{'/'.join(parts)} {digest(data)}" for parts, data in files.items()]
    return digest("\n".join(lines).encode("utf-8", "surrogateescape"))


def read_library() -> dict[tuple[str, ...], bytes]:
    """The sources of the core library by the parts of their paths; empty when there is no core library."""
    return _read_below(core_library_folder(), LIBRARY_SUFFIX)


def _read_below(folder: str, suffix: str) -> dict[tuple[str, ...], bytes]:
    if not is_there(folder):
        return {}
    return {parts: read_file("/".join((folder, *parts))).data for parts in files_below(folder, (suffix,))}


def compiler_stamp() -> str:
    """Identify the compiler by the stat of its files.

    Empty when a file changed so recently that it may change again without a new time stamp: coarse time stamps have
    steps of up to two seconds. The time of the last status change is included, which no one can set back.
    """
    limit = time.time_ns() - SETTLING_NANOSECONDS
    lines = [sys.version, sys.platform, code_generator_stamp()]
    for folder, suffix in ((PACKAGE_FOLDER, ".py"), (core_library_folder(), LIBRARY_SUFFIX)):
        for parts in files_below(folder, (suffix,)) if is_there(folder) else ():
            path = "/".join((folder, *parts))
            state = state_of(path)
            if state is None or state.changed > limit or state.modified > limit:
                return ""
            lines.append(f"{path} {state.fields()}")
    return digest("\n".join(lines).encode("utf-8", "surrogateescape"))


def folder_listing(folder: str, suffix: str) -> str:
    """A digest of the names of all source files below a folder."""
    return listing_digest(files_below(folder, (suffix,)))


def listing_digest(files: list[tuple[str, ...]]) -> str:
    """A digest of the names of files, given as the parts of their paths below one folder."""
    return digest("\n".join(["/".join(parts) for parts in files]).encode("utf-8", "surrogateescape"))


def code_generator_stamp() -> str:
    """The installed llvmlite by its folder name, found without importing it."""
    for folder in sys.path:
        for name in names_in(folder):
            if name.startswith("llvmlite-") and name.endswith(".dist-info"):
                return name
    return "llvmlite-unknown"
