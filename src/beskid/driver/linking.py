"""From object bytes to an output file: makes the request for `aot`, which reads no environment itself."""

from __future__ import annotations

from pathlib import Path

from beskid.abi.libraries import C_LIBRARY_PARTS, SYSTEM_LIBRARIES, canonical_library
from beskid.aot.build import build, print_nothing
from beskid.aot.errors import CANNOT_EXPORT, INVALID_REQUEST, AotError
from beskid.aot.linker import find_driver, find_zig, no_linker
from beskid.aot.linking import Announce
from beskid.aot.request import BuildRequest, BuildResult, OutputKind
from beskid.codegen.extern_rows import rows_of
from beskid.codegen.fileformats import any_note_fields
from beskid.codegen.host import host_triple
from beskid.codegen.objectfile import ObjectFileError
from beskid.codegen.target import TARGETS, Target
from beskid.driver.cache.store import SYSROOTS, TOOLS, user_cache_folder
from beskid.driver.failure import STATUS_DIAGNOSTICS, STATUS_ENVIRONMENT, STATUS_USAGE, DriverError
from beskid.driver.foreign.linking import ForeignWords, check_libraries, linker_words, needs_precedence
from beskid.driver.foreign.policy import ForeignPlan, LibraryPlace, LinkOptions, make_plan
from beskid.driver.foreign.search import LibrarySearch
from beskid.files.problems import FileError, shown_name
from beskid.source.codes import E1532

COMPILER_VARIABLE = "CC"
RUNTIME_FOLDER_VARIABLE = "BESKID_RUNTIME_FOLDER"
_STATUSES = {INVALID_REQUEST: STATUS_USAGE, CANNOT_EXPORT: STATUS_DIAGNOSTICS}


def link(
    image: bytes,
    kind: OutputKind,
    output: Path,
    triple: str,
    environment: dict[str, str],
    exports: tuple[str, ...] = (),
    strip: bool = False,
    metadata: bool = True,
    links: LinkOptions | None = None,
    announce: Announce = print_nothing,
) -> BuildResult:
    """Write one output. Raises `DriverError`, without having written anything, if that is not possible."""
    foreign = foreign_words(image, kind, output, triple, environment, links)
    request = BuildRequest(
        object_bytes=image,
        kind=kind,
        output=str(output),
        triple=triple,
        exports=exports,
        externs=foreign.symbols,
        system_symbols=_system_symbols(environment) if exports and foreign.libraries else frozenset(),
        libraries=foreign.libraries,
        libraries_precede=foreign.precede,
        search_paths=foreign.search_paths,
        extra_arguments=foreign.extra_arguments,
        compiler=compiler_for(triple, environment),
        compiler_variable=COMPILER_VARIABLE if triple == host_triple() else compiler_variable(triple),
        runtime_folder=environment.get(RUNTIME_FOLDER_VARIABLE, ""),
        strip=strip,
        metadata=metadata,
        scratch=f"{user_cache_folder(environment)}/{TOOLS}",
        sysroots=f"{user_cache_folder(environment)}/{SYSROOTS}",
    )
    try:
        return build(request, announce=announce)
    except AotError as error:
        raise DriverError(
            error.message, error.help, error.code, _STATUSES.get(error.code, STATUS_ENVIRONMENT)
        ) from error


def compiler_variable(triple: str) -> str:
    """Return the name of the variable that names the C compiler of a target."""
    return f"{COMPILER_VARIABLE}_{triple.replace('-', '_').replace('.', '_')}"


def compiler_for(triple: str, environment: dict[str, str]) -> str:
    """Return the C compiler that the environment names for a target: `CC` is for this machine alone."""
    own = environment.get(compiler_variable(triple), "")
    return own or (environment.get(COMPILER_VARIABLE, "") if triple == host_triple() else "")


def foreign_words(
    image: bytes,
    kind: OutputKind,
    output: Path,
    triple: str,
    environment: dict[str, str],
    links: LinkOptions | None,
) -> ForeignWords:
    """Return the foreign libraries of an object, after the same checks as for `run`."""
    try:
        rows = rows_of(any_note_fields(image))
    except ObjectFileError:
        # The build reports the damaged object.
        rows = []
    target = TARGETS.get(triple)
    is_host = triple == host_triple()
    place = None if is_host or target is None else LibraryPlace((), target.libraries)
    plan = make_plan(rows, links or LinkOptions(), environment, place)
    if place is not None and target is not None:
        _check_foreign(plan, target)
    is_linked = kind in (OutputKind.EXECUTABLE, OutputKind.SHARED, OutputKind.PYTHON)
    precede = False
    if is_linked and is_host:
        check_libraries(plan, environment)
        precede = needs_precedence(plan, environment, kind is OutputKind.EXECUTABLE)
    return linker_words(plan, output, target.origin if target is not None else "", precede)


def _check_foreign(plan: ForeignPlan, target: Target) -> None:
    """Raise `DriverError` for libraries that programs of another machine cannot be linked with."""
    if ".so" in target.libraries:
        return
    others = [
        name
        for name in plan.names.values()
        if not name.endswith(target.libraries) and canonical_library(name) not in C_LIBRARY_PARTS
    ]
    if others:
        name = others[0]
        canonical = canonical_library(name)
        files = " or ".join([f"`lib{canonical}{suffix}`" for suffix in target.libraries])
        raise DriverError(
            f"`{shown_name(name)}` is not a library of `{target.name}`",
            f'write `Library: "{canonical}"` and name the folder of {files} with -L',
            E1532,
            STATUS_DIAGNOSTICS,
        )


def _system_symbols(environment: dict[str, str]) -> frozenset[str]:
    """Return the symbols that the C library of this machine defines; empty if it cannot be read."""
    search = LibrarySearch(environment)
    try:
        libraries = [search.find(name, None).library for name in SYSTEM_LIBRARIES.values()]
    except FileError:
        return frozenset()
    return frozenset([symbol for library in libraries for symbol in library.symbols])


def linker_command(environment: dict[str, str]) -> list[str]:
    """Return the command of a C compiler for this machine; raise `DriverError` when there is none."""
    try:
        found = find_driver(environment.get(COMPILER_VARIABLE, ""))
        if found is None and (zig := find_zig()):
            return [zig, "cc"]
        if found is None:
            raise no_linker(TARGETS[host_triple()], native=True)
    except AotError as error:
        raise DriverError(error.message, error.help, error.code) from error
    return found
