"""Source files on disk as packages of modules.

Takes folders and files; returns `SourceFile` values and `Package`s for the front end. The user's files are read once,
so that what is compiled is what the cache key was made of; library modules are read when asked for. Decoding errors
become diagnostics in the given list; a file that cannot be read raises `DriverError`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from beskid.analysis.program import Package
from beskid.base.node import node
from beskid.driver.cache.key import digest, listing_digest, read_library
from beskid.driver.failure import DriverError
from beskid.files import reading as files
from beskid.files.problems import FileError, shown_name
from beskid.files.walking import files_below
from beskid.source.codes import PARSE
from beskid.source.diagnostics import Diagnostic, error
from beskid.source.text import SourceText, Span

SOURCE_SUFFIX = ".bd"
HUB_FILE = "mod"
CORE_LIBRARY_NAME = "Std"
CORE_LIBRARY_DISPLAY = "corelib/src"


@node
class SourceFile:
    """One file as read: `display` is how messages name it, `path` is absolute."""

    display: str
    path: str
    data: bytes
    digest: str


@node
class SourceTree:
    """The source files below a folder by module path, read once, and the digest of their names."""

    root: str
    files: dict[tuple[str, ...], SourceFile]
    listing: str


def read_file(path: Path, display: str) -> SourceFile:
    """Read one file. Its name is shown, and compiled into objects, as text that every output can hold."""
    display = shown_name(display)
    try:
        content = files.read_file(os.path.abspath(path))  # noqa: PTH100 (Path.absolute keeps `..`)
    except FileError as error:
        raise DriverError(f"cannot read {display}: {error.reason}", error.help) from error
    return SourceFile(display, content.path, content.data, digest(content.data))


def decode_source(data: bytes, display: str, diagnostics: list[Diagnostic]) -> SourceText:
    """Decode a source: without its byte-order mark, bytes that are not UTF-8 as U+FFFD and one diagnostic."""
    try:
        return SourceText(display, data.decode("utf-8-sig"))
    except UnicodeDecodeError as failure:
        source = SourceText(display, data.decode("utf-8-sig", errors="replace"))
        place = len(data[: failure.start].decode("utf-8-sig", errors="replace"))
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
    """Every `.bd` file below `root` by module path, in sorted order."""
    return {path: root.joinpath(*parts) for path, parts in module_paths(_names_below(root)).items()}


def module_paths(names: list[tuple[str, ...]]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """The module path of each source file, given as the parts of its path below the root, in sorted order.

    `X/mod.bd` is module `X`. `X/X.bd` is module `X` too, unless `X.bd` is next to the folder.
    """
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    hubs: dict[tuple[str, ...], tuple[str, ...]] = {}
    for parts in names:
        parents, stem = parts[:-1], parts[-1].removesuffix(SOURCE_SUFFIX)
        if stem == HUB_FILE and parents:
            found.setdefault(parents, parts)
        elif parents and stem == parents[-1]:
            hubs[parents] = parts
        else:
            found[(*parents, stem)] = parts
    for path, parts in hubs.items():
        if path in found:
            found[(*path, path[-1])] = parts
        else:
            found[path] = parts
    return dict(sorted(found.items()))


def read_tree(root: Path, display_root: str) -> SourceTree:
    """Every source file below `root`, read."""
    names = _names_below(root)
    read = {
        path: read_file(root.joinpath(*parts), display_path(display_root, "/".join(parts)))
        for path, parts in module_paths(names).items()
    }
    return SourceTree(str(root), read, listing_digest(names))


def read_checkout_tree(
    root: Path, display_root: str, folder: str, files: Mapping[tuple[str, ...], bytes]
) -> SourceTree:
    """The source files below `root` in the checkout at `folder`, whose `files` were read and verified before."""
    inner = root.relative_to(folder).parts
    names = _names_below(root)
    if any((*inner, *parts) not in files for parts in names):
        raise DriverError(
            f"the files below {shown_name(str(root))} changed while they were read", "run the command again"
        )
    read: dict[tuple[str, ...], SourceFile] = {}
    for path, parts in module_paths(names).items():
        data = files[(*inner, *parts)]
        display = shown_name(display_path(display_root, "/".join(parts)))
        read[path] = SourceFile(display, str(root.joinpath(*parts)), data, digest(data))
    return SourceTree(str(root), read, listing_digest(names))


def _names_below(root: Path) -> list[tuple[str, ...]]:
    try:
        return files_below(str(root), (SOURCE_SUFFIX,))
    except FileError as error:
        raise DriverError(f"cannot read {shown_name(error.path)}: {error.reason}", error.help) from error


def display_path(display_root: str, relative: str) -> str:
    """A file as messages name it: `/` separated, relative to its project's root."""
    return f"{display_root}/{relative}" if display_root else relative


def package_of(
    name: str, files: Mapping[tuple[str, ...], SourceFile], diagnostics: list[Diagnostic], is_library: bool
) -> Package:
    """A package of files that have been read."""
    return Package(name, {path: _decoder(file, diagnostics) for path, file in files.items()}, is_library)


def _decoder(file: SourceFile, diagnostics: list[Diagnostic]) -> Callable[[], SourceText]:
    return lambda: decode_source(file.data, file.display, diagnostics)


def core_library(diagnostics: list[Diagnostic], read: Mapping[tuple[str, ...], bytes] | None = None) -> Package:
    """The core library, from its sources as `read` before. Without it the installation is broken, which is an error."""
    sources = read_library() if read is None else read
    if not sources:
        raise DriverError(
            "the core library is missing from this installation",
            "reinstall beskid, or run it from a checkout that has corelib/src",
        )
    modules = {
        path: _library_decoder(sources[parts], display_path(CORE_LIBRARY_DISPLAY, "/".join(parts)), diagnostics)
        for path, parts in module_paths(list(sources)).items()
    }
    return Package(CORE_LIBRARY_NAME, modules, True)


def _library_decoder(data: bytes, display: str, diagnostics: list[Diagnostic]) -> Callable[[], SourceText]:
    return lambda: decode_source(data, display, diagnostics)
