"""The rows of the contract as text: a line for each function, layout, constant, interop tag, clause, support function.

The lock file holds these lines, a built runtime carries all of them, and an object carries those that it relies on. Two
rows are equal exactly when their lines are equal. Takes contracts and returns text and bytes; must not access files.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable, Sequence, Set

from beskid.abi.model import BuiltinFnSpec, Contract, InteropTag, ValueForm

__all__ = [
    "RowsError",
    "clause_of",
    "clause_rows",
    "dispatch_functions",
    "function_row",
    "hashes_of",
    "import_line",
    "machine_signature",
    "pack",
    "plain_row",
    "row_hash",
    "row_level",
    "rows_by_level",
    "support_rows",
    "table_rows",
    "unpack",
]

_FUNCTION = re.compile(
    r"(?:function )?(?:\d+ )?(?P<name>\w+)\((?P<parameters>[^)]*)\) -> (?P<result>[^,]+), since \d+.*"
)
_SINCE = re.compile(r"(?:, | \()since (\d+)")

_MAX_TEXT = 1 << 20
"""Size of an unpacked table that no contract reaches."""


class RowsError(ValueError):
    """Raised for bytes that do not hold rows."""


def import_line(function: BuiltinFnSpec) -> str:
    """Return the machine signature of a function in the form of notes: `str_len(Ptr)I64`."""
    return f"{function.symbol}({','.join([kind.value for kind in function.params])}){function.returns.value}"


def function_row(function: BuiltinFnSpec, dispatched: Set[str]) -> str:
    """Return the row of a function; whether a dispatch function collects is part of the row of each tag instead.

    A machine kind is written only where it is not the kind of the form: `text string`, but `text string as F64`.
    """
    parameters = []
    for item in function.parameters:
        other = "" if item.kind is item.form.parameter_kind else f" as {item.kind.value}"
        parameters.append(f"{item.name} {item.form.value}{'?' if item.nullable else ''}{other}")
    other = "" if function.returns is function.return_form.return_kind else f" as {function.returns.value}"
    result = f"{function.return_form.value}{'?' if function.return_nullable else ''}{other}"
    effects = (
        ("collects", function.collects and function.symbol not in dispatched),
        ("panics", function.panics),
        ("fresh", function.fresh),
    )
    marks = [*[word for word, has in effects if has], *function.attributes]
    listed = f", {' '.join(marks)}" if marks else ""
    return f"{function.symbol}({', '.join(parameters)}) -> {result}, since {function.since}{listed}"


def dispatch_functions(contract: Contract) -> Set[str]:
    return {tag.function for tag in contract.interop_tags}


def clause_rows(contract: Contract) -> list[tuple[int, str]]:
    """Return the rows of layouts, constants, tags and clauses, each with its level; drafts have none."""
    rows: list[tuple[int, str]] = []
    for struct in contract.structs:
        if struct.draft:
            continue
        level = _level(struct.since)
        if not any(field.draft for field in struct.fields):
            rows.append((struct.since, f"struct {struct.name} of {struct.size} bytes{level}"))
        rows += [
            (
                struct.since,
                f"field {struct.name}.{field.name} at {field.offset}, {field.size} bytes, {field.c_type}{level}",
            )
            for field in struct.fields
            if not field.draft
        ]
    rows += [
        (constant.since, f"constant {constant.name} = {constant.value}{_level(constant.since)}")
        for constant in contract.constants
        if not constant.draft
    ]
    rows.append((0, f"constant SIZE_CLASSES = {' '.join(map(str, contract.size_classes))}"))
    rows += [(tag.since, _tag_row(tag)) for tag in contract.interop_tags]
    rows += [(item.since, f"semantics {item.name}: {item.meaning}{_level(item.since)}") for item in contract.semantics]
    return rows


def _level(since: int) -> str:
    return f" (since {since})" if since else ""


def _tag_row(tag: InteropTag) -> str:
    payload = f"{tag.payload.value}{'?' if tag.payload_nullable else ''}"
    collects = ", collects" if tag.collects else ""
    return f"tag {tag.group}.{tag.name} = {tag.number}, payload {payload}, since {tag.since}{collects}"


def support_rows(contract: Contract) -> list[str]:
    return [f"support {name}" for name in contract.support]


def table_rows(contract: Contract) -> list[str]:
    """Return all rows in their order, as a runtime carries them."""
    dispatched = dispatch_functions(contract)
    return [
        *[f"function {function_row(function, dispatched)}" for function in contract.functions],
        *[row for _, row in clause_rows(contract)],
        *support_rows(contract),
    ]


def rows_by_level(contract: Contract) -> list[tuple[int, str]]:
    """Return the rows that a runtime of each level must have, each with its level. Support functions are C's own."""
    dispatched = dispatch_functions(contract)
    functions = [(held.since, f"function {function_row(held, dispatched)}") for held in contract.functions]
    return [*functions, *clause_rows(contract)]


