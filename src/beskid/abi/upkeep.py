"""Keeping the contract: whether the working tree agrees with its golden lock, and the mechanical part of a new version.

It takes the texts of a working tree through a `Tree` and returns findings and texts to write. It must not touch files.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from beskid.abi.compare import Change, Comparison, LockError, compare, lock_text, refusals
from beskid.abi.contract import ContractError, parse_contract
from beskid.abi.generate import CONTRACT_PATH, LOCK_PATH, generated_files, is_current, migration_note
from beskid.base.node import value

__all__ = ["NOTE_SECTIONS", "Findings", "Tree", "check_against", "check_tree", "new_version", "unfinished"]

Tree = Callable[[str], str | None]
"""The text of a file by its path below the repository; None when there is none."""

_UNFINISHED = "To be written:"

_VERSION_LINE = re.compile(r"^version = (\d+)$", re.MULTILINE)


@value
class Findings:
    """What is wrong with a tree, and what an update may write: the lock and files that are out of date."""

    problems: tuple[str, ...]
    change: Change
    updates: dict[str, str]


NOTE_SECTIONS = ("What changed", "Why", "What to do", "What was checked")
"""The sections of a migration note. Each has at least a sentence."""

_MIN_SECTION = 20


def unfinished(note: str | None) -> str:
    """Return what a migration note lacks, or an empty text when it is finished."""
    if note is None or not note.strip():
        return "it does not exist"
    if _UNFINISHED in note:
        return f"it still has `{_UNFINISHED}`"
    for title in NOTE_SECTIONS:
        parts = re.split(rf"^## {title}$", note, flags=re.MULTILINE)
        if len(parts) != 2:
            return f"it needs one section `## {title}`"
        if len(re.split(r"^#", parts[1], maxsplit=1, flags=re.MULTILINE)[0].strip()) < _MIN_SECTION:
            return f"its section `## {title}` is empty"
    return ""


def check_tree(read: Tree) -> Findings:
    """Contract against lock, and derived files against the contract.

    A change that is not allowed has problems and no new lock. One that may be made is a problem only until the
    lock is updated.
    """
    text = read(CONTRACT_PATH)
    if text is None:
        return Findings((f"{CONTRACT_PATH} does not exist",), Change.NONE, {})
    try:
        contract = parse_contract(text)
    except ContractError as error:
        return Findings((f"{CONTRACT_PATH}: {error}",), Change.NONE, {})
    problems: list[str] = []
    updates: dict[str, str] = {}
    for path, wanted in generated_files(text).items():
        if not is_current(read(path), wanted):
            state = "does not exist" if read(path) is None else "is out of date"
            problems.append(f"{path} {state}: run `python -m beskid.abi.generate`")
            updates[path] = wanted
    locked = read(LOCK_PATH)
    if locked is None:
        problems.append(f"{LOCK_PATH} does not exist; restore it from the last release")
        return Findings(tuple(problems), Change.NONE, updates)
    try:
        comparison = compare(locked, contract)
    except LockError as error:
        problems.append(f"{LOCK_PATH} is damaged: {error}; restore it from the last release")
        return Findings(tuple(problems), Change.NONE, updates)
    lacking = unfinished(read(migration_note(contract.version)))
    refused = refusals(comparison, lacking, contract.is_released)
    if refused:
        return Findings((*problems, *refused), comparison.change, updates)
    wanted_lock = lock_text(contract)
    if locked != wanted_lock:
        updates[LOCK_PATH] = wanted_lock
        problems.append(_behind(comparison))
    return Findings(tuple(problems), comparison.change, updates)


def check_against(read: Tree, locked: str, revision: str) -> Findings:
    """Compare the contract of a tree with the lock of an earlier state, which an edit of the lock cannot hide."""
    text = read(CONTRACT_PATH)
    if text is None:
        return Findings((f"{CONTRACT_PATH} does not exist",), Change.NONE, {})
    try:
        contract = parse_contract(text)
        comparison = compare(locked, contract)
    except ContractError as error:
        return Findings((f"{CONTRACT_PATH}: {error}",), Change.NONE, {})
    except LockError as error:
        return Findings((f"{LOCK_PATH} of {revision}: {error}",), Change.NONE, {})
    lacking = unfinished(read(migration_note(contract.version)))
    problems = [f"since {revision}: {reason}" for reason in refusals(comparison, lacking, contract.is_released)]
    return Findings(tuple(problems), comparison.change, {})


def _behind(comparison: Comparison) -> str:
    listed = "".join(f"\n    {difference}" for difference in comparison.differences)
    kind = comparison.change.value if comparison.differences else "version or level"
    return f"{LOCK_PATH} does not hold this {kind} change yet: run `beskid abi check --update`{listed}"


def new_version(contract_text: str, locked: str) -> dict[str, str]:
    """Return the texts of a tree with the next version: contract, derived files, and a migration note to fill in.

    The lock stays: it takes the new version with `check --update`, once the note is written.
    """
    contract = parse_contract(contract_text)
    version = contract.version + 1
    raised = _VERSION_LINE.sub(f"version = {version}", contract_text, count=1)
    comparison = compare(locked, parse_contract(raised))
    changed = [f"- `{item.clause}`: {_sentence(item.before, item.after)}" for item in comparison.differences]
    note = "\n".join(
        [
            f"# From ABI version {contract.version} to {version}",
            "",
            "## What changed",
            "",
            *(changed or [f"{_UNFINISHED} which clauses change."]),
            "",
            "## Why",
            "",
            f"{_UNFINISHED} the reason, and why an addition was not enough.",
            "",
            "## What to do",
            "",
            f"Programs of version {contract.version} are refused by version {version}; compile them again.",
            f"{_UNFINISHED} what hosts and tools must change.",
            "",
            "## What was checked",
            "",
            f"{_UNFINISHED} the boundary tests that were extended.",
            "",
        ]
    )
    return {CONTRACT_PATH: raised, **generated_files(raised), migration_note(version): note}


def _sentence(before: str, after: str) -> str:
    if not before:
        return f"new, `{after}`"
    return f"gone, was `{before}`" if not after else f"was `{before}`, is `{after}`"
