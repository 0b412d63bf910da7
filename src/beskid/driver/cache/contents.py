"""What the user's cache holds: compiled programs, records of runs, C libraries, and what the linkers keep.

Takes the folder of the cache and returns a row for each kind of content. It changes nothing.
"""

from __future__ import annotations

from beskid.base.node import value
from beskid.driver.cache.store import OBJECTS, RECORDS
from beskid.files.problems import FileError
from beskid.files.reading import state_of
from beskid.files.walking import files_below, names_in

SYSROOTS, TOOLS, REPORTS = "sysroots", "tools", "reports"


@value
class Content:
    """One kind of content: its folder below that of the cache, how many files it has, and their bytes."""

    what: str
    folder: str
    files: int
    bytes: int


def contents(cache: str) -> list[Content]:
    """Return what the cache holds, in the order of this page; nothing for a folder that is not there."""
    kinds = [("compiled programs", OBJECTS), ("records of runs", RECORDS), ("crash reports", REPORTS)]
    for version in names_in(f"{cache}/{SYSROOTS}"):
        for target in names_in(f"{cache}/{SYSROOTS}/{version}"):
            kinds.append((f"C library of {target}, made by zig {version}", f"{SYSROOTS}/{version}/{target}"))
    kinds.append(("what zig keeps", TOOLS))
    found = [_measure(cache, what, folder) for what, folder in kinds]
    return [content for content in found if content.files]


def _measure(cache: str, what: str, folder: str) -> Content:
    try:
        paths = files_below(f"{cache}/{folder}", ("",))
    except FileError:
        paths = []
    states = [state_of("/".join((cache, folder, *path))) for path in paths]
    sizes = [state.size for state in states if state is not None]
    return Content(what, folder, len(sizes), sum(sizes))
