"""The README of the measurements, whose tables the programs of this folder write."""

from __future__ import annotations

from pathlib import Path

README = Path(__file__).resolve().parent / "README.md"


def write_table(begin: str, end: str, lines: list[str]) -> None:
    """Replace what is between two lines of the README. Raises `ValueError` when one of them is missing."""
    text = README.read_text(encoding="utf-8")
    start = text.index(begin) + len(begin)
    README.write_text(text[:start] + "\n" + "\n".join(lines) + "\n" + text[text.index(end, start) :], encoding="utf-8")
