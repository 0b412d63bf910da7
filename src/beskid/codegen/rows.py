"""The rows of the contract in files: those that an object relies on, those that a runtime has, and whether they agree.

It takes the notes of a file and returns rows. A warm start compares hashes and imports nothing more; rows are unpacked
and explained when hashes differ or a runtime has no hashes, as in an archive. Damaged notes raise `ObjectFileError`.
"""

from __future__ import annotations

from struct import error as StructError  # noqa: N812
from struct import pack, unpack_from

from beskid.abi.generated.rows import CLAUSES, FUNCTION_ROWS
from beskid.codegen.objectfile import NOTE_ROWS_NEEDED, NOTE_ROWS_OFFERED, ObjectFileError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

_FORMAT = 1
_HEADER = "<IIII"
_HEADER_SIZE = 16

TABLE_LEVEL = 9
"""The first level whose runtimes carry their rows. Older ones are final, so their level says which rows they have."""

_MAX_SHOWN = 3


class NeededRows:
    """The rows that an object relies on. `hashes` are those of the functions, then those of the clauses.

    An object of a compiler before level 9 has no rows: `functions` and `hashes` are empty, and `imports` has the
    machine signatures alone; `with_rows` adds them.
    """

    __slots__ = ("functions", "hashes", "imports", "level", "packed")

    def __init__(
        self, imports: list[str], functions: list[str], hashes: tuple[int, ...], packed: bytes, level: int
    ) -> None:
        self.imports = imports
        self.functions = functions
        self.hashes = hashes
        self.packed = packed
        self.level = level

    def clauses(self) -> list[str]:
        """Return the rows of layouts, constants, tags and clauses."""
        return unpacked(self.packed) if self.packed else []


class Mismatch:
    """A row that an object relies on, and the runtime's row of the same name; empty when the runtime has none."""

    __slots__ = ("clause", "needed", "offered")

    def __init__(self, clause: str, needed: str, offered: str) -> None:
        self.clause = clause
        self.needed = needed
        self.offered = offered


# The form in notes ------------------------------------------------------------------------------------------------


