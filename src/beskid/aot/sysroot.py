"""The C library of a target, kept as the few files that a link needs.

Takes a target and folders and returns a `Sysroot`, or raises `AotError`. The package `beskid_sysroots` holds those that
come with beskid; others are made once with zig, which compiles its C library for a minute, and kept in the cache. Every
sysroot lists its files with their hashes: one that is incomplete or damaged does not count as there.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Callable
from pathlib import Path

from beskid.aot.errors import INPUT_OUTPUT, NO_C_LIBRARY, AotError
from beskid.aot.linker import CROSS_HELP, find_zig, output_of, zig_environment
from beskid.base.node import value
from beskid.codegen.target import Target
from beskid.files.folders import PrivateFolder
from beskid.files.problems import FileError, shown_name
from beskid.files.reading import MAX_BINARY_BYTES, read_file
from beskid.files.stored_trees import Tree, write_tree
from beskid.files.workspace import Workspace

PACKAGE = "beskid_sysroots"
HASHES = "SHA256SUMS"
_EMPTY_PROGRAM = b"int main(void) { return 0; }\n"
# Stripped and optimized: zig compiles its C library with the options of the program that needs it.
_OPTIONS = ("-O2", "-s", "-g0")
_LINKERS = ("ld.lld ", "lld-link ")


@value
class Sysroot:
    """The start-up object and the libraries of C for a target: paths, in link order."""

    folder: str
    files: tuple[str, ...]


def find_sysroot(target: Target, cache: str) -> Sysroot | None:
    """Return a complete sysroot of the installed package or below the folder `cache`.

    That of a target without files, whose linker has its own, is always there.
    """
    if not target.sysroot:
        return Sysroot("", ())
    for folder in _package_folders():
        found = read_sysroot(f"{folder}/{target.name}", target)
        if found is not None:
            return found
    version = zig_version()
    folder = f"{cache}/{version}"
    kept = PrivateFolder.open(folder) if cache and version else None
    if kept is None:
        return None
    # Others may not write to a private folder, so they have not put their own libraries there.
    kept.close()
    return read_sysroot(f"{folder}/{target.name}", target)


def _package_folders() -> list[str]:
    found = importlib.util.find_spec(PACKAGE)
    return list(found.submodule_search_locations or ()) if found is not None else []


def read_sysroot(folder: str, target: Target) -> Sysroot | None:
    """Return the sysroot in a folder; None unless it has every file of the target with the hash that it states."""
    try:
        listed = read_file(f"{folder}/{HASHES}").data.decode("ascii", "replace")
        hashes = {name: hash for hash, _, name in [line.partition("  ") for line in listed.splitlines()]}
        for name in target.sysroot:
            data = read_file(f"{folder}/{name}", MAX_BINARY_BYTES).data
            if hashes.get(name) != hashlib.sha256(data).hexdigest():
                return None
    except FileError:
        return None
    return Sysroot(folder, tuple([f"{folder}/{name}" for name in target.sysroot]))


def sysroot_for(target: Target, cache: str, announce: Callable[[str], None]) -> Sysroot:
    """Return the sysroot of a target, made now if it was never made. `announce` is told before a long preparation."""
    found = find_sysroot(target, cache)
    if found is not None:
        return found
    zig = find_zig()
    if not zig:
        raise AotError(NO_C_LIBRARY, f"the C library for `{target.name}` is not installed", CROSS_HELP)
    announce(f"preparing the C library for {target.name} (once, about a minute)")
    return keep_sysroot(target, make_sysroot(target, zig), f"{cache}/{zig_version()}")


def keep_sysroot(target: Target, files: dict[str, bytes], folder: str) -> Sysroot:
    """Write the files of a sysroot into a private folder, complete or not at all."""
    opened = PrivateFolder.open(folder, create=True)
    if opened is None:
        raise AotError(
            INPUT_OUTPUT,
            f"cannot keep the C library for `{target.name}` in {shown_name(folder)}",
            "set XDG_CACHE_HOME to a folder of yours that you may write to",
        )
    opened.close()
    lines = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items()]
    tree: Tree = {(HASHES,): "".join(lines).encode()}
    tree |= {(name,): data for name, data in files.items()}
    try:
        write_tree(folder, target.name, tree)
    except FileError as error:
        raise AotError(INPUT_OUTPUT, f"cannot write {shown_name(error.path)}: {error.reason}", error.help) from error
    kept = read_sysroot(f"{folder}/{target.name}", target)
    if kept is None:
        raise AotError(INPUT_OUTPUT, f"the C library for `{target.name}` was damaged while it was written")
    return kept


def make_sysroot(target: Target, zig: str) -> dict[str, bytes]:
    """Let zig compile the C library of a target, and return the files that it links a program with."""
    with Workspace("beskid-sysroot-") as work:
        source = work.write("empty.c", _EMPTY_PROGRAM)
        command = [zig, "cc", "-target", target.zig, *_OPTIONS, source, "-o", work.file("empty"), "-lm"]
        variables = {**zig_environment(work.file("zig"), work.path), "ZIG_VERBOSE_LINK": "1"}
        status, output = output_of(command, variables, work.path)
        links = [line for line in output.splitlines() if line.startswith(_LINKERS) and " -r " not in line]
        linked = [line.split() for line in links]
        paths = {Path(word).name: word for word in (linked[-1] if linked else ())}
        missing = [name for name in target.sysroot if name not in paths]
        if status != 0 or missing:
            last = "\n".join(output.splitlines()[-5:])
            raise AotError(NO_C_LIBRARY, f"zig cannot make the C library for `{target.name}`\n{last}".rstrip())
        # zig names the files of its cache relative to the folder that it runs in.
        found = {name: str(Path(work.path, paths[name])) for name in target.sysroot}
        return {name: read_file(path, MAX_BINARY_BYTES).data for name, path in found.items()}


def zig_version() -> str:
    """Return the version of the zig package, empty without one."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("ziglang")
    except PackageNotFoundError:
        return ""
