"""Compares the contract that a built file was compiled for with the contract of this compiler.

Takes the bytes of an object, archive, library, executable or metadata file and returns a `Verdict`. It must not read
files: the caller does.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from beskid.abi import (
    BESKID_DRAFT_HASH,
    BESKID_RUNTIME_ABI_LEVEL,
    BESKID_RUNTIME_ABI_VERSION,
    BUILTIN_SPECS,
    LEVEL_SYMBOL_COUNTS,
    RUNTIME_EXPORT_SYMBOLS,
    AbiParamKind,
    AbiReturnKind,
    BuiltinFnSpec,
)
from beskid.abi.generated.rows import FUNCTION_ROWS
from beskid.abi.installed import installed_contract
from beskid.abi.rows import clause_of, hashes_of, import_line, row_hash, rows_by_level, table_rows
from beskid.aot.metadata import content_digest
from beskid.aot.runtime_archive import STATEMENT
from beskid.codegen.answers import answer_of
from beskid.codegen.conventions import conventions_of, support_symbols
from beskid.codegen.fileformats import Damage, archive_binaries, format_of, inspect
from beskid.codegen.formats.model import BinaryFile, FileFormat, FileKind
from beskid.codegen.object_check import check_object, check_rows
from beskid.codegen.objectfile import ObjectFileError, fields_of
from beskid.codegen.rows import TABLE_LEVEL, NeededRows, mismatches, needed_rows, offered_rows
from beskid.codegen.target import target_of

_SPECS = {spec.symbol: spec for spec in BUILTIN_SPECS}
_LISTED = frozenset(RUNTIME_EXPORT_SYMBOLS)
_VERSION_SYMBOL = RUNTIME_EXPORT_SYMBOLS[0]
_IMPORT = re.compile(r"(?P<symbol>\w+)\((?P<kinds>[\w,]*)\)(?P<result>\w+)")
_NUMBERS = {
    AbiParamKind.PTR: "i64",
    AbiParamKind.I64: "i64",
    AbiParamKind.F64: "f64",
    AbiReturnKind.VOID: "",
    AbiReturnKind.NEVER: "",
    AbiReturnKind.PTR: "i64",
    AbiReturnKind.I64: "i64",
    AbiReturnKind.I32: "i32",
    AbiReturnKind.F64: "f64",
}
"""The numbers of the machine by the kinds of the contract."""

_LINKED_FORMATS = {FileFormat.COFF: FileFormat.PE}
"""The format of linked files where it differs from that of objects."""


@dataclass(slots=True)
class Verdict:
    """The result for one file. Without problems it works with this compiler and its runtime."""

    path: str
    kind: str
    facts: dict[str, str | int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def verify_image(path: str, image: bytes) -> Verdict:
    verdict = Verdict(path, format_of(image).value)
    try:
        _verify_format(verdict, image)
    except ObjectFileError as error:
        verdict.problems.append(f"cannot be read: {error}")
    return verdict


def _verify_format(verdict: Verdict, image: bytes) -> None:
    found = format_of(image)
    if found is FileFormat.ARCHIVE:
        _verify_archive(verdict, image)
        return
    if found is FileFormat.UNKNOWN:
        verdict.kind = "file"
        verdict.problems.append("is not an object, archive, library, executable or metadata file")
        return
    binary = inspect(image)
    if isinstance(binary, Damage):
        verdict.kind = f"{binary.format.value} file"
        verdict.problems.append(f"cannot be read: {binary.what}")
        return
    _verify_binary(verdict, image, binary)


# The note ---------------------------------------------------------------------------------------------------------


def _verify_note(verdict: Verdict, records: list[tuple[int, bytes]]) -> None:
    note = fields_of(records)
    if "abi" not in note:
        verdict.problems.append("has no Beskid note: it was not built by beskid, or the note was removed")
        return
    first = {key: values[0] for key, values in note.items()}
    level = _number(first.get("level", ""))
    verdict.facts |= {
        "abi": _number(first["abi"]),
        "level": level,
        "draft": first.get("draft", "none"),
        "target": first.get("target", "none"),
        "compiler": first.get("compiler", "none"),
        "imports": len(note.get("import", [])),
        "externs": len(note.get("extern", [])),
    }
    _verify_contract(verdict, "it", _number(first["abi"]), level, first.get("draft", "none"))
    _verify_signatures(verdict, note.get("import", []), level)
    _verify_rows(verdict, needed_rows(records, note))
    for extern in note.get("extern", []):
        symbol = extern.partition("@")[0]
        if symbol in _LISTED:
            verdict.problems.append(f"declares the runtime function `{symbol}` as a foreign function")


def _verify_contract(verdict: Verdict, what: str, version: int, level: int, draft: str) -> None:
    """Add a problem when code that needs this version, level and draft cannot run with this compiler's runtime."""
    if version != BESKID_RUNTIME_ABI_VERSION:
        verdict.problems.append(f"{what} needs ABI version {version}, this beskid has {BESKID_RUNTIME_ABI_VERSION}")
        return
    if level > BESKID_RUNTIME_ABI_LEVEL:
        verdict.problems.append(f"{what} needs ABI level {level}, this beskid has {BESKID_RUNTIME_ABI_LEVEL}")
    if draft != f"{BESKID_DRAFT_HASH:#018x}":
        verdict.problems.append(f"{what} needs draft layout {draft}, this beskid has {BESKID_DRAFT_HASH:#018x}")


