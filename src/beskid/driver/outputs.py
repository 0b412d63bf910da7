"""Where outputs go, and whether they may replace what is there.

An output replaces only what beskid made itself: built files by their note, descriptions, reports and bindings by
their content. Anything else needs `--force`, and an input of the command is never replaced.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from beskid.aot.request import OutputKind
from beskid.apidoc.model import GENERATED
from beskid.codegen.errors import BackendError
from beskid.codegen.fileformats import FileFormat, any_note_fields, format_of
from beskid.codegen.formats.archive import archive_members
from beskid.codegen.host import host_triple
from beskid.codegen.objectfile import ObjectFileError
from beskid.codegen.target import TARGETS
from beskid.driver.failure import STATUS_ENVIRONMENT, DriverError
from beskid.driver.inputs.project import ARTEFACT_FOLDER, ResolvedInput
from beskid.driver.session import Session
from beskid.files.outputs import require_replaceable
from beskid.files.problems import FileError, shown_name
from beskid.files.reading import MAX_BINARY_BYTES, is_folder, is_there, read_file
from beskid.files.trees import require_own_folders
from beskid.files.writing import make_folder, replace_file
from beskid.source.codes import E4040, Code

BINDINGS_START = b"/// Functions of "
DOCUMENTATION_MARKS = (GENERATED.encode(), b'"generator": "beskid doc ')
REPORT_MARK = b'<testsuites name="beskid test"'
_START_BYTES = 4096


def output_path(resolved: ResolvedInput, kind: OutputKind, optimize: int, triple: str) -> Path:
    """Return the path of an output without `-o`: beside a single file, or in the artifact folder of the project.

    Outputs for another machine have a folder of their own there. The folders of a project that lead to its outputs must
    not be symbolic links.
    """
    folder = resolved.entry_file.parent if resolved.entry_file is not None else Path()
    if resolved.project_folder is not None and resolved.source_root is not None:
        profile = "release" if optimize else "debug"
        machine = [] if triple == host_triple() else [TARGETS[triple].name]
        parts = (*ARTEFACT_FOLDER.parts, "out", *machine, profile)
        try:
            folder = Path(require_own_folders(str(resolved.project_folder), *parts))
        except FileError as error:
            raise cannot_write(error) from error
    names = TARGETS[triple].names
    match kind:
        case OutputKind.EXECUTABLE:
            return folder / names.executable.format(resolved.stem)
        case OutputKind.SHARED:
            return folder / names.shared.format(resolved.stem)
        case OutputKind.STATIC:
            return folder / names.static.format(resolved.stem)
        case OutputKind.OBJECT:
            return folder / names.object.format(resolved.stem)


def inputs_of(session: Session) -> list[str]:
    """Every file that a command reads: sources, manifests, libraries, and files among the arguments of the linker."""
    files = [file.path for tree in session.snapshot.trees.values() for file in tree.files.values()]
    links = session.links
    suffixes = TARGETS[session.triple()].libraries
    libraries = [name for name in links.libraries if "/" in name]
    for folder in links.search_paths:
        for name in links.libraries:
            libraries += [f"{folder}/{name}", *[f"{folder}/lib{name}{suffix}" for suffix in suffixes]]
    return [*files, *[file.path for file in session.snapshot.manifests], *libraries, *links.extra_arguments]


def check_outputs(paths: Iterable[str], inputs: Iterable[str], is_forced: bool, code: Code | None = E4040) -> None:
    """Raise `DriverError` unless an output may be written to each path."""
    known = list(inputs)
    for path in paths:
        try:
            _check_folder(Path(path).parent)
            require_replaceable(path, known, is_own_output, is_forced)
        except FileError as error:
            raise cannot_write(error, code) from error


def _check_folder(folder: Path) -> None:
    """Whether the folder of an output exists, or can be made, and can be written to."""
    while not is_there(str(folder)) and folder != folder.parent:
        folder = folder.parent
    if not is_folder(str(folder)):
        raise FileError(str(folder), "is not a folder", "choose another output with -o")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise FileError(str(folder), "the folder is not writable", "choose another output with -o")


def write_output(path: str, data: bytes, code: Code | None = E4040) -> None:
    """Replace an output, in a folder that is made when it is missing."""
    try:
        make_folder(str(Path(path).parent))
        replace_file(path, data)
    except FileError as error:
        raise cannot_write(error, code) from error


def cannot_write(error: FileError, code: Code | None = E4040) -> DriverError:
    return DriverError(f"cannot write {shown_name(error.path)}: {error.reason}", error.help, code, STATUS_ENVIRONMENT)


# What beskid made -------------------------------------------------------------------------------------------------


def is_own_output(path: str) -> bool:
    """Return whether beskid wrote a file: a build output, its description, a report or a binding."""
    try:
        data = read_file(path, MAX_BINARY_BYTES).data
    except FileError:
        return False
    start = data[:_START_BYTES]
    if start.startswith(BINDINGS_START) or any(mark in start for mark in (REPORT_MARK, *DOCUMENTATION_MARKS)):
        return True
    return _is_description(data) or _is_built(data)


def _is_description(data: bytes) -> bool:
    if data.lstrip()[:1] != b"{":
        return False
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(content, dict) and {"abi_version", "sha256", "digest"} <= content.keys()


def _is_built(data: bytes) -> bool:
    """Whether a built file has our note, or is an archive with a member that has it."""
    try:
        if format_of(data) is not FileFormat.ARCHIVE:
            return "abi" in any_note_fields(data)
        return any("abi" in any_note_fields(member) for _, member in archive_members(data))
    except (ObjectFileError, BackendError):
        return False
