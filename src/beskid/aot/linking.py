"""Linking: chooses the linker of a request and passes program, runtime and foreign libraries to it.

A C compiler links for this machine, and for another one when the request names it; the linker of its file format links
every other target from its sysroot. Takes a request and the paths of the parts and returns the command that was run;
raises `AotError`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from beskid.abi.libraries import is_archive
from beskid.aot import driver, lld, lld_link, macho, wasm_ld
from beskid.aot.linker import find_driver, find_linker, find_tool, find_zig, no_linker, run_tool
from beskid.aot.name_spaces import PYTHON_SYMBOLS, with_local_names
from beskid.aot.request import BuildRequest, OutputKind
from beskid.aot.runtime_archive import RuntimeArchive
from beskid.aot.sysroot import Sysroot, sysroot_for
from beskid.base.node import value
from beskid.codegen.formats.model import FileFormat
from beskid.codegen.host import host_triple
from beskid.codegen.objectfile import ObjectFileError
from beskid.codegen.shared_library import read_shared_library
from beskid.codegen.target import TARGETS, Target
from beskid.files.problems import FileError
from beskid.files.reading import MAX_BINARY_BYTES, read_file
from beskid.files.writing import replace_file

Announce = Callable[[str], None]


@value
class Linker:
    """How executables of a file format are linked without a C compiler.

    With `is_driver` the linker is called as a C compiler is, and one that the user names takes its place.
    """

    find: Callable[[Target], list[str] | None]
    executable_words: Callable[[BuildRequest, Target, Sysroot, Sequence[str], Sequence[str], Path], list[str]]
    is_driver: bool = False
    check_externs: Callable[[BuildRequest, Target, RuntimeArchive, Iterable[str]], None] | None = None
    """Refuses foreign functions that cannot be linked, among the names that the object uses."""


LINKERS: dict[FileFormat, Linker] = {
    FileFormat.ELF: Linker(lld.find_lld, lld.executable_words),
    FileFormat.MACHO: Linker(macho.find_compiler, macho.executable_words, is_driver=True),
    FileFormat.WASM: Linker(wasm_ld.find_wasm_ld, wasm_ld.executable_words, check_externs=wasm_ld.check_externs),
    FileFormat.COFF: Linker(lld_link.find_lld_link, lld_link.executable_words),
}
"""The linkers by the formats of the objects that they link, for every target."""


def link(request: BuildRequest, parts: Sequence[str], made: Path, announce: Announce) -> list[str]:
    """Link the parts into the file `made`, and return the command. An object is not linked."""
    target = TARGETS[request.triple]
    match request.kind:
        case OutputKind.EXECUTABLE:
            return link_executable(request, target, parts, made, announce)
        case OutputKind.SHARED:
            return link_shared(request, target, parts, made, announce)
        case OutputKind.STATIC:
            return link_static(request, target, parts, made)
        case OutputKind.PYTHON:
            return link_shared(request, target, parts, made, announce)
        case OutputKind.OBJECT:
            raise ValueError("an object is not linked")


def check_externs(request: BuildRequest, runtime: RuntimeArchive, used: Iterable[str]) -> None:
    """Raise `AotError` for foreign functions that the linker of the target would not find. `used` are the undefined
    symbols of the object."""
    target = TARGETS[request.triple]
    linker = LINKERS[target.format]
    if linker.check_externs is not None and not uses_driver(request):
        linker.check_externs(request, target, runtime, used)


def uses_driver(request: BuildRequest) -> bool:
    """Return whether a C compiler links, and not the linker itself, which also links for this machine when it has no
    compiler."""
    is_host = request.triple == host_triple()
    return bool(request.compiler) or (
        is_host and (find_driver("") is not None or find_own_linker(TARGETS[request.triple]) is None)
    )


def driver_of(request: BuildRequest, target: Target) -> list[str]:
    return find_linker(request.compiler, target, request.triple == host_triple(), request.compiler_variable)


def find_own_linker(target: Target) -> list[str] | None:
    """Return the command of the linker for the file format of a target; None when it is not installed."""
    return LINKERS[target.format].find(target)


def linker_for(target: Target) -> list[str]:
    """Return the command of the linker for the file format of a target; raise `AotError` when it is not installed."""
    found = find_own_linker(target)
    if found is None:
        raise no_linker(target, native=False)
    return found


def foreign_arguments(request: BuildRequest) -> list[str]:
    """Return search paths, libraries and extra arguments, in the order that linkers read them."""
    # An executable names a library by what it calls itself. One without such a name is named as the linker gets it, so
    # it gets its file name, and its folder first.
    nameless = [path for path in request.libraries if _is_nameless(path)]
    folders = dict.fromkeys([str(Path(path).parent) for path in nameless])
    libraries = [f":{Path(name).name}" if name in nameless else name for name in request.libraries]
    return [
        *[f"-L{path}" for path in (*folders, *request.search_paths)],
        *[name if name.startswith("-l") or "/" in name else f"-l{name}" for name in libraries],
        *request.extra_arguments,
    ]


def _is_nameless(path: str) -> bool:
    """Return whether a path is that of a shared library that does not state its name."""
    if "/" not in path or is_archive(path):
        return False
    try:
        return not read_shared_library(read_file(path, MAX_BINARY_BYTES).data).name
    except (FileError, ObjectFileError):
        return False


def link_executable(
    request: BuildRequest, target: Target, parts: Sequence[str], made: Path, announce: Announce
) -> list[str]:
    """Link a program; the start-up object contains `main` of C."""
    foreign = foreign_arguments(request)
    linker = LINKERS[target.format]
    if uses_driver(request) and not linker.is_driver:
        command = [*driver_of(request, target), *driver.executable_words(request, parts, foreign, made)]
    else:
        found = driver_of(request, target) if request.compiler else linker_for(target)
        sysroot = sysroot_for(target, request.sysroots, announce)
        command = [*found, *linker.executable_words(request, target, sysroot, parts, foreign, made)]
    run_tool(command, request.scratch, str(made.parent))
    return command


def link_shared(
    request: BuildRequest, target: Target, parts: Sequence[str], made: Path, announce: Announce
) -> list[str]:
    """Link a shared library of which only the exports are visible."""
    script = made.with_name("exports.map")
    shown = "".join([f" {name};" for name in sorted(shown_symbols(request))])
    replace_file(str(script), f"{{ {f'global:{shown} ' if shown else ''}local: *; }};\n".encode())
    foreign = foreign_arguments(request)
    if uses_driver(request):
        command = [*driver_of(request, target), *driver.shared_words(request, parts, foreign, script, made)]
    else:
        linker = linker_for(target)
        sysroot = sysroot_for(target, request.sysroots, announce)
        command = [*linker, *lld.shared_words(request, target, sysroot, parts, foreign, script, made)]
    run_tool(command, request.scratch, str(made.parent))
    return command


def shown_symbols(request: BuildRequest) -> tuple[str, ...]:
    """Return the symbols that a shared library shows."""
    return PYTHON_SYMBOLS if request.kind is OutputKind.PYTHON else request.exports


def link_static(request: BuildRequest, target: Target, parts: Sequence[str], made: Path) -> list[str]:
    """Make a static library of one member, program and runtime; only the exports and the version are global."""
    whole = made.with_name("whole.o")
    if uses_driver(request):
        command = [*driver_of(request, target), "-r", "-nostdlib", "-o", str(whole), *parts]
    else:
        command = [*linker_for(target), *lld.merging_words(target, parts, request.strip, whole)]
    run_tool(command, request.scratch, str(made.parent))
    image = read_file(str(whole), MAX_BINARY_BYTES).data
    replace_file(str(whole), with_local_names(image, request.exports))
    if request.strip and uses_driver(request):
        run_tool(
            [find_tool("objcopy", "a static library"), "--strip-debug", str(whole)], request.scratch, str(made.parent)
        )
    run_tool([*archiver(request), "rcsD", str(made), str(whole)], request.scratch, str(made.parent))
    return command


def archiver(request: BuildRequest) -> list[str]:
    """Return the command that makes archives."""
    zig = "" if uses_driver(request) else find_zig()
    return [zig, "ar"] if zig else [find_tool("ar", "a static library")]