def _verify_signatures(verdict: Verdict, imports: Iterable[str], level: int) -> None:
    for line in imports:
        match = _IMPORT.fullmatch(line)
        if match is None:
            verdict.problems.append(f"has a malformed import: `{line}`")
            continue
        spec = _SPECS.get(match["symbol"])
        if spec is None:
            verdict.problems.append(f"imports `{match['symbol']}`, which is not a runtime function")
        elif line != import_line(spec):
            verdict.problems.append(f"imports `{line}`, but the runtime function is `{import_line(spec)}`")
        elif spec.since > level:
            verdict.problems.append(f"needs level {level}, but `{spec.symbol}` requires level {spec.since}")


def _verify_rows(verdict: Verdict, needed: NeededRows) -> None:
    """Compare the rows that an object relies on with those of this compiler, and their hashes with their texts."""
    if not needed.hashes:
        return
    rows = [*[f"function {row}" for row in needed.functions], *needed.clauses()]
    verdict.facts["rows"] = len(rows)
    if [row_hash(row) for row in rows] != list(needed.hashes):
        verdict.problems.append("states hashes of other rows than it lists")
    _compare_rows(verdict, "relies on", needed, table_rows(installed_contract()), "this beskid has")


def _compare_rows(verdict: Verdict, relies: str, needed: NeededRows, offered: list[str], has: str) -> None:
    for mismatch in mismatches(needed, offered):
        other = f"{has} `{mismatch.offered}`" if mismatch.offered else f"{has} no such row"
        verdict.problems.append(f"{relies} `{mismatch.needed}`, but {other}")


def _number(text: str) -> int:
    return int(text) if text.isdigit() else -1


# Binary files -----------------------------------------------------------------------------------------------------


def _verify_binary(verdict: Verdict, image: bytes, binary: BinaryFile) -> None:
    """Judge a file of any format: its note, its machine, the runtime inside, and the names that it leaves undefined."""
    note = fields_of(binary.notes)
    if binary.kind is FileKind.OBJECT:
        verdict.kind = "object"
        _verify_note(verdict, binary.notes)
        _verify_target(verdict, binary)
        _verify_undefined(verdict, binary, note)
        _verify_shapes(verdict, binary)
        _verify_tables(verdict, image, binary, note)
        return
    statement = STATEMENT.search(image)
    shown = binary.defined & _LISTED
    if "abi" not in note and statement is not None and _VERSION_SYMBOL in shown:
        verdict.kind = "runtime library"
        _verify_runtime(verdict, statement, shown, offered_rows(binary.notes), image)
        _verify_answer(verdict, [image])
        verdict.facts["target"] = binary.machine
        return
    verdict.kind = binary.kind.value
    _verify_note(verdict, binary.notes)
    _verify_target(verdict, binary)
    _verify_inside(verdict, statement, [needed_rows(binary.notes, note)], offered_rows(binary.notes))
    if shown:
        verdict.problems.append(f"exports functions of the runtime: {', '.join(sorted(shown))}")
    left = sorted(binary.undefined & _LISTED)
    if left:
        verdict.problems.append(f"has undefined symbols of the runtime: {', '.join(left)}")


def _verify_target(verdict: Verdict, binary: BinaryFile) -> None:
    """Compare the target in the note with the machine and the format of the file."""
    target = verdict.facts.get("target")
    if not isinstance(target, str) or target == "none":
        return
    known = target_of(target)
    if known is None:
        verdict.problems.append(f"states the target {target}, which is not a target of this beskid")
        return
    if binary.machine != known.machine:
        verdict.problems.append(f"states the target {target}, but its code is for {binary.machine}")
    wanted = conventions_of(target).format
    if binary.format not in (wanted, _LINKED_FORMATS.get(wanted)):
        verdict.problems.append(f"states the target {target}, but is a file of the format {binary.format.value}")


