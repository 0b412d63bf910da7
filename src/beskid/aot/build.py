"""From object bytes to an executable, a library or an object file.

Takes a `BuildRequest` and returns a `BuildResult`, or raises `AotError` and leaves the output and its description as
they were: tools work in a private temporary folder, and finished files are moved into place together. Version and
symbol checks run before any tool.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePath

from beskid.abi.generated.numbers import BESKID_DRAFT_HASH, RUNTIME_EXPORT_SYMBOLS, SUPPORT_SYMBOLS
from beskid.abi.symbols import ENTRY_SYMBOL, private_export
from beskid.aot.errors import (
    ENTRY_MISSING,
    INPUT_OUTPUT,
    INVALID_REQUEST,
    MISSING_FUNCTION,
    UNKNOWN_TARGET,
    VERSION_MISMATCH,
    AotError,
)
from beskid.aot.linker import find_linker, find_tool, run_tool
from beskid.aot.metadata import METADATA_SUFFIX, describe
from beskid.aot.name_spaces import (
    OWN_NAMES,
    VERSION_SYMBOL,
    check_archives,
    check_exports,
    check_linked,
    names_of_exports,
    with_c_names,
    with_local_names,
    with_own_names,
)
from beskid.aot.request import BuildRequest, BuildResult, OutputKind
from beskid.aot.runtime_archive import RuntimeArchive, installed_folder, needed_by_runtime, open_runtime
from beskid.codegen.host import host_triple
from beskid.codegen.object_check import check_object
from beskid.codegen.objectfile import ObjectFileError, defined_symbols, note_fields, notes, undefined_symbols
from beskid.codegen.rows import explain, mismatches, needed_rows, with_rows
from beskid.codegen.shared_library import read_shared_library
from beskid.codegen.target import target_of
from beskid.codegen.trace import BIND, LINK, RECORD, VERSION_CHECK, Trace
from beskid.files.problems import FileError, shown_name
from beskid.files.reading import MAX_BINARY_BYTES, is_folder, read_file
from beskid.files.workspace import Workspace
from beskid.files.writing import NewContent, make_folder, new_file_mode, replace_file, replace_files

LINKED_NAME = "output"
_MODES = {OutputKind.EXECUTABLE: 0o777, OutputKind.SHARED: 0o777, OutputKind.STATIC: 0o666, OutputKind.OBJECT: 0o666}
"""The permissions of each kind, before the user's mask is applied."""


def build(request: BuildRequest, trace: Trace | None = None) -> BuildResult:
    """Write the output, and its description beside it if the request asks for it."""
    steps = Trace() if trace is None else trace
    note = check_request(request)
    output = Path(request.output)
    runtime: RuntimeArchive | None = None
    needed: frozenset[str] = frozenset()
    folder = Path(request.runtime_folder) if request.runtime_folder else installed_folder(request.triple)
    if request.kind is OutputKind.OBJECT:
        needed = needed_by_runtime(folder, request.triple)
        check_exports(request, needed)
    else:
        runtime = open_runtime(folder, request.triple, output.name)
        check_versions(note, runtime, output)
        check_rows(request, note, runtime, output)
        steps.note(VERSION_CHECK, [str(runtime.archive)])
        check_symbols(request, runtime)
        check_archives(request, runtime)
        if request.kind is not OutputKind.EXECUTABLE:
            check_exports(request, runtime.needed)
        steps.note(BIND, undefined_symbols(request.object_bytes))
    try:
        if runtime is None:
            names = names_of_exports(request, needed)
            image, command = with_c_names(request.object_bytes, names), tuple[str, ...]()
            if request.strip:
                image = without_debug_information(image, request)
        else:
            image, command = linked(request, runtime)
            steps.note(LINK, [output.name])
        made = [NewContent(request.output, image, new_file_mode(_MODES[request.kind]))]
        metadata = f"{request.output}{METADATA_SUFFIX}" if request.metadata else ""
        if metadata:
            description = describe(request, note, command, runtime, image)
            made.append(NewContent(metadata, description.encode("utf-8", "backslashreplace"), new_file_mode(0o666)))
        make_folder(str(output.parent))
        # The output comes first: between the two its digest differs from the old description, which
        # `beskid abi verify` reports; the other order could describe an output that is never written.
        replace_files(made)
        if metadata:
            steps.note(RECORD, [metadata])
    except FileError as error:
        raise AotError(
            INPUT_OUTPUT,
            f"cannot write {shown_name(error.path)}: {error.reason}",
            error.help or "choose another output with `--output`",
        ) from error
    return BuildResult(request.output, request.kind, command, metadata)


