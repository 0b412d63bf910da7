"""Tables that must have a row for every member of some set.

A consumer of operators, instructions or kinds looks up its row here. A key without a row raises an error that names the
key and the table, so that an incomplete addition is never mistaken for something else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Never, NoReturn, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class MissingRowError(Exception):
    """Raised when a table has no row for a key: an addition to the compiler is incomplete."""


def missing_row(table: str, key: object) -> MissingRowError:
    """Return the error for a key that `table` does not handle."""
    return MissingRowError(f"{table}: no row for `{getattr(key, 'value', key)}`")


def unhandled(kind: Never, table: str, key: object) -> MissingRowError:
    """Return the error for the end of a `match` over all members of an enum, with the name of the key."""
    return missing_row(table, key)


class Table(dict[K, V]):
    """A dictionary whose `[key]` raises `MissingRowError` with the table's name for an unknown key."""

    __slots__ = ("title",)

    def __init__(self, title: str, rows: Mapping[K, V]) -> None:
        super().__init__(rows)
        self.title = title

    def __missing__(self, key: K) -> NoReturn:
        raise missing_row(self.title, key)