def _verify_undefined(verdict: Verdict, binary: BinaryFile, note: Mapping[str, list[str]]) -> None:
    stated = {line.partition("(")[0] for line in note.get("import", [])}
    externs = {line.partition("@")[0] for line in note.get("extern", [])}
    needed = sorted(binary.undefined)
    silent = [name for name in needed if name in _LISTED and name not in stated and name not in externs]
    support = support_symbols(note.get("target", [""])[0])
    strangers = [name for name in needed if name not in _LISTED and name not in support and name not in externs]
    if silent:
        verdict.problems.append(f"calls runtime functions that its note does not list: {', '.join(silent)}")
    if strangers:
        verdict.problems.append(f"has undefined symbols: {', '.join(strangers)}")


def _verify_shapes(verdict: Verdict, binary: BinaryFile) -> None:
    """Compare the signatures of the runtime functions that an object calls, in formats that state them."""
    for symbol in binary.symbols:
        spec = _SPECS.get(symbol.name)
        if spec is None or not symbol.shape or symbol.is_defined:
            continue
        wanted = machine_shape(spec)
        if symbol.shape != wanted:
            verdict.problems.append(f"calls `{symbol.name}` as `{symbol.shape}`, but its signature is `{wanted}`")


def machine_shape(spec: BuiltinFnSpec) -> str:
    """Return the signature of a runtime function in numbers of the machine, such as `(i64,f64)i32`."""
    parameters = ",".join([_NUMBERS[kind] for kind in spec.params])
    return f"({parameters}){_NUMBERS[spec.returns]}"


def _verify_tables(verdict: Verdict, image: bytes, binary: BinaryFile, note: Mapping[str, list[str]]) -> None:
    """Check what a linker or the loader would trust. Objects of other formats than ELF are never loaded."""
    if "abi" not in note or verdict.problems:
        return
    if binary.format is not FileFormat.ELF:
        try:
            check_rows(note, binary.undefined)
        except ObjectFileError as error:
            verdict.problems.append(f"is not an object that beskid writes: {error}")
        return
    try:
        check_object(image, note, is_loaded=False)
    except ObjectFileError as error:
        verdict.problems.append(f"is not an object that beskid writes: {error}")


# Runtimes ---------------------------------------------------------------------------------------------------------


def _verify_runtime(
    verdict: Verdict, statement: re.Match[bytes], symbols: Iterable[str], rows: list[str], image: bytes
) -> None:
    version, level, draft = int(statement[1]), int(statement[2]), f"0x{statement[3].decode()}"
    offered = set(symbols)
    verdict.facts |= {"abi": version, "level": level, "draft": draft, "functions": len(offered)}
    if version != BESKID_RUNTIME_ABI_VERSION:
        verdict.problems.append(f"has ABI version {version}, this beskid needs {BESKID_RUNTIME_ABI_VERSION}")
        return
    if draft != f"{BESKID_DRAFT_HASH:#018x}":
        verdict.problems.append(f"has draft layout {draft}, this beskid has {BESKID_DRAFT_HASH:#018x}")
    required = RUNTIME_EXPORT_SYMBOLS[: LEVEL_SYMBOL_COUNTS[min(level, BESKID_RUNTIME_ABI_LEVEL)]]
    missing = [name for name in required if name not in offered]
    if missing:
        verdict.problems.append(f"is missing functions of its level: {', '.join(missing)}")
    if level >= TABLE_LEVEL:
        _verify_table(verdict, level, rows, image)


def _verify_answer(verdict: Verdict, members: Iterable[bytes]) -> None:
    """Compare the version in the note with the one that the function returns."""
    version = verdict.facts.get("abi")
    for answer in [answer_of(member, _VERSION_SYMBOL) for member in members]:
        if answer not in (None, version):
            verdict.problems.append(f"states ABI version {version}, but `{_VERSION_SYMBOL}` returns {answer}")


def _verify_table(verdict: Verdict, level: int, rows: list[str], image: bytes) -> None:
    """Compare the rows of a runtime with those of this compiler up to its level; it may have more."""
    verdict.facts["rows"] = len(rows)
    if not rows:
        verdict.problems.append("does not state the rows of its contract")
        return
    if hashes_of(rows) not in image:
        verdict.problems.append("states hashes of other rows than it lists")
    held = {clause_of(row): row for row in rows}
    for since, row in rows_by_level(installed_contract()):
        other = held.get(clause_of(row), "")
        if since <= level and other != row:
            has = f"has `{other}`" if other else f"has no row of `{clause_of(row)}`"
            verdict.problems.append(f"{has}, but the contract of this beskid has `{row}`")