def row_hash(row: str) -> int:
    """Return the 32-bit hash by which a loader compares a row."""
    return int.from_bytes(hashlib.sha256(row.encode()).digest()[:4], "little")


def pack(rows: Sequence[str]) -> bytes:
    """Return the rows as a deflated text of one row a line."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress("\n".join(rows).encode()) + packer.flush()


def unpack(packed: bytes) -> list[str]:
    """Return the rows of a packed text. Raises `RowsError` for other bytes."""
    unpacker = zlib.decompressobj(-15)
    try:
        text = unpacker.decompress(packed, _MAX_TEXT)
        rows = text.decode("utf-8").split("\n")
    except (zlib.error, UnicodeDecodeError) as error:
        raise RowsError("a damaged table of rows") from error
    if not unpacker.eof or unpacker.unconsumed_tail or not all(row.isprintable() and row for row in rows):
        raise RowsError("a damaged table of rows")
    return rows


def hashes_of(rows: Iterable[str]) -> bytes:
    """Return the hashes of rows, four bytes each."""
    return b"".join([row_hash(row).to_bytes(4, "little") for row in rows])


# Reading rows -----------------------------------------------------------------------------------------------------


def clause_of(row: str) -> str:
    """Return what a row is about: `function str_len`, `field BeskidStr.len`."""
    kind, _, rest = row.partition(" ")
    return f"{kind} {rest.partition('(')[0].partition(' ')[0].removesuffix(':')}"


def row_level(row: str) -> int:
    """Return the level that a row has been there since; 0 for a row that does not state one."""
    found = _SINCE.findall(row)
    return int(found[-1]) if found else 0


def machine_signature(row: str) -> str:
    """Return the machine signature that the row of a function states: `str_len(Ptr)I64`; empty for other rows."""
    found = _FUNCTION.fullmatch(row)
    if found is None:
        return ""
    try:
        parameters = [_kind(text.partition(" ")[2], True) for text in found["parameters"].split(", ") if text]
        return f"{found['name']}({','.join(parameters)}){_kind(found['result'], False)}"
    except ValueError:
        return ""


def plain_row(row: str) -> str:
    """Return the row of a function as locks of format 1 have it: with machine kinds, without names of parameters."""
    found = _FUNCTION.fullmatch(row)
    if found is None:
        return row
    forms = [text.partition(" ")[2] for text in found["parameters"].split(", ") if text]
    try:
        parameters = ", ".join([f"{_kind(form, True)} {form.partition(' as ')[0]}" for form in forms])
        result = f"{_kind(found['result'], False)} {found['result'].partition(' as ')[0]}"
    except ValueError:
        return row
    return f"{row[: found.end('name')]}({parameters}) -> {result}{row[found.end('result') :]}"


def _kind(text: str, is_parameter: bool) -> str:
    form, _, other = text.partition(" as ")
    held = ValueForm(form.removesuffix("?"))
    return other or (held.parameter_kind if is_parameter else held.return_kind).value