def linked(request: BuildRequest, runtime: RuntimeArchive) -> tuple[bytes, tuple[str, ...]]:
    """Return the linked output and the command that linked it."""
    names = names_of_exports(request, runtime.needed)
    with Workspace() as work:
        parts = [work.write("program.o", with_own_names(request.object_bytes, names))]
        if request.kind is OutputKind.EXECUTABLE:
            start = read_file(str(runtime.start), MAX_BINARY_BYTES).data
            parts.insert(0, work.write(runtime.start.name, with_own_names(start)))
        for number, (name, member) in enumerate(runtime.members):
            file = f"{number}-{name}" if number else name
            parts.append(work.write(PurePath(file).name, with_own_names(member)))
        made = Path(work.file(LINKED_NAME))
        command = LINKERS[request.kind](request, parts, made)
        image = work.read(LINKED_NAME)
        if request.kind is not OutputKind.STATIC:
            check_linked(image, Path(request.output), runtime)
        return image, tuple(command)


def without_debug_information(image: bytes, request: BuildRequest) -> bytes:
    """Return an object without debug information; its symbols remain, which linkers need."""
    with Workspace() as work:
        path = work.write("program.o", image)
        run_tool([find_tool("objcopy", "a stripped object"), "--strip-debug", path], request.scratch)
        return work.read("program.o")


# Gates ----------------------------------------------------------------------------------------------------------


def check_request(request: BuildRequest) -> dict[str, list[str]]:
    """Check a request and return the note of its object."""
    if target_of(request.triple) is None:
        raise AotError(
            UNKNOWN_TARGET, f"unknown target `{request.triple}`", "use a full triple such as `x86_64-unknown-linux-gnu`"
        )
    if not request.output or is_folder(request.output):
        raise AotError(INVALID_REQUEST, f"the output `{request.output}` is a folder", "pass the name of a file")
    try:
        note = note_fields(request.object_bytes)
        defined = defined_symbols(request.object_bytes)
    except ObjectFileError as error:
        raise AotError(INVALID_REQUEST, f"the object cannot be read: {error}", "compile it again") from error
    made_for = note.get("target", [""])[0]
    if note and made_for != request.triple:
        raise AotError(
            INVALID_REQUEST,
            f"the object was compiled for `{made_for}`, but the output is for `{request.triple}`",
            "compile the program for this target",
        )
    try:
        check_object(request.object_bytes, note, is_loaded=False)
    except ObjectFileError as error:
        raise AotError(INVALID_REQUEST, f"the object cannot be linked: {error}", "compile it again") from error
    if request.kind is OutputKind.EXECUTABLE and ENTRY_SYMBOL not in defined:
        raise AotError(ENTRY_MISSING, "the program has no entry", "declare a function `main`, or build a library")
    unknown = [name for name in request.exports if private_export(name) not in defined]
    if unknown:
        raise AotError(INVALID_REQUEST, f"exported functions are not defined: {', '.join(unknown)}")
    return note


def check_versions(note: dict[str, list[str]], runtime: RuntimeArchive, output: Path) -> None:
    """Raise `AotError` unless the object was compiled for the contract that the archive states."""
    version = note.get("abi", ["none"])[0]
    level = note.get("level", ["0"])[0]
    draft = note.get("draft", ["none"])[0]
    if version != str(runtime.version):
        raise AotError(
            VERSION_MISMATCH,
            f"ABI version mismatch: the object of `{output.name}` needs {version}, `{runtime.archive}` offers "
            f"{runtime.version}",
            "compile the program again with the installed beskid",
        )
    if not level.isdigit() or int(level) > runtime.level:
        raise AotError(
            VERSION_MISMATCH,
            f"ABI level mismatch: the object of `{output.name}` needs {level}, `{runtime.archive}` offers "
            f"{runtime.level}",
            "install a newer runtime",
        )
    if draft != f"{BESKID_DRAFT_HASH:#018x}":
        raise AotError(
            VERSION_MISMATCH,
            f"draft layout mismatch: the object of `{output.name}` needs {draft}, `{runtime.archive}` offers "
            f"{BESKID_DRAFT_HASH:#018x}",
            "compile the program again with the installed beskid",
        )