def _verify_inside(
    verdict: Verdict, statement: re.Match[bytes] | None, programs: list[NeededRows], rows: list[str]
) -> None:
    """Check that the runtime that was linked in is the one that the program needs."""
    if statement is None:
        verdict.problems.append("contains no runtime that states its ABI version")
        return
    version, level, draft = int(statement[1]), int(statement[2]), f"0x{statement[3].decode()}"
    needed = verdict.facts.get("level", 0)
    verdict.facts["runtime level"] = level
    if version != verdict.facts.get("abi", version):
        verdict.problems.append(f"needs ABI version {verdict.facts['abi']}, but the runtime inside it has {version}")
    if isinstance(needed, int) and level < needed:
        verdict.problems.append(f"needs ABI level {needed}, but the runtime inside it has {level}")
    if draft != verdict.facts.get("draft", draft):
        verdict.problems.append(f"needs draft layout {verdict.facts['draft']}, but the runtime inside it has {draft}")
    if not rows and level >= TABLE_LEVEL:
        verdict.problems.append("contains a runtime that does not state the rows of its contract")
    for program in programs if rows else []:
        _compare_rows(verdict, "relies on", program, rows, "the runtime inside it has")


def _verify_archive(verdict: Verdict, image: bytes) -> None:
    members = [(content, binary) for _, content, binary in archive_binaries(image)]
    rows = offered_rows([record for _, binary in members for record in binary.notes])
    symbols = set().union(*[binary.defined for _, binary in members])
    statement = STATEMENT.search(image)
    programs = [binary for _, binary in members if "abi" in fields_of(binary.notes)]
    if not programs:
        verdict.kind = "runtime archive"
        if statement is None:
            verdict.problems.append("has neither an ABI version nor a Beskid note")
            return
        _verify_runtime(verdict, statement, symbols & _LISTED, rows, image)
        _verify_answer(verdict, [content for content, _ in members])
        _verify_machines(verdict, [binary for _, binary in members])
        return
    verdict.kind = "static library"
    for binary in programs:
        _verify_note(verdict, binary.notes)
    for _, binary in members:
        _verify_target(verdict, binary)
    needed = [needed_rows(binary.notes, fields_of(binary.notes)) for binary in programs]
    _verify_inside(verdict, statement, needed, rows)
    if _VERSION_SYMBOL not in symbols:
        verdict.problems.append(f"does not define `{_VERSION_SYMBOL}`")


def _verify_machines(verdict: Verdict, members: Iterable[BinaryFile]) -> None:
    names = sorted({binary.machine for binary in members})
    verdict.facts["target"] = ", ".join(names)
    if len(names) > 1:
        verdict.problems.append(f"contains code for several machines: {', '.join(names)}")
    formats = sorted({binary.format.value for binary in members})
    if len(formats) > 1:
        verdict.problems.append(f"contains objects of several formats: {', '.join(formats)}")


# Metadata ---------------------------------------------------------------------------------------------------------

_SHOWN = {"abi": "abi_version", "level": "abi_level", "draft": "draft_hash", "target": "target", "compiler": "compiler"}


def verify_metadata(path: str, text: str, output: bytes | None) -> Verdict:
    """Verify an `<output>.beskid.json`. `output` is the content of the file that it describes, None without one."""
    verdict = Verdict(path, "metadata file")
    try:
        content = json.loads(text)
    except ValueError as error:
        verdict.problems.append(f"is not valid JSON: {error}")
        return verdict
    if not isinstance(content, dict) or not isinstance(content.get("abi_version"), int):
        verdict.problems.append("does not describe an output: `abi_version` is missing")
        return verdict
    imports = content.get("imports")
    level = content.get("abi_level")
    verdict.facts = {
        fact: held if isinstance(held := content.get(key), str | int) else "none" for fact, key in _SHOWN.items()
    }
    if content.get("digest") != content_digest(content):
        verdict.problems.append("was modified: the digest does not match the content")
    _verify_contract(
        verdict, "its output", content["abi_version"], level if isinstance(level, int) else -1,
        str(content.get("draft_hash")),
    )  # fmt: skip
    if isinstance(imports, list):
        _verify_signatures(verdict, [str(line) for line in imports], level if isinstance(level, int) else -1)
    if isinstance(rows := content.get("rows"), list):
        ours = set(FUNCTION_ROWS)
        verdict.problems += [f"relies on `{row}`, which this beskid does not have" for row in rows if row not in ours]
    if output is not None:
        _verify_described(verdict, content, output)
    return verdict


def _verify_described(verdict: Verdict, content: Mapping[str, object], output: bytes) -> None:
    if content.get("sha256") != hashlib.sha256(output).hexdigest():
        verdict.problems.append(f"does not match `{content.get('output')}`: the content of that file is different")
    image = verify_image(str(content.get("output")), output)
    for fact in _SHOWN:
        if fact in image.facts and image.facts[fact] != verdict.facts[fact]:
            verdict.problems.append(
                f"states {fact} {verdict.facts[fact]}, but the note of its output states {image.facts[fact]}"
            )
    verdict.problems += [f"its output {problem}" for problem in image.problems]
