"""Names of foreign libraries: which spellings mean the same library.

Takes the text after `Library:` or `--link`; gives the canonical name. It must not look at files.
"""

from __future__ import annotations

import re
from typing import Final

RUNNING_LIBRARIES: Final = frozenset(("c", "m"))
"""Canonical names of the libraries that every process has: always permitted."""

_SUFFIX: Final = re.compile(r"(\.so(\.[0-9]+)*|\.a|(\.[0-9]+)*\.dylib)\Z")


def canonical_library(written: str) -> str:
    """The name without folder, `lib` and `.so…`, `.a` or `.dylib`: `/usr/lib/libz.so.1` is `z`."""
    name = written.strip().replace("\\", "/").rpartition("/")[2]
    stem = _SUFFIX.sub("", name)
    if stem.startswith("lib") and len(stem) > len("lib"):
        stem = stem.removeprefix("lib")
    return stem or name


def is_bare(written: str) -> bool:
    """Whether the name is looked up; a path, or a name with a suffix, is taken as written."""
    return "/" not in written and _SUFFIX.search(written) is None
