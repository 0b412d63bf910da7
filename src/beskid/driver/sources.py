"""Source files on disk as packages of lazily loaded modules.

Takes folders and files; gives `Package` values for the front end. Reads files only when a module is asked for.
Decoding faults become diagnostics in the given list, never exceptions; a file that vanishes or cannot be read raises
`DriverError`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from beskid.analysis.program import Package
from beskid.driver.failure import DriverError
from beskid.source.diagnostics import Diagnostic, error
from beskid.source.text import SourceText, Span

SOURCE_SUFFIX = ".bd"
HUB_FILE = "mod"
CORE_LIBRARY_NAME = "Std"
CORE_LIBRARY_DISPLAY = "corelib/src"

SKIPPED_FOLDERS = frozenset(("obj", "target", "node_modules", "dist", "__pycache__"))


def read_source(path: Path, display: str, diagnostics: list[Diagnostic]) -> SourceText:
    """The text of one file. Bytes that are no UTF-8 become U+FFFD and one diagnostic at the first of them."""
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise DriverError.of_os_error("cannot read", display, fault) from fault
    return decode_source(data, display, diagnostics)


def decode_source(data: bytes, display: str, diagnostics: list[Diagnostic]) -> SourceText:
    """The text of a file's bytes, a byte-order mark dropped."""
    try:
        return SourceText(display, data.decode("utf-8-sig"))
    except UnicodeDecodeError as fault:
        source = SourceText(display, data.decode("utf-8-sig", errors="replace"))
        place = len(data[: fault.start].decode("utf-8-sig", errors="replace"))
        diagnostics.append(
            error(
                "parse",
                "this file is not valid UTF-8",
                source,
                Span(place, place + 1),
                "these bytes are no character",
                "save the file with the encoding UTF-8",
            )
        )
        return source


def find_modules(root: Path) -> dict[tuple[str, ...], Path]:
    """Every `.bd` file below `root` by module path, in sorted order.

    `X/mod.bd` is module `X`. `X/X.bd` is module `X` too, unless `X.bd` stands beside the folder.
    """
    found: dict[tuple[str, ...], Path] = {}
    hubs: dict[tuple[str, ...], Path] = {}
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in SKIPPED_FOLDERS)
        here = Path(folder)
        parents = here.relative_to(root).parts
        for name in sorted(files):
            stem = name.removesuffix(SOURCE_SUFFIX)
            if stem == name:
                continue
            if stem == HUB_FILE and parents:
                found.setdefault(parents, here / name)
            elif parents and stem == parents[-1]:
                hubs[parents] = here / name
            else:
                found[(*parents, stem)] = here / name
    for path, file in hubs.items():
        if path in found:
            found[(*path, path[-1])] = file
        else:
            found[path] = file
    return dict(sorted(found.items()))


def directory_package(
    name: str,
    root: Path,
    display_root: str,
    diagnostics: list[Diagnostic],
    is_library: bool,
) -> Package:
    """A package of all modules below `root`; files are shown as `display_root/…`."""
    modules = {
        path: _loader(file, display_path(display_root, file.relative_to(root)), diagnostics)
        for path, file in find_modules(root).items()
    }
    return Package(name, modules, is_library)


def display_path(display_root: str, relative: Path) -> str:
    """A file as messages name it: `/` separated, relative to its project's root."""
    tail = relative.as_posix()
    return f"{display_root}/{tail}" if display_root else tail


def _loader(file: Path, display: str, diagnostics: list[Diagnostic]) -> Callable[[], SourceText]:
    return lambda: read_source(file, display, diagnostics)


def core_library_root() -> Path | None:
    """The folder that holds `Prelude.bd`: `corelib/src` of a checkout, else the copy inside the package."""
    package = Path(__file__).resolve().parent.parent
    checkout = package.parent.parent / "corelib" / "src"
    if checkout.is_dir():
        return checkout
    packaged = package / "_corelib"
    return packaged if packaged.is_dir() else None


def core_library(diagnostics: list[Diagnostic]) -> Package:
    """The core library; an installation without one is broken and says so."""
    root = core_library_root()
    if root is None:
        raise DriverError(
            "the core library is missing from this installation",
            "reinstall beskid, or run it from a checkout that has corelib/src",
        )
    return directory_package(CORE_LIBRARY_NAME, root, CORE_LIBRARY_DISPLAY, diagnostics, is_library=True)
