"""Reads and writes the files of `beskid abi`.

Takes paths and returns verdicts, surfaces and texts; `beskid.abi` and `abi_verify` decide. Whatever cannot be read or
written raises `DriverError`.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from beskid.abi.compare import (
    LockError,
    Surface,
    part_of_imports,
    part_of_rows,
    surface_of,
    surface_of_lock,
    surface_of_names,
    surface_of_rows,
    with_symbols,
)
from beskid.abi.contract import ContractError, parse_contract
from beskid.abi.generate import CONTRACT_PATH, LOCK_PATH
from beskid.abi.upkeep import Tree
from beskid.aot.metadata import METADATA_SUFFIX
from beskid.aot.runtime_archive import STATEMENT
from beskid.codegen.conventions import CONVENTIONS
from beskid.codegen.fileformats import archive_binaries, format_of, read_binary
from beskid.codegen.formats.model import BinaryFile, FileFormat
from beskid.codegen.objectfile import ObjectFileError, fields_of
from beskid.codegen.rows import needed_rows, offered_rows
from beskid.driver.abi_verify import Verdict, verify_image, verify_metadata
from beskid.driver.failure import DriverError
from beskid.driver.outputs import write_output
from beskid.files.places import current_folder
from beskid.files.problems import FileError, shown_name
from beskid.files.reading import MAX_BINARY_BYTES, is_file, read_file

_INTERNAL_PREFIX = "bk_"
_SUPPORT = frozenset([name for row in CONVENTIONS.values() for name in row.support])
_GIT_SECONDS = 30


def read_bytes(path: Path) -> bytes:
    try:
        return read_file(str(path), MAX_BINARY_BYTES).data
    except FileError as error:
        raise DriverError(f"cannot read {shown_name(str(path))}: {error.reason}", error.help) from error


def verify_file(path: Path) -> Verdict:
    """Verify a built file against the contract of this compiler."""
    image = read_bytes(path)
    looks_like_metadata = path.name.endswith(METADATA_SUFFIX) or image.lstrip()[:1] == b"{"
    if not looks_like_metadata or format_of(image) is not FileFormat.UNKNOWN:
        return verify_image(str(path), image)
    described = path.with_name(path.name.removesuffix(METADATA_SUFFIX))
    output = read_bytes(described) if described != path and is_file(str(described)) else None
    return verify_metadata(str(path), image.decode("utf-8", "replace"), output)


def surface_of_file(path: Path) -> Surface:
    """Return the state of the contract in a file.

    That of a linked file is the state of the runtime inside; that of an object is the part that it relies on.
    """
    image = read_bytes(path)
    try:
        return _surface_of_image(path, image)
    except (ObjectFileError, ContractError, LockError, UnicodeDecodeError) as error:
        raise DriverError(
            f"{shown_name(str(path))} contains no contract: {error}",
            "pass a contract or lock file, or a file that beskid built",
        ) from error


def _surface_of_image(path: Path, image: bytes) -> Surface:
    match format_of(image):
        case FileFormat.ARCHIVE:
            return _surface_of_built(image, [binary for _, _, binary in archive_binaries(image)])
        case FileFormat.UNKNOWN:
            text = image.decode("utf-8")
            if text.lstrip().startswith("{"):
                return _surface_of_description(text)
            return surface_of(parse_contract(text)) if path.suffix == ".toml" else surface_of_lock(text)
        case _:
            return _surface_of_built(image, [read_binary(image)])


def _surface_of_built(image: bytes, binaries: list[BinaryFile]) -> Surface:
    records = [record for binary in binaries for record in binary.notes]
    symbols = set().union(*[binary.defined for binary in binaries])
    statement = STATEMENT.search(image)
    if statement is None:
        return _part(records)
    version, level = int(statement[1]), int(statement[2])
    is_linked = "abi" in fields_of(records)
    # An archive also defines the symbols that its members share, and may have what compilers call on its target.
    names = [name for name in symbols if not (name.startswith(_INTERNAL_PREFIX) or name in _SUPPORT)]
    if rows := offered_rows(records):
        surface = surface_of_rows(version, level, rows)
        return surface if is_linked else with_symbols(surface, names)
    return _part(records) if is_linked else surface_of_names(version, level, names)


def _part(records: list[tuple[int, bytes]]) -> Surface:
    fields = fields_of(records)
    if "abi" not in fields:
        raise ObjectFileError("it has no Beskid note, and does not state an ABI version")
    needed = needed_rows(records, fields)
    version = _number(fields["abi"][0])
    if not needed.hashes:
        return part_of_imports(version, needed.level, needed.imports)
    rows = [*[f"function {row}" for row in needed.functions], *needed.clauses()]
    return part_of_rows(version, needed.level, rows)


def _surface_of_description(text: str) -> Surface:
    try:
        content = json.loads(text)
        version, level = int(content["abi_version"]), int(content["abi_level"])
        imports = [str(line) for line in content["imports"]]
        rows = [f"function {row}" for row in content.get("rows", [])]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LockError("it does not describe an output") from error
    return part_of_rows(version, level, rows) if rows else part_of_imports(version, level, imports)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else -1


def source_tree(named: str | None) -> Path:
    """Return the folder that contains `runtime/abi.toml`: the named one, or the nearest above the working folder."""
    start = Path(named) if named is not None else Path(current_folder())
    candidates = [start] if named is not None else [start, *start.parents]
    for folder in candidates:
        if is_file(str(folder / CONTRACT_PATH)):
            return folder
    raise DriverError(
        f"no {CONTRACT_PATH} in {shown_name(str(start))}" if named is not None else f"no {CONTRACT_PATH} here or above",
        "this command needs a checkout of beskid's sources; pass one with --tree",
    )


def lock_of_revision(folder: Path, revision: str) -> str:
    """Return the lock file of a commit. Raises `DriverError` when git does not have it."""
    command = ["git", "-C", str(folder), "show", "--end-of-options", f"{revision}:./{LOCK_PATH}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_GIT_SECONDS, check=False)
    except (OSError, UnicodeDecodeError, subprocess.TimeoutExpired) as error:
        raise DriverError(f"cannot run git: {error}", "install git") from error
    if done.returncode != 0:
        reason = done.stderr.strip().partition("\n")[0]
        raise DriverError(f"no {LOCK_PATH} at {shown_name(revision)}: {reason}", "pass a commit, a tag or a branch")
    return done.stdout


def reader(folder: Path) -> Tree:
    def read(path: str) -> str | None:
        file = folder / path
        if not is_file(str(file)):
            return None
        try:
            return read_bytes(file).decode("utf-8")
        except UnicodeDecodeError as error:
            raise DriverError(f"cannot read {shown_name(str(file))}: {error}") from error

    return read


def write_texts(folder: Path, texts: dict[str, str]) -> list[str]:
    """Write the texts that differ, each file atomically; return their paths."""
    written: list[str] = []
    read = reader(folder)
    for path, text in texts.items():
        if read(path) == text:
            continue
        file = folder / path
        write_output(str(file), text.encode("utf-8"), None)
        written.append(path)
    return written
