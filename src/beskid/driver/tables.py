"""Rows of text in columns that are aligned, as reports for a terminal have them."""

from __future__ import annotations

from collections.abc import Sequence


def aligned_table(rows: Sequence[Sequence[str]], left: tuple[int, ...] = (0,)) -> str:
    """Return a line for each row. The columns in `left` are aligned at the left and the others at the right."""
    widths = [max([len(row[column]) for row in rows]) for column in range(len(rows[0]))]
    return "\n".join([_line(row, widths, left) for row in rows])


def _line(row: Sequence[str], widths: Sequence[int], left: tuple[int, ...]) -> str:
    aligned = [text.ljust(width) if column in left else text.rjust(width)
               for column, (text, width) in enumerate(zip(row, widths, strict=True))]  # fmt: skip
    return "  ".join(aligned).rstrip()