def rows_note(functions: Iterable[str], level: int) -> bytes:
    """Return the content of the note of an object that calls these functions and needs this level."""
    hashes = b"".join([FUNCTION_ROWS[row][2].to_bytes(4, "little") for row in functions])
    _, count, clause_hashes, packed = next(held for held in CLAUSES if held[0] <= level)
    text = bytes.fromhex(packed)
    return pack(_HEADER, _FORMAT, len(hashes) // 4, count, len(text)) + hashes + bytes.fromhex(clause_hashes) + text


def needed_rows(records: Iterable[tuple[int, bytes]], fields: Mapping[str, list[str]]) -> NeededRows:
    """Return the rows in the notes of an object."""
    imports, functions = fields.get("import", []), fields.get("row", [])
    stated = fields.get("level", ["0"])[0]
    level = int(stated) if stated.isdecimal() and stated.isascii() and len(stated) < 10 else 0
    contents = [content for kind, content in records if kind == NOTE_ROWS_NEEDED]
    if not contents and not functions:
        return NeededRows(imports, [], (), b"", level)
    if len(contents) != 1:
        raise ObjectFileError("no note of its rows" if not contents else "two notes of its rows")
    try:
        format, function_count, clause_count, size = unpack_from(_HEADER, contents[0])
        start = _HEADER_SIZE + 4 * (function_count + clause_count)
        if format != _FORMAT or len(contents[0]) != start + size:
            raise ValueError("sizes that do not agree")
        hashes = unpack_from(f"<{function_count + clause_count}I", contents[0], _HEADER_SIZE)
    except (StructError, ValueError, OverflowError) as error:
        raise ObjectFileError("a damaged note of its rows") from error
    if not function_count == len(functions) == len(imports):
        raise ObjectFileError("a note with rows of other functions than it imports")
    return NeededRows(imports, functions, hashes, contents[0][start:], level)


def with_rows(needed: NeededRows) -> NeededRows:
    """Return the rows of an object that states none: those of this compiler for its imports and its level.

    The rows of a level are final, so the compiler of the object had the same.
    """
    if needed.hashes:
        return needed
    by_line = {known[0]: (row, known[2]) for row, known in FUNCTION_ROWS.items()}
    found = [by_line[line] for line in needed.imports if line in by_line]
    _, _, hashes, packed = next(held for held in CLAUSES if held[0] <= needed.level)
    clause_hashes = bytes.fromhex(hashes)
    return NeededRows(
        needed.imports,
        [row for row, _ in found],
        (*[held for _, held in found], *unpack_from(f"<{len(clause_hashes) // 4}I", clause_hashes)),
        bytes.fromhex(packed),
        needed.level,
    )


def offered_rows(records: Iterable[tuple[int, bytes]]) -> list[str]:
    """Return the rows in the notes of a runtime; empty without a table."""
    contents = [content for kind, content in records if kind == NOTE_ROWS_OFFERED]
    if len(contents) > 1:
        raise ObjectFileError("two tables of rows")
    return unpacked(contents[0]) if contents else []


def unpacked(packed: bytes) -> list[str]:
    """Unpack rows. Raises `ObjectFileError`."""
    from beskid.abi.rows import RowsError, unpack

    try:
        return unpack(packed)
    except RowsError as error:
        raise ObjectFileError(str(error)) from error


# Comparing --------------------------------------------------------------------------------------------------------


def agree(needed: NeededRows, offered: Collection[int]) -> bool:
    """Return whether hashes alone prove that a runtime has every row that an object relies on.

    Text and hash of each function must belong together, so that a note cannot show one row and state another.
    """
    if not needed.hashes or not all(held in offered for held in needed.hashes):
        return False
    if len(needed.functions) != len(needed.imports):
        return False
    for row, line, held in zip(needed.functions, needed.imports, needed.hashes, strict=False):
        known = FUNCTION_ROWS.get(row)
        if known is None or known[0] != line or known[1] > needed.level or known[2] != held:
            return False
    return True


def mismatches(needed: NeededRows, offered: list[str]) -> list[Mismatch]:
    """Compare all rows that an object relies on with the rows of a runtime, text by text."""
    from beskid.abi.rows import clause_of, machine_signature, row_level

    held = {clause_of(row): row for row in offered}
    rows = [*[f"function {row}" for row in needed.functions], *needed.clauses()]
    found = [
        Mismatch(clause_of(row), row, held.get(clause_of(row), "")) for row in rows if held.get(clause_of(row)) != row
    ]
    shown = {mismatch.clause for mismatch in found}
    for line in needed.imports:
        clause = f"function {line.partition('(')[0]}"
        row = held.get(clause, "")
        if clause not in shown and (not row or machine_signature(row) != line):
            found.append(Mismatch(clause, line, row))
        elif clause not in shown and row_level(row) > needed.level:
            found.append(Mismatch(clause, f"{line} at level {needed.level}", row))
    return found


def explain(found: list[Mismatch], needing: str, offering: str) -> tuple[str, str]:
    """Return message and help for rows that differ. `needing` and `offering` name the files with their numbers."""
    first = found[0]
    others = [f"`{mismatch.clause}`" for mismatch in found[1:]]
    more = f"; also different: {', '.join(others[:_MAX_SHOWN])}" if others else ""
    more += f" and {len(others) - _MAX_SHOWN} more" if len(others) > _MAX_SHOWN else ""
    offered = f"offers `{_plain(first.offered)}`" if first.offered else "does not have it"
    message = f"`{first.clause}` does not match: {needing} needs `{_plain(first.needed)}`, {offering} {offered}{more}"
    return message, _advice(first)


def _plain(row: str) -> str:
    return row.removeprefix("function ")


def _advice(first: Mismatch) -> str:
    """Say which side to replace: the one whose row is not that of this compiler."""
    from beskid.abi.installed import installed_contract
    from beskid.abi.rows import table_rows

    ours = set(table_rows(installed_contract()))
    if first.needed in ours or (first.offered and first.offered not in ours):
        return "the runtime is not the one of this beskid: rebuild it from the sources of this version, or reinstall it"
    return "compile the program again with this beskid"
