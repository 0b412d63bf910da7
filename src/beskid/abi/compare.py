"""Compares the contract with its golden lock and says what a change would break.

The lock is a text with one fact a line: version, level, functions in order, stable layouts and numbers, relied-on
behaviour. Draft parts stay out of it; programs record their hash instead. Everything here is pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from beskid.abi.model import BuiltinFnSpec, Contract

__all__ = ["Change", "Comparison", "compare", "lock_text", "refusals"]

_HEAD = "# The golden lock of the runtime contract; `python -m beskid.abi.generate --lock` extends it.\n"


class Change(Enum):
    """How far a contract departs from its lock."""

    NONE = "none"
    ADDITIVE = "additive"
    BREAKING = "breaking"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The facts that are gone or changed, and those that are new."""

    change: Change
    lost: tuple[str, ...]
    added: tuple[str, ...]
    locked_version: int
    locked_level: int


def _function_fact(index: int, function: BuiltinFnSpec) -> str:
    parameters = ", ".join(
        f"{item.kind.value} {item.form.value}{'?' if item.nullable else ''}" for item in function.parameters
    )
    result = f"{function.returns.value} {function.return_form.value}{'?' if function.return_nullable else ''}"
    return f"function {index:03} {function.symbol}({parameters}) -> {result}, since {function.since}"


def _facts(contract: Contract) -> list[str]:
    facts = [_function_fact(index, function) for index, function in enumerate(contract.functions)]
    for struct in contract.structs:
        if struct.draft:
            continue
        facts += [
            f"field {struct.name}.{field.name} at {field.offset}, {field.size} bytes, {field.c_type}"
            for field in struct.fields
            if not field.draft
        ]
    facts += [f"constant {constant.name} = {constant.value}" for constant in contract.constants if not constant.draft]
    facts += [f"semantics {item.name}: {item.meaning}" for item in contract.semantics]
    return facts


def lock_text(contract: Contract) -> str:
    """The lock that a contract would have."""
    return "\n".join([_HEAD + f"version {contract.version}", f"level {contract.level}", *_facts(contract), ""])


def _numbered(lines: list[str], word: str) -> int:
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{word} "))


def compare(locked: str, contract: Contract) -> Comparison:
    """What a contract changes against the text of a lock."""
    lines = [line for line in locked.splitlines() if line and not line.startswith("#")]
    old = [line for line in lines if not line.startswith(("version ", "level "))]
    new = _facts(contract)
    lost = tuple(fact for fact in old if fact not in set(new))
    added = tuple(fact for fact in new if fact not in set(old))
    change = Change.BREAKING if lost else Change.ADDITIVE if added else Change.NONE
    return Comparison(change, lost, added, _numbered(lines, "version"), _numbered(lines, "level"))


def refusals(comparison: Comparison, contract: Contract, has_migration_note: bool) -> list[str]:
    """Why the change may not be locked; empty when it may."""
    if contract.version < comparison.locked_version:
        return [f"the version falls from {comparison.locked_version} to {contract.version}"]
    if comparison.change is Change.BREAKING:
        if contract.version == comparison.locked_version:
            return [f"gone or changed without a new version: {fact}" for fact in comparison.lost]
        if not has_migration_note:
            return [f"version {contract.version} breaks programs and has no migration note"]
        return []
    if comparison.change is Change.ADDITIVE and contract.level <= comparison.locked_level:
        return [f"new without a higher level: {fact}" for fact in comparison.added]
    return []
