"""From object bytes to an executable, a library or an object file.

Takes a `BuildRequest` and returns a `BuildResult`, or raises `AotError` and leaves the output and its description as
they were: tools work in a private temporary folder, and finished files are moved into place together. Version and
symbol checks run before any tool.
"""

from __future__ import annotations

from pathlib import Path, PurePath

from beskid.abi.generated.numbers import BESKID_DRAFT_HASH, RUNTIME_EXPORT_SYMBOLS
from beskid.abi.symbols import ENTRY_SYMBOL, RUNTIME_LIBRARY, private_export
from beskid.aot.errors import (
    ENTRY_MISSING,
    INPUT_OUTPUT,
    INVALID_REQUEST,
    MISSING_FUNCTION,
    RUNTIME_MISSING,
    UNKNOWN_TARGET,
    VERSION_MISMATCH,
    AotError,
)
from beskid.aot.linker import find_tool, run_tool
from beskid.aot.linking import Announce, check_externs, link
from beskid.aot.metadata import METADATA_SUFFIX, describe
from beskid.aot.name_spaces import (
    check_archives,
    check_exports,
    check_linked,
    check_python_library,
    names_of_exports,
    private_names,
    with_c_names,
    with_own_names,
    with_visible_names,
)
from beskid.aot.request import BuildRequest, BuildResult, OutputKind
from beskid.aot.runtime_archive import RuntimeArchive, folder_of, needed_by_runtime, open_runtime
from beskid.codegen.conventions import conventions_of, support_symbols
from beskid.codegen.fileformats import any_note_records, read_binary
from beskid.codegen.formats.model import FileFormat
from beskid.codegen.host import host_machine
from beskid.codegen.object_check import check_object
from beskid.codegen.object_check import check_rows as check_note_rows
from beskid.codegen.objectfile import ObjectFileError, fields_of
from beskid.codegen.rows import explain, mismatches, needed_rows, with_rows
from beskid.codegen.target import TARGETS, target_of
from beskid.codegen.trace import BIND, LINK, RECORD, VERSION_CHECK, Trace
from beskid.files.problems import FileError, shown_name
from beskid.files.reading import MAX_BINARY_BYTES, is_file, is_folder, read_file
from beskid.files.workspace import Workspace
from beskid.files.writing import NewContent, make_folder, new_file_mode, replace_files

LINKED_NAME = "output"
_MODES = {
    OutputKind.EXECUTABLE: 0o777,
    OutputKind.SHARED: 0o777,
    OutputKind.STATIC: 0o666,
    OutputKind.OBJECT: 0o666,
    OutputKind.PYTHON: 0o777,
}
"""The permissions of each kind, before the user's mask is applied."""


def print_nothing(text: str) -> None:
    """Announce nothing."""


def build(request: BuildRequest, trace: Trace | None = None, announce: Announce = print_nothing) -> BuildResult:
    """Write the output, and its description beside it if the request asks for it.

    `announce` is called with a line before a step that takes long.
    """
    steps = Trace() if trace is None else trace
    note = check_request(request)
    output = Path(request.output)
    runtime: RuntimeArchive | None = None
    needed: frozenset[str] = frozenset()
    folder = folder_of(request)
    if request.kind is OutputKind.OBJECT:
        needed = needed_by_runtime(folder, request.triple)
        check_exports(request, needed)
    else:
        runtime = open_runtime(folder, request.triple, output.name)
        check_versions(note, runtime, output)
        check_rows(request, note, runtime, output)
        steps.note(VERSION_CHECK, [str(runtime.archive)])
        check_symbols(request, runtime)
        check_externs(request, runtime, needed_symbols(request))
        check_archives(request, runtime)
        if request.kind is not OutputKind.EXECUTABLE:
            check_exports(request, runtime.needed)
        steps.note(BIND, needed_symbols(request))
    try:
        if runtime is None:
            names = names_of_exports(request, needed)
            image, command = with_c_names(request.object_bytes, names), tuple[str, ...]()
            if request.strip:
                image = without_debug_information(image, request)
        else:
            image, command = linked(request, runtime, announce)
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