def check_rows(request: BuildRequest, note: dict[str, list[str]], runtime: RuntimeArchive, output: Path) -> None:
    """Raise `AotError` unless the archive has every row of the contract that the object relies on.

    A runtime of a level before the table is final, so its level says the same.
    """
    if not runtime.rows:
        return
    try:
        needed = with_rows(needed_rows(notes(request.object_bytes), note))
        found = mismatches(needed, list(runtime.rows))
    except ObjectFileError as error:
        raise AotError(INVALID_REQUEST, f"the object cannot be read: {error}", "compile it again") from error
    if found:
        needing = f"the object of `{output.name}` (ABI version {note['abi'][0]}, level {needed.level})"
        offering = f"`{runtime.archive}` (ABI version {runtime.version}, level {runtime.level})"
        raise AotError(VERSION_MISMATCH, *explain(found, needing, offering))


def check_symbols(request: BuildRequest, runtime: RuntimeArchive) -> None:
    """Raise `AotError` for undefined symbols of the object, before a linker could find them elsewhere by accident.

    Names of the runtime may come from the runtime alone, and symbols that it does not list are private to it.
    """
    listed = set(RUNTIME_EXPORT_SYMBOLS)
    offered = {*(runtime.symbols & listed), *SUPPORT_SYMBOLS, *(set(request.externs) - listed)}
    missing = [symbol for symbol in undefined_symbols(request.object_bytes) if symbol not in offered]
    if missing:
        raise AotError(
            MISSING_FUNCTION,
            f"missing functions: {', '.join(missing)}",
            "declare them in an extern contract and permit their library, or compile the program again",
        )


# Linking --------------------------------------------------------------------------------------------------------


def linker_of(request: BuildRequest) -> list[str]:
    """Return the command that links for the target of the request."""
    return find_linker(request.compiler, request.triple == host_triple(), request.triple)


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
    if "/" not in path or path.endswith(".a"):
        return False
    try:
        return not read_shared_library(read_file(path, MAX_BINARY_BYTES).data).name
    except (FileError, ObjectFileError):
        return False


def common_arguments(request: BuildRequest) -> list[str]:
    """Return the arguments for every linked output: link what is used, and make the output reproducible.

    The version function is always linked, because its member of the archive contains the version statement.
    """
    words = ["-Wl,--gc-sections", "-Wl,--as-needed", "-Wl,--build-id=none", f"-Wl,-u,{OWN_NAMES[VERSION_SYMBOL]}"]
    return [*words, *(["-s"] if request.strip else [])]


def c_libraries() -> list[str]:
    """Return the arguments for the C library. They precede those of other libraries, whose functions of the same names
    the loader then does not find for the runtime, nor for other libraries."""
    return ["-lm", "-lc"]


def link_executable(request: BuildRequest, parts: list[str], made: Path) -> list[str]:
    """Link a program; the start-up object contains `main` of C."""
    command = [
        *linker_of(request),
        *common_arguments(request),
        "-o",
        str(made),
        *parts,
        *c_libraries(),
        *foreign_arguments(request),
        "-lm",
    ]
    run_tool(command, request.scratch)
    return command


def link_shared(request: BuildRequest, parts: list[str], made: Path) -> list[str]:
    """Link a shared library that contains the runtime; only the exports are visible."""
    script = made.with_name("exports.map")
    shown = "".join([f" {name};" for name in sorted(request.exports)])
    replace_file(str(script), f"{{ {f'global:{shown} ' if shown else ''}local: *; }};\n".encode())
    command = [
        *linker_of(request),
        "-shared",
        *common_arguments(request),
        # Names may contain commas, at which `-Wl,` would split them.
        "-Xlinker",
        f"--version-script={script}",
        "-Xlinker",
        "-soname",
        "-Xlinker",
        Path(request.output).name,
        "-o",
        str(made),
        *parts,
        *c_libraries(),
        *foreign_arguments(request),
        "-lm",
    ]
    run_tool(command, request.scratch)
    return command


def link_static(request: BuildRequest, parts: list[str], made: Path) -> list[str]:
    """Make a static library of one member, program and runtime; only the exports and the version are global."""
    whole = made.with_name("whole.o")
    command = [*linker_of(request), "-r", "-nostdlib", "-o", str(whole), *parts]
    run_tool(command, request.scratch)
    image = read_file(str(whole), MAX_BINARY_BYTES).data
    replace_file(str(whole), with_local_names(image, request.exports))
    if request.strip:
        run_tool([find_tool("objcopy", "a static library"), "--strip-debug", str(whole)], request.scratch)
    run_tool([find_tool("ar", "a static library"), "rcsD", str(made), str(whole)], request.scratch)
    return command


LINKERS: dict[OutputKind, Callable[[BuildRequest, list[str], Path], list[str]]] = {
    OutputKind.EXECUTABLE: link_executable,
    OutputKind.SHARED: link_shared,
    OutputKind.STATIC: link_static,
}
"""The linking function of each kind; an object is not linked."""
