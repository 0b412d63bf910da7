"""Source files on disk as packages of modules.

Takes folders and files; returns `SourceFile` values and `Package`s for the front end. The user's files are read once,
so that what is compiled is what the cache key was made of; library modules are read when asked for. Decoding faults
become diagnostics in the given list; a file that cannot be read raises `DriverError`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from beskid.analysis.program import Package
from beskid.base.node import node
from beskid.driver.cache.key import core_library_folder
from beskid.driver.cache.store import FileState, read_with_state
from beskid.driver.failure import DriverError
from beskid.source.codes import PARSE
from beskid.source.diagnostics import Diagnostic, error
from beskid.source.text import SourceText, Span

SOURCE_SUFFIX = ".bd"
HUB_FILE = "mod"
CORE_LIBRARY_NAME = "Std"
CORE_LIBRARY_DISPLAY = "corelib/src"

SKIPPED_FOLDERS = frozenset(("obj", "target", "node_modules", "dist", "__pycache__"))


@node
class SourceFile:
    """One file as read: `display` is how messages name it."""

    display: str
    data: bytes
    state: FileState


def read_file(path: Path, display: str) -> SourceFile:
    """Read one file."""
    try:
        data, state = read_with_state(os.path.abspath(path))  # noqa: PTH100 (Path.absolute keeps `..`)
    except OSError as fault:
        raise DriverError.of_os_error("cannot read", display, fault) from fault
    return SourceFile(display, data, state)


def decode_source(data: bytes, display: str, diagnostics: list[Diagnostic]) -> SourceText:
    """The text of a file's bytes, a byte-order mark dropped; bytes that are not UTF-8 become U+FFFD and one fault."""
    try:
        return SourceText(display, data.decode("utf-8-sig"))
    except UnicodeDecodeError as fault:
        source = SourceText(display, data.decode("utf-8-sig", errors="replace"))
        place = len(data[: fault.start].decode("utf-8-sig", errors="replace"))
        diagnostics.append(
            error(
                PARSE,
                "this file is not valid UTF-8",
                source,
                Span(place, place + 1),
                "invalid UTF-8 sequence",
                "save the file with the encoding UTF-8",
            )
        )
        return source


def find_modules(root: Path) -> dict[tuple[str, ...], Path]:
    """Every `.bd` file below `root` by module path, in sorted order.

    `X/mod.bd` is module `X`. `X/X.bd` is module `X` too, unless `X.bd` is beside the folder.
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


def read_tree(root: Path, display_root: str) -> dict[tuple[str, ...], SourceFile]:
    """Every source file below `root`, read, by module path."""
    return {
        path: read_file(file, display_path(display_root, file.relative_to(root)))
        for path, file in find_modules(root).items()
    }


def display_path(display_root: str, relative: Path) -> str:
    """A file as messages name it: `/` separated, relative to its project's root."""
    tail = relative.as_posix()
    return f"{display_root}/{tail}" if display_root else tail


def package_of(
    name: str, files: Mapping[tuple[str, ...], SourceFile], diagnostics: list[Diagnostic], is_library: bool
) -> Package:
    """A package of files that have been read."""
    return Package(name, {path: _decoder(file, diagnostics) for path, file in files.items()}, is_library)


def _decoder(file: SourceFile, diagnostics: list[Diagnostic]) -> Callable[[], SourceText]:
    return lambda: decode_source(file.data, file.display, diagnostics)


def core_library(diagnostics: list[Diagnostic]) -> Package:
    """The core library, its modules read when first needed. An installation without one is broken and says so."""
    root = Path(core_library_folder())
    if not root.is_dir():
        raise DriverError(
            "the core library is missing from this installation",
            "reinstall beskid, or run it from a checkout that has corelib/src",
        )
    modules = {
        path: _reader(file, display_path(CORE_LIBRARY_DISPLAY, file.relative_to(root)), diagnostics)
        for path, file in find_modules(root).items()
    }
    return Package(CORE_LIBRARY_NAME, modules, True)


def _reader(file: Path, display: str, diagnostics: list[Diagnostic]) -> Callable[[], SourceText]:
    return lambda: decode_source(read_file(file, display).data, display, diagnostics)
