"""The arguments by which a linker gets a program's foreign libraries, and the check that `run` makes too.

Takes a plan; returns linker arguments, or raises `DriverError` with the same message as `run`.
"""

from __future__ import annotations

import os
from pathlib import Path

from beskid.abi.libraries import C_LIBRARY_PARTS, SYSTEM_LIBRARIES, canonical_library, is_archive
from beskid.base.node import value
from beskid.driver.failure import DriverError
from beskid.driver.foreign.policy import ForeignPlan, system_folders
from beskid.driver.foreign.search import LibraryFile, LibrarySearch, is_data
from beskid.engine.errors import JitError
from beskid.files.problems import FileError, shown_name


@value
class ForeignWords:
    """What a build request gets: symbols that are offered, libraries, folders, further words.

    `precede`: the libraries come before the C library.
    """

    symbols: tuple[str, ...]
    libraries: tuple[str, ...]
    search_paths: tuple[str, ...]
    extra_arguments: tuple[str, ...]
    precede: bool = False


def linker_words(plan: ForeignPlan, output: Path, origin: str, precede: bool = False) -> ForeignWords:
    """The words for one output, whose folder, which it calls `origin`, decides how it finds libraries beside it."""
    libraries: dict[str, None] = {}
    rpaths: dict[str, None] = {}
    for name in plan.names.values():
        if canonical_library(name) in SYSTEM_LIBRARIES:
            continue
        libraries[name if "/" in name else f":{name}"] = None
        folder = os.path.dirname(name)
        if folder and folder not in system_folders() and not is_archive(name):
            rpaths[_folder_from(origin, folder, output)] = None
    extra = list(plan.options.extra_arguments)
    for path in rpaths:
        extra += ["-Xlinker", "-rpath", "-Xlinker", path]
    return ForeignWords(
        tuple(dict.fromkeys([row.symbol for row in plan.rows])),
        tuple(libraries),
        plan.options.search_paths,
        tuple(extra),
        precede,
    )


def _folder_from(origin: str, folder: str, output: Path) -> str:
    """The folder as seen from the output, so that both can move together."""
    relative = os.path.relpath(os.path.realpath(folder), os.path.realpath(output.parent))
    return origin if relative == "." else f"{origin}/{relative}"


def check_libraries(plan: ForeignPlan, environment: dict[str, str]) -> None:
    """Read the shared libraries of a plan and look up every symbol, as the loader will; nothing is loaded.

    Raises `DriverError` with the message that `run` reports.
    """
    rows = [row for row in plan.rows if not is_archive(plan.names[row.library])]
    search = LibrarySearch(environment)
    found: dict[str, LibraryFile] = {}
    failed: list[tuple[str, str, str]] = []
    for row in rows:
        name = plan.names[row.library]
        try:
            file = search.definition(name, row.symbol)
        except FileError as error:
            failed.append((row.library, row.symbol, f"{shown_name(error.path)}: {error.reason}"))
            continue
        if file is None:
            failed.append((row.library, row.symbol, f"{shown_name(name)}: undefined symbol: {row.symbol}"))
        elif is_data(file.library.symbols[row.symbol]):
            failed.append((row.library, row.symbol, JitError.ExternUnresolved.data_reason(name, row.symbol)))
        else:
            found[row.symbol] = file
    if failed:
        raise of_jit_error(JitError.ExternUnresolved(failed))
    for row in plan.rows:
        name = plan.names[row.library] if row not in rows else found[row.symbol].path
        system = "" if canonical_library(name) in C_LIBRARY_PARTS else _system_library(search, row.symbol)
        if system:
            raise of_jit_error(JitError.ExternAmbiguous(row.symbol, name, system))
    for symbol, file in found.items():
        for row in rows:
            other = search.definition(plan.names[row.library], symbol)
            if other is None or other.path == file.path or canonical_library(other.path) in SYSTEM_LIBRARIES:
                continue
            raise of_jit_error(JitError.ExternAmbiguous(symbol, file.path, other.path))


def needs_precedence(plan: ForeignPlan, environment: dict[str, str], is_executable: bool) -> bool:
    """Return whether the libraries of a plan must come before the C library.

    The loader takes the first definition, and the C library has old ones that no linker finds, such as `step`. A
    library that defines what the runtime may call cannot come first, and one in a process of others never does: both
    raise the `DriverError` of a symbol with two libraries.
    """
    search = LibrarySearch(environment)
    systems = _system_files(search)
    old = {symbol: file.path for file in systems for symbol in file.library.old_symbols}
    rows = [row for row in plan.rows if row.symbol in old and _is_foreign(plan.names[row.library])]
    if not rows:
        return False
    names = {plan.names[row.library] for row in plan.rows if _is_foreign(plan.names[row.library])}
    used = {symbol for file in systems for symbol in file.library.symbols}
    for name in sorted(names):
        for file in search.closure(name):
            if not is_executable or (file not in systems and not used.isdisjoint(file.library.symbols)):
                symbol = rows[0].symbol
                raise of_jit_error(JitError.ExternAmbiguous(symbol, plan.names[rows[0].library], old[symbol]))
    return True


def _is_foreign(name: str) -> bool:
    """Return whether a name is that of a shared library other than those of C."""
    return not is_archive(name) and canonical_library(name) not in SYSTEM_LIBRARIES


def _system_files(search: LibrarySearch) -> list[LibraryFile]:
    """Return the libraries that the C library consists of."""
    found: dict[LibraryFile, None] = {}
    for name in SYSTEM_LIBRARIES.values():
        try:
            found.update(dict.fromkeys(search.closure(name)))
        except FileError:
            continue
    return list(found)


def _system_library(search: LibrarySearch, symbol: str) -> str:
    """Return the part of the C library that defines a symbol, or an empty string."""
    for name in SYSTEM_LIBRARIES.values():
        try:
            if symbol in search.find(name, None).library.symbols:
                return name
        except FileError:
            continue
    return ""


def of_jit_error(error: JitError) -> DriverError:
    return DriverError(error.message, error.help, error.code)
