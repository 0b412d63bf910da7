"""Compares two states of the contract and finds breaking changes.

A state is a `Surface`: version, level and one fact for each clause. It comes from a contract, from the golden lock (a
text with one fact a line), or from the rows in a built file; those of an object are a part of a state. Draft parts are
not compared; programs record their hash instead. Nothing here reads files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from typing import assert_never

from beskid.abi.model import Contract
from beskid.abi.rows import machine_signature, plain_row, row_level, table_rows
from beskid.base.node import replace, value

__all__ = [
    "Change",
    "Comparison",
    "Detail",
    "Difference",
    "LockError",
    "Surface",
    "compare",
    "compare_surfaces",
    "lock_text",
    "part_of_imports",
    "part_of_rows",
    "refusals",
    "surface_of",
    "surface_of_lock",
    "surface_of_names",
    "surface_of_rows",
    "with_symbols",
]

_HEAD = "# The golden lock of the runtime contract; `beskid abi check --update` extends it.\n"

FORMAT = 2
"""The format of the lock. Format 2 names the parameters, so that two of one kind cannot change places unnoticed."""

_TEST = "test "
_CLAUSE = re.compile(r"(function|field|struct|constant|tag|semantics|support) (?:\d+ )?([\w.-]+)")
_LEVEL = re.compile(r" \(since \d+\)\Z")
_PLACE = re.compile(r"function \d+ ")


class LockError(ValueError):
    """Raised for a text that is not a lock."""


class Change(Enum):
    """The compatibility of a change."""

    NONE = "none"
    ADDITIVE = "additive"
    BREAKING = "breaking"


class Detail(Enum):
    """What is known of a function: its name, its machine signature, also forms and effects, or all of its row.

    Locks of format 1 do not name parameters, objects before level 9 state machine signatures, and runtimes before
    level 9 show names alone.
    """

    NAMES = 0
    KINDS = 1
    FORMS = 2
    ROWS = 3


@value
class Surface:
    """A state of the contract: facts by clause, such as `function str_len` or `field BeskidStr.len`.

    A `partial` one has the clauses alone that an object relies on.
    """

    version: int
    level: int
    facts: dict[str, str]
    detail: Detail = Detail.ROWS
    partial: bool = False


@value
class Difference:
    """One clause that changed; `before` is empty for a new clause, `after` for a removed one."""

    change: Change
    clause: str
    before: str
    after: str

    def __str__(self) -> str:
        if not self.before:
            return f"{self.change.value}: {self.clause} is new: {self.after}"
        if not self.after:
            return f"{self.change.value}: {self.clause} was removed: {self.before}"
        return f"{self.change.value}: {self.clause} changed\n    from {self.before}\n    to   {self.after}"


@value
class Comparison:
    """Every clause that changed between two states."""

    old: Surface
    new: Surface
    differences: tuple[Difference, ...]

    @property
    def change(self) -> Change:
        """Return the least compatible of all changes."""
        kinds = {difference.change for difference in self.differences}
        if Change.BREAKING in kinds:
            return Change.BREAKING
        return Change.ADDITIVE if kinds else Change.NONE


def _by_clause(facts: Iterable[str]) -> dict[str, str]:
    """Return facts by clause. A fact of a function may state its place in the list of all functions."""
    found: dict[str, str] = {}
    for fact in facts:
        match = _CLAUSE.match(fact)
        if match is None:
            raise LockError(f"not a line of a lock: {fact}")
        found[f"{match[1]} {match[2]}"] = fact
    return found


def _placed(rows: Iterable[str]) -> list[str]:
    """Return rows with the place of each function in the list of all functions."""
    facts: list[str] = []
    for row in rows:
        function = row.removeprefix("function ")
        facts.append(row if function is row else f"function {len(facts):03} {function}")
    return facts


def surface_of(contract: Contract) -> Surface:
    return Surface(contract.version, contract.level, _by_clause(_placed(table_rows(contract))))


def surface_of_rows(version: int, level: int, rows: Iterable[str]) -> Surface:
    """Return the state that the table of a built runtime states. Raises `LockError` for lines that are not rows."""
    return Surface(version, level, _by_clause(_placed(rows)))


def part_of_rows(version: int, level: int, rows: Iterable[str]) -> Surface:
    """Return the part of a contract that an object relies on."""
    return Surface(version, level, _by_clause(rows), partial=True)


def part_of_imports(version: int, level: int, imports: Iterable[str]) -> Surface:
    """Return the part that an object without rows relies on: machine signatures."""
    return Surface(version, level, _by_clause(f"function {line}" for line in imports), Detail.KINDS, partial=True)


def surface_of_names(version: int, level: int, symbols: Iterable[str]) -> Surface:
    """Return the state that a built runtime without a table reveals: the names of its functions."""
    facts = {f"function {symbol}": f"function {symbol}" for symbol in sorted(symbols)}
    return Surface(version, level, facts, Detail.NAMES)


def with_symbols(surface: Surface, symbols: Iterable[str]) -> Surface:
    """Return the state of a runtime with the functions that it defines, whatever its table says."""
    defined = {f"function {symbol}" for symbol in symbols}
    facts = {
        clause: fact
        for clause, fact in surface.facts.items()
        if clause in defined or not clause.startswith("function ")
    }
    return replace(surface, facts={**facts, **{clause: clause for clause in sorted(defined) if clause not in facts}})


def lock_text(contract: Contract) -> str:
    """Return the lock of a contract: its rows, and the test of each clause, which is not a part of the contract."""
    numbers = [f"format {FORMAT}", f"version {contract.version}", f"level {contract.level}"]
    tests = [f"{_TEST}{item.name} = {item.test}" for item in contract.semantics]
    return _HEAD + "\n".join([*numbers, *_placed(table_rows(contract)), *tests, ""])


def surface_of_lock(text: str) -> Surface:
    """Parse a lock; raise `LockError` for another text."""
    lines = [line for line in text.splitlines() if line and not line.startswith(("#", _TEST))]
    detail = Detail.FORMS
    if lines and (stated := re.fullmatch(r"format (\d+)", lines[0])):
        if int(stated[1]) != FORMAT:
            raise LockError(f"a lock of format {stated[1]}, which this beskid does not read")
        detail = Detail.ROWS
        lines = lines[1:]
    if len(lines) < 2:
        raise LockError("a lock begins with its version and its level")
    numbers = [re.fullmatch(rf"{word} (\d+)", line) for word, line in zip(("version", "level"), lines, strict=False)]
    if numbers[0] is None or numbers[1] is None:
        raise LockError("a lock begins with its version and its level")
    return Surface(int(numbers[0][1]), int(numbers[1][1]), _by_clause(lines[2:]), detail)


# Comparing --------------------------------------------------------------------------------------------------------


def reduced(surface: Surface, detail: Detail, placed: bool) -> dict[str, str]:
    """Return the facts of a state with no more detail than the other side of a comparison has.

    Without `placed` the places of functions are left out: an object does not state them.
    """
    facts = surface.facts
    if not placed:
        facts = {clause: _PLACE.sub("function ", fact) for clause, fact in facts.items()}
    if detail is surface.detail:
        return facts
    match detail:
        case Detail.ROWS:
            raise AssertionError("a state cannot have more detail than it has")
        case Detail.FORMS:
            return {clause: _LEVEL.sub("", plain_row(fact)) for clause, fact in facts.items()}
        case Detail.KINDS:
            kinds = {
                clause: machine_signature(fact) for clause, fact in facts.items() if clause.startswith("function ")
            }
            return {clause: f"function {kind}" for clause, kind in kinds.items()}
        case Detail.NAMES:
            return {clause: clause for clause in facts if clause.startswith("function ")}
        case _:
            assert_never(detail)


def compare_surfaces(old: Surface, new: Surface) -> Comparison:
    """Compare two states as far as both state their contract. Removed and changed clauses break programs, new ones do
    not; a clause that only one of two objects relies on is not a change.
    """
    detail = min(old.detail, new.detail, key=lambda held: held.value)
    placed = not (old.partial or new.partial)
    before, after = reduced(old, detail, placed), reduced(new, detail, placed)
    differences = [
        Difference(Change.BREAKING, clause, fact, after.get(clause, ""))
        for clause, fact in before.items()
        if after.get(clause) != fact and (clause in after or not new.partial)
    ]
    differences += [
        Difference(Change.ADDITIVE, clause, "", fact)
        for clause, fact in after.items()
        if clause not in before and not old.partial
    ]
    return Comparison(old, new, tuple(differences))


def compare(locked: str, contract: Contract) -> Comparison:
    """Compare a contract with the text of a lock."""
    return compare_surfaces(surface_of_lock(locked), surface_of(contract))


def refusals(comparison: Comparison, note_lacks: str, is_released: bool = True) -> list[str]:
    """Return the reasons why a change must not be locked, each with what to do.

    `note_lacks` is what the migration note of the new version lacks, empty for a finished one. An addition to a level
    that is not released yet needs no level of its own.
    """
    old, new = comparison.old, comparison.new
    if new.version < old.version:
        return [f"the version decreases from {old.version} to {new.version}"]
    # Whatever changes with the version, every program of the old one is refused.
    if new.version > old.version and note_lacks:
        return [
            f"breaking: version {new.version} breaks programs of version {old.version} and has no finished "
            f"migration note: write docs/abi/migration-{new.version}.md ({note_lacks})"
        ]
    if new.version > old.version:
        return []
    if comparison.change is Change.BREAKING:
        return [
            f"{difference}\n  this breaks compiled programs: revert it, or raise the version with "
            "`beskid abi bump` and describe it in the migration note"
            for difference in comparison.differences
            if difference.change is Change.BREAKING
        ]
    if new.level < old.level:
        return [f"the level decreases from {old.level} to {new.level}"]
    if comparison.change is Change.ADDITIVE:
        wanted = old.level + 1 if is_released and new.level == old.level else new.level
        return [
            f"{difference}\n  an addition needs a level of its own: raise `level` in runtime/abi.toml to "
            f"{wanted}, write `since = {wanted}` in its row, then run `beskid abi check --update`"
            for difference in comparison.differences
            if wanted != new.level or not _states_level(difference.clause, old, new)
        ]
    return []


def _states_level(clause: str, old: Surface, new: Surface) -> bool:
    """Whether the row of an addition says that it came with a level that the old state does not have, or not yet as
    released. Functions of C have no level.
    """
    if clause.startswith("support "):
        return True
    stated = row_level(new.facts[clause])
    return stated == new.level if new.level == old.level else stated > old.level