def linked(
    request: BuildRequest, runtime: RuntimeArchive, announce: Announce = print_nothing
) -> tuple[bytes, tuple[str, ...]]:
    """Return the linked output and the command that linked it."""
    if request.kind is OutputKind.PYTHON:
        return linked_for_python(request, announce)
    names = names_of_exports(request, runtime.needed)
    private = private_names(runtime, support_symbols(request.triple))
    with Workspace() as work:
        parts = [work.write("program.o", with_own_names(request.object_bytes, names))]
        if request.kind is OutputKind.EXECUTABLE:
            start = read_file(str(runtime.start), MAX_BINARY_BYTES).data
            parts.insert(0, work.write(runtime.start.name, with_own_names(start)))
        for number, (name, member) in enumerate(runtime.members):
            file = f"{number}-{name}" if number else name
            parts.append(work.write(PurePath(file).name, with_own_names(member, private)))
        made = Path(work.file(LINKED_NAME))
        command = link(request, parts, made, announce)
        image = work.read(LINKED_NAME)
        if request.kind is not OutputKind.STATIC:
            check_linked(image, Path(request.output), runtime)
        return image, tuple(command)


def linked_for_python(request: BuildRequest, announce: Announce = print_nothing) -> tuple[bytes, tuple[str, ...]]:
    """Return the library for Python and the command that linked it. It needs the shared runtime by its name."""
    shared = folder_of(request) / RUNTIME_LIBRARY
    if not is_file(str(shared)):
        raise AotError(RUNTIME_MISSING, f"the runtime `{shared}` does not exist", "reinstall beskid")
    with Workspace() as work:
        made = Path(work.file(LINKED_NAME))
        parts = [work.write("program.o", with_visible_names(request.object_bytes)), str(shared)]
        command = link(request, parts, made, announce)
        image = work.read(LINKED_NAME)
        check_python_library(image, Path(request.output))
        return image, tuple(command)


def without_debug_information(image: bytes, request: BuildRequest) -> bytes:
    """Return an object without debug information; its symbols remain, which linkers need."""
    target = TARGETS[request.triple]
    # The tool of this machine knows no other.
    is_own = target.machine == host_machine() and conventions_of(target.triple).format is FileFormat.ELF
    tool = find_tool("objcopy" if is_own else "llvm-objcopy", "a stripped object")
    with Workspace() as work:
        path = work.write("program.o", image)
        run_tool([tool, "--strip-debug", path], request.scratch, work.path)
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
        binary = read_binary(request.object_bytes)
        note, defined = fields_of(binary.notes), binary.defined
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
        if binary.format is FileFormat.ELF:
            check_object(request.object_bytes, note, is_loaded=False)
        else:
            check_note_rows(note, binary.undefined)
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
        needed = with_rows(needed_rows(any_note_records(request.object_bytes), note))
        found = mismatches(needed, list(runtime.rows))
    except ObjectFileError as error:
        raise AotError(INVALID_REQUEST, f"the object cannot be read: {error}", "compile it again") from error
    if found:
        needing = f"the object of `{output.name}` (ABI version {note['abi'][0]}, level {needed.level})"
        offering = f"`{runtime.archive}` (ABI version {runtime.version}, level {runtime.level})"
        raise AotError(VERSION_MISMATCH, *explain(found, needing, offering))


def needed_symbols(request: BuildRequest) -> list[str]:
    """Return the undefined symbols of the object, sorted."""
    return sorted(read_binary(request.object_bytes).undefined)


def check_symbols(request: BuildRequest, runtime: RuntimeArchive) -> None:
    """Raise `AotError` for undefined symbols of the object, before a linker could find them elsewhere by accident.

    Names of the runtime may come from the runtime alone, and symbols that it does not list are private to it.
    """
    listed = set(RUNTIME_EXPORT_SYMBOLS)
    offered = {*(runtime.symbols & listed), *support_symbols(request.triple), *(set(request.externs) - listed)}
    missing = [symbol for symbol in needed_symbols(request) if symbol not in offered]
    if missing:
        raise AotError(
            MISSING_FUNCTION,
            f"missing functions: {', '.join(missing)}",
            "declare them in an extern contract and permit their library, or compile the program again",
        )
