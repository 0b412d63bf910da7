"""Names of foreign libraries: which spellings mean the same library.

Takes the text after `Library:` or `--link`; gives the canonical name. It must not look at files. A warm start of a
program with foreign functions comes through here, so nothing is imported.
"""

from __future__ import annotations

RUNNING_LIBRARIES = frozenset(("c", "m"))
"""Canonical names of the libraries that every process has: always permitted."""


def canonical_library(written: str) -> str:
    """The name without folder, `lib` and `.so…`, `.a` or `.dylib`: `/usr/lib/libz.so.1` is `z`."""
    name = written.strip().replace("\\", "/").rpartition("/")[2]
    stem = _stem(name)
    if stem.startswith("lib") and len(stem) > len("lib"):
        stem = stem.removeprefix("lib")
    return stem or name


def is_bare(written: str) -> bool:
    """Whether the name is looked up; a path, or a name with a suffix, is taken as written."""
    return "/" not in written and _stem(written) == written


def _stem(name: str) -> str:
    """The name without the suffix of a library, versions included: those of Mach-O stand before it."""
    if name.endswith(".a"):
        return name.removesuffix(".a")
    if name.endswith(".dylib"):
        return _without_version(name.removesuffix(".dylib"))
    plain = _without_version(name)
    return plain.removesuffix(".so") if plain.endswith(".so") else name


def _without_version(name: str) -> str:
    """`libz.so` for `libz.so.1.2`."""
    head, dot, last = name.rpartition(".")
    while dot and last.isdigit():
        name = head
        head, dot, last = name.rpartition(".")
    return name
