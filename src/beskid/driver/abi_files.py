"""Reads and writes the files of `beskid abi`.

Takes paths and returns verdicts, surfaces and texts; `beskid.abi` and `abi_verify` decide. Whatever cannot be read or
written raises `DriverError`.
"""

from __future__ import annotations

from pathlib import Path

from beskid.abi.compare import LockError, Surface, runtime_surface, surface_of, surface_of_lock
from beskid.abi.contract import ContractError, parse_contract
from beskid.abi.generate import CONTRACT_PATH
from beskid.abi.generated.numbers import RUNTIME_EXPORT_SYMBOLS
from beskid.abi.upkeep import Tree
from beskid.aot.metadata import METADATA_SUFFIX
from beskid.aot.runtime_archive import STATEMENT
from beskid.codegen.fileformats import FileFormat, format_of
from beskid.codegen.objectfile import ObjectFileError, archive_symbols, defined_symbols
from beskid.driver.abi_verify import Verdict, verify_image, verify_metadata
from beskid.driver.failure import DriverError
from beskid.driver.outputs import write_output
from beskid.files.places import current_folder
from beskid.files.problems import FileError, shown_name
from beskid.files.reading import MAX_BINARY_BYTES, read_file

_INTERNAL_PREFIX = "bk_"


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
    output = read_bytes(described) if described != path and described.is_file() else None
    return verify_metadata(str(path), image.decode("utf-8", "replace"), output)


def surface_of_file(path: Path) -> tuple[Surface, bool]:
    """Return the state of the contract in a file, and whether the file is a built runtime, which has names only."""
    image = read_bytes(path)
    try:
        match format_of(image):
            case FileFormat.ELF:
                return _surface_of_runtime(path, image, defined_symbols(image)), True
            case FileFormat.ARCHIVE:
                return _surface_of_runtime(path, image, archive_symbols(image)), True
        text = image.decode("utf-8")
        if path.suffix == ".toml":
            return surface_of(parse_contract(text)), False
        return surface_of_lock(text), False
    except (ObjectFileError, ContractError, LockError, UnicodeDecodeError) as error:
        raise DriverError(
            f"{shown_name(str(path))} contains no contract: {error}",
            "pass a contract file, a lock file, a runtime library or archive",
        ) from error


def _surface_of_runtime(path: Path, image: bytes, symbols: set[str]) -> Surface:
    statement = STATEMENT.search(image)
    if statement is None:
        raise DriverError(
            f"{shown_name(str(path))} does not state its ABI version",
            "pass a runtime library or archive that beskid built",
        )
    # An archive also defines the symbols that its members share.
    names = [name for name in symbols if not name.startswith(_INTERNAL_PREFIX)]
    ordered = [name for name in RUNTIME_EXPORT_SYMBOLS if name in symbols]
    return runtime_surface(int(statement[1]), int(statement[2]), [*ordered, *names])


def source_tree(named: str | None) -> Path:
    """Return the folder that contains `runtime/abi.toml`: the named one, or the nearest above the working folder."""
    start = Path(named) if named is not None else Path(current_folder())
    candidates = [start] if named is not None else [start, *start.parents]
    for folder in candidates:
        if (folder / CONTRACT_PATH).is_file():
            return folder
    raise DriverError(
        f"no {CONTRACT_PATH} in {shown_name(str(start))}" if named is not None else f"no {CONTRACT_PATH} here or above",
        "this command needs a checkout of beskid's sources; pass one with --tree",
    )


def reader(folder: Path) -> Tree:
    def read(path: str) -> str | None:
        file = folder / path
        if not file.is_file():
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
