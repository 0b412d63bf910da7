"""The golden lock holds what is shipped, and a change against it is classified."""

from __future__ import annotations

from pathlib import Path

import pytest

from beskid.abi.compare import Change, compare, lock_text, refusals
from beskid.abi.contract import parse_contract
from beskid.abi.generate import CONTRACT_PATH, LOCK_PATH, migration_note

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / CONTRACT_PATH).read_text(encoding="utf-8")
LOCK = (ROOT / LOCK_PATH).read_text(encoding="utf-8")

NEW_FUNCTION = """
[[function]]
name = "extra"
params = []
returns = "I64"
collects = false
panics = false
since = SINCE
meaning = "Extra."
"""


def test_the_lock_is_current() -> None:
    contract = parse_contract(TEXT)
    comparison = compare(LOCK, contract)
    assert refusals(comparison, contract, (ROOT / migration_note(contract.version)).exists()) == []
    assert lock_text(contract) == LOCK


def test_relied_on_behaviour_names_a_test_file() -> None:
    for item in parse_contract(TEXT).semantics:
        assert (ROOT / item.test).is_file()


BREAKING = [
    ('name = "str_len"', 'name = "string_length"'),
    ('params = [{ name = "text", is = "string" }]\nreturns = "I64"', 'params = []\nreturns = "I64"'),
    ('{ name = "tag", c = "int32_t"', '{ name = "tag", c = "uint32_t"'),
    ("value = 101", "value = 102"),
    ("syscall_write with a null handle returns -1.", "syscall_write with a null handle panics."),
]


@pytest.mark.parametrize(("old", "new"), BREAKING)
def test_a_breaking_change_needs_a_version_and_a_note(old: str, new: str) -> None:
    assert old in TEXT
    text = TEXT.replace(old, new, 1)
    # A builtin's source form has the same number of parameters; it does not belong to the lock.
    text = "\n".join(line for line in text.splitlines() if not line.startswith("source = "))
    contract = parse_contract(text)
    comparison = compare(LOCK, contract)
    assert comparison.change is Change.BREAKING
    assert all("without a new version" in reason for reason in refusals(comparison, contract, True))
    assert refusals(comparison, contract, True)
    raised = parse_contract(text.replace("version = 2", "version = 3", 1))
    assert refusals(compare(LOCK, raised), raised, False) == ["version 3 breaks programs and has no migration note"]
    assert refusals(compare(LOCK, raised), raised, True) == []


def test_an_addition_needs_a_level() -> None:
    contract = parse_contract(TEXT + NEW_FUNCTION.replace("SINCE", "1"))
    comparison = compare(LOCK, contract)
    assert comparison.change is Change.ADDITIVE
    assert "new without a higher level" in refusals(comparison, contract, True)[0]
    raised = parse_contract(TEXT.replace("level = 1", "level = 2", 1) + NEW_FUNCTION.replace("SINCE", "2"))
    assert refusals(compare(LOCK, raised), raised, False) == []


def test_a_change_of_the_draft_part_is_no_change_of_the_lock() -> None:
    contract = parse_contract(TEXT.replace("value = 8388608", "value = 16777216", 1))
    assert compare(LOCK, contract).change is Change.NONE


def test_a_lower_version_is_refused() -> None:
    contract = parse_contract(TEXT.replace("version = 2", "version = 1", 1))
    assert refusals(compare(LOCK, contract), contract, True) == ["the version falls from 2 to 1"]
