"""Names of foreign libraries: which spellings mean the same library, and the file names of the C library.

Takes the text after `Library:` or `--link` and returns the canonical name. It must not access files. It imports
nothing, because a warm start of a program with foreign functions uses it.
"""

from __future__ import annotations

SYSTEM_LIBRARIES: dict[str, str] = {"c": "libc.so.6", "m": "libm.so.6"}
"""The file names of the libraries that every process has, by canonical name. They are always permitted."""

C_LIBRARY_PARTS = frozenset((*SYSTEM_LIBRARIES, "pthread", "dl", "rt", "util"))
"""The libraries, by canonical name, that the C library consists of. Some define a function twice."""

_ARCHIVE_SUFFIXES = (".dll.a", ".a", ".lib")
_SUFFIXES_WITHOUT_VERSION = (*_ARCHIVE_SUFFIXES, ".dll")
_MACHO_SUFFIXES = (".dylib", ".tbd")


def canonical_library(written: str) -> str:
    """Return the name without folder, `lib` prefix and suffix: `z` for `/usr/lib/libz.so.1`."""
    name = written.strip().replace("\\", "/").rpartition("/")[2]
    stem = _stem(name)
    if stem.startswith("lib") and len(stem) > len("lib"):
        stem = stem.removeprefix("lib")
    return stem or name


def is_archive(name: str) -> bool:
    """Return whether a file name is that of an archive: of objects, or of the imports of a library of Windows."""
    return name.endswith(_ARCHIVE_SUFFIXES)


def is_bare(written: str) -> bool:
    """Return whether the name is searched for; a path, or a name with a suffix, is used as written."""
    return "/" not in written and _stem(written) == written


def _stem(name: str) -> str:
    """Return the name without its library suffix and version; in Mach-O names the version precedes the suffix."""
    for suffix in _SUFFIXES_WITHOUT_VERSION:
        if name.endswith(suffix):
            return name.removesuffix(suffix)
    for suffix in _MACHO_SUFFIXES:
        if name.endswith(suffix):
            return _without_version(name.removesuffix(suffix))
    plain = _without_version(name)
    return plain.removesuffix(".so") if plain.endswith(".so") else name


def _without_version(name: str) -> str:
    """Return the name without its version: `libz.so` for `libz.so.1.2`."""
    head, dot, last = name.rpartition(".")
    while dot and last.isdigit():
        name = head
        head, dot, last = name.rpartition(".")
    return name
