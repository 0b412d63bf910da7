"""Compares two states of the contract and finds breaking changes.

A state is a `Surface`: version, level and one fact for each clause. It comes from a contract, from the golden lock (a
text with one fact a line) or from the exports of a built runtime. Draft parts are not compared; programs record their
hash instead. Nothing here reads files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from enum import Enum

from beskid.abi.model import BuiltinFnSpec, Contract
from beskid.abi.rows import clause_rows, dispatch_functions, function_row, support_rows
from beskid.base.node import value

__all__ = [
    "Change",
    "Comparison",
    "Difference",
    "LockError",
    "Surface",
    "compare",
    "compare_surfaces",
    "lock_text",
    "names_only",
    "refusals",
    "runtime_surface",
    "surface_of",
    "surface_of_lock",
    "surface_of_rows",
]

_HEAD = "# The golden lock of the runtime contract; `beskid abi check --update` extends it.\n"

FORMAT = 2
"""The format of the lock. Format 2 names the parameters, so that two of one kind cannot change places unnoticed."""

_FUNCTION = re.compile(r"function \d+ (\w+)")
_LEVEL = re.compile(r" \(since \d+\)\Z")
_PLAIN = re.compile(r"(field|struct|constant|tag|semantics|support) ([\w.-]+)")


class LockError(ValueError):
    """Raised for a text that is not a lock."""


class Change(Enum):
    """The compatibility of a change."""

    NONE = "none"
    ADDITIVE = "additive"
    BREAKING = "breaking"


@value
class Surface:
    """A state of the contract: facts by clause, such as `function str_len` or `field BeskidStr.len`."""

    version: int
    level: int
    facts: dict[str, str]
    format: int = 2


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


def _plain_function_row(function: BuiltinFnSpec, dispatched: Set[str]) -> str:
    """Return the row of a function as locks of format 1 have it: machine kinds, and no names of parameters."""
    row = function_row(function, dispatched)
    parameters = ", ".join(
        f"{item.kind.value} {item.form.value}{'?' if item.nullable else ''}" for item in function.parameters
    )
    result = f"{function.returns.value} {function.return_form.value}{'?' if function.return_nullable else ''}"
    return f"{function.symbol}({parameters}) -> {result}, since {row.partition(', since ')[2]}"


def _facts(contract: Contract, format: int = FORMAT) -> list[str]:
    dispatched = dispatch_functions(contract)
    clauses = [row for _, row in clause_rows(contract)]
    write = function_row
    if format == 1:
        write = _plain_function_row
        clauses = [_LEVEL.sub("", row) for row in clauses]
    return [
        *[f"function {index:03} {write(held, dispatched)}" for index, held in enumerate(contract.functions)],
        *clauses,
        *support_rows(contract),
    ]


def _by_clause(facts: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for fact in facts:
        match = _FUNCTION.match(fact)
        plain = _PLAIN.match(fact)
        if match:
            found[f"function {match[1]}"] = fact
        elif plain:
            found[f"{plain[1]} {plain[2]}"] = fact
        else:
            raise LockError(f"not a line of a lock: {fact}")
    return found


def surface_of(contract: Contract, format: int = FORMAT) -> Surface:
    return Surface(contract.version, contract.level, _by_clause(_facts(contract, format)), format)


def surface_of_rows(version: int, level: int, rows: Iterable[str]) -> Surface:
    """Return the state that the table of a built runtime states. Raises `LockError` for lines that are not rows."""
    facts: list[str] = []
    for row in rows:
        function = row.removeprefix("function ")
        facts.append(row if function is row else f"function {len(facts):03} {function}")
    return Surface(version, level, _by_clause(facts))


def lock_text(contract: Contract) -> str:
    numbers = [f"format {FORMAT}", f"version {contract.version}", f"level {contract.level}"]
    return _HEAD + "\n".join([*numbers, *_facts(contract), ""])


def surface_of_lock(text: str) -> Surface:
    """Parse a lock; raise `LockError` for another text."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    format = 1
    if lines and (stated := re.fullmatch(r"format (\d+)", lines[0])):
        format = int(stated[1])
        lines = lines[1:]
    if not 1 <= format <= FORMAT:
        raise LockError(f"a lock of format {format}, which this beskid does not read")
    if len(lines) < 2:
        raise LockError("a lock begins with its version and its level")
    numbers = [re.fullmatch(rf"{word} (\d+)", line) for word, line in zip(("version", "level"), lines, strict=False)]
    if numbers[0] is None or numbers[1] is None:
        raise LockError("a lock begins with its version and its level")
    return Surface(int(numbers[0][1]), int(numbers[1][1]), _by_clause(lines[2:]), format)


def runtime_surface(version: int, level: int, symbols: Iterable[str]) -> Surface:
    """Return the state that a built runtime reveals: the names of its functions."""
    return Surface(version, level, {f"function {symbol}": f"function {symbol}" for symbol in sorted(symbols)})


def names_only(surface: Surface) -> Surface:
    """Reduce a state to what a built runtime reveals."""
    return runtime_surface(
        surface.version,
        surface.level,
        [clause.removeprefix("function ") for clause in surface.facts if clause.startswith("function ")],
    )


def compare_surfaces(old: Surface, new: Surface) -> Comparison:
    """Compare two states. Removed and changed clauses break programs, new ones do not."""
    differences = [
        Difference(Change.BREAKING, clause, fact, new.facts.get(clause, ""))
        for clause, fact in old.facts.items()
        if new.facts.get(clause) != fact
    ]
    differences += [
        Difference(Change.ADDITIVE, clause, "", fact) for clause, fact in new.facts.items() if clause not in old.facts
    ]
    return Comparison(old, new, tuple(differences))


def compare(locked: str, contract: Contract) -> Comparison:
    """Compare a contract with the text of a lock."""
    old = surface_of_lock(locked)
    return compare_surfaces(old, surface_of(contract, old.format))


def refusals(comparison: Comparison, has_migration_note: bool) -> list[str]:
    """Return the reasons why a change must not be locked, each with what to do."""
    old, new = comparison.old, comparison.new
    if new.version < old.version:
        return [f"the version decreases from {old.version} to {new.version}"]
    if comparison.change is Change.BREAKING:
        if new.version == old.version:
            return [
                f"{difference}\n  this breaks compiled programs: revert it, or raise the version with "
                "`beskid abi bump` and describe it in the migration note"
                for difference in comparison.differences
                if difference.change is Change.BREAKING
            ]
        if not has_migration_note:
            return [
                f"breaking: version {new.version} breaks programs of version {old.version} and has no finished "
                f"migration note: write docs/abi/migration-{new.version}.md"
            ]
        return []
    if comparison.change is Change.ADDITIVE and new.level <= old.level and new.version == old.version:
        return [
            f"{difference}\n  an addition needs a level of its own: raise `level` in runtime/abi.toml to "
            f"{old.level + 1} (a function also says `since = {old.level + 1}`), then run `beskid abi check --update`"
            for difference in comparison.differences
        ]
    if new.level < old.level:
        return [f"the level decreases from {old.level} to {new.level}"]
    return []
