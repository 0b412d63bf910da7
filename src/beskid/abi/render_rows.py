"""Renders the rows of the contract for the runtime, which carries all of them, and for the compiler.

Each function takes a `Contract` and returns the text of one file. It must not access files. Another zlib may pack the
same rows into other bytes, so the lines that hold them are left out when files are compared (`without_packed`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from beskid.abi.contract import ContractError
from beskid.abi.model import Contract
from beskid.abi.render import ORIGIN
from beskid.abi.rows import (
    clause_rows,
    dispatch_functions,
    function_row,
    hashes_of,
    import_line,
    pack,
    row_hash,
    table_rows,
)

__all__ = ["MAX_TABLE_BYTES", "render_c_rows", "render_python_rows", "without_packed"]

MAX_TABLE_BYTES = 4096
"""Size of the table in every executable, with the header of its note."""

_NOTE_HEADER = 20
_BYTES_A_LINE = 16
_PACKED_LINE = re.compile(r'\s+(?:(?:0x[0-9a-f]{2}, ?)+\\|"[0-9a-f]+")\n?')


def without_packed(text: str) -> str:
    """Return the text of a file without the lines that hold packed rows."""
    return "".join([line for line in text.splitlines(keepends=True) if not _PACKED_LINE.fullmatch(line)])


def _c_bytes(data: bytes) -> Iterator[str]:
    for start in range(0, len(data), _BYTES_A_LINE):
        yield "    " + ", ".join([f"0x{byte:02x}" for byte in data[start : start + _BYTES_A_LINE]]) + ", \\"


def render_c_rows(contract: Contract) -> str:
    """`runtime/include/beskid_rows.h`: the packed rows for the note of the runtime, and the hash of each."""
    rows = table_rows(contract)
    packed = pack(rows)
    if len(packed) + _NOTE_HEADER > MAX_TABLE_BYTES:
        raise ContractError(
            f"the table of all rows has {len(packed)} bytes, more than {MAX_TABLE_BYTES - _NOTE_HEADER}"
        )
    return "\n".join(
        [
            f"/* {ORIGIN} */",
            "/* clang-format off */",
            "#ifndef BESKID_ROWS_H",
            "#define BESKID_ROWS_H",
            "",
            f"#define BESKID_ROW_COUNT {len(rows)}",
            "",
            "/* All rows of the contract as lines of a deflated text. */",
            "#define BESKID_ROWS_PACKED \\",
            *_c_bytes(packed),
            "    /* end */",
            "",
            "/* The hash of each row. */",
            "#define BESKID_ROW_HASHES \\",
            *[
                f"    UINT32_C({row_hash(row):#010x}), /* {row.partition('(')[0].partition(':')[0]} */ \\"
                for row in rows
            ],
            "    /* end */",
            "",
            "#endif",
            "",
        ]
    )


def render_python_rows(contract: Contract) -> str:
    """`src/beskid/abi/generated/rows.py`: the rows that objects carry."""
    dispatched = dispatch_functions(contract)
    clauses = clause_rows(contract)
    lines = [
        f"# {ORIGIN}",
        "# ruff: noqa: E501",
        "# fmt: off",
        '"""The rows of the contract that objects carry; a warm start imports this module, so it imports nothing."""',
        "",
        "from __future__ import annotations",
        "",
        "# Of each function: its row, its machine signature, the level that has it, and the hash of the row.",
        "FUNCTION_ROWS: dict[str, tuple[str, int, int]] = {",
    ]
    for function in contract.functions:
        row = function_row(function, dispatched)
        lines.append(
            f'    "{row}": ("{import_line(function)}", {function.since}, {row_hash(f"function {row}"):#010x}),'
        )
    lines += [
        "}",
        "",
        "# The other rows up to a level, the highest level first: the level, their number, their hashes, their text.",
        "CLAUSES: tuple[tuple[int, int, str, str], ...] = (",
    ]
    for level in sorted({since for since, _ in clauses}, reverse=True):
        rows = [row for since, row in clauses if since <= level]
        lines += [
            f"    ({level}, {len(rows)},",
            f'     "{hashes_of(rows).hex()}", # hashes',
            f'     "{pack(rows).hex()}"',
            "    ),",
        ]
    lines += [")", ""]
    return "\n".join(lines)
