"""What the user's cache holds: a row for each folder of `store`, and for each C library.

Takes the folder of the cache and returns the rows. It changes nothing.
"""

from __future__ import annotations

from beskid.base.node import value
from beskid.driver.cache.store import (
    COMPILERS,
    LAUNCHES,
    LOWERED,
    OBJECTS,
    OUTLINES,
    PROGRAMS,
    RECORDS,
    REPORTS,
    SYSROOTS,
    TOOLS,
    UNITS,
)
from beskid.files.problems import FileError
from beskid.files.reading import state_of
from beskid.files.walking import files_below, names_in

ENTRIES: dict[str, str] = {
    OBJECTS: "compiled programs",
    PROGRAMS: "executables of the native command",
    RECORDS: "records of runs",
    LAUNCHES: "records of executables",
    UNITS: "compiled parts of programs",
    LOWERED: "lowered files of programs",
    OUTLINES: "outlines of programs",
    COMPILERS: "digests of compilers",
    REPORTS: "crash reports",
}
"""What the folders of the cache hold, beside C libraries and the files of zig."""


@value
class Content:
    """One kind of content: its folder below that of the cache, how many files it has, and their bytes."""

    what: str
    folder: str
    files: int
    bytes: int


def contents(cache: str) -> list[Content]:
    """Return what the cache holds, in the order of `ENTRIES`; nothing for a folder that is not there."""
    kinds = [(what, folder) for folder, what in ENTRIES.items()]
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
