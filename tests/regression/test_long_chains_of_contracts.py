"""Contracts that embed or mention each other in a long chain ended the compiler with a RecursionError."""

from __future__ import annotations

from tests.complexity.nested import CHAINS

from beskid.driver.session import check_text

LENGTH = 8000
EMBEDDED = 1000


def codes(text: str) -> list[str]:
    return [str(each.code) for each in check_text("chain.bd", text) if not each.code.is_warning]


def test_contracts_that_mention_each_other() -> None:
    assert codes(CHAINS["contracts_of_parameters"](LENGTH)) == []
    assert codes(CHAINS["conformances_of_generic_types"](LENGTH)) == []


def test_contracts_that_embed_each_other() -> None:
    assert codes(CHAINS["contracts_in_contracts"](EMBEDDED)) == []
    assert codes(CHAINS["contracts_in_contracts"](2 * EMBEDDED)) == ["E2013"]
