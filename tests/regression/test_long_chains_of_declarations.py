"""Types and contracts that lead to thousands of others ended the compiler with a RecursionError.

The tests import nothing newer than the faults, so they also run on the states that had them.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.complexity.nested import CHAINS
from tests.externs.libraries import BESKID, call

LINKS = 8_000


@pytest.mark.parametrize("name", ["conformances_of_generic_types", "contracts_in_contracts", "contracts_of_parameters"])
def test_a_chain_of_declarations_is_checked_or_a_diagnostic(name: str, tmp_path: Path) -> None:
    (tmp_path / "m.bd").write_text(CHAINS[name](LINKS), encoding="utf-8")
    ran = call(tmp_path, [*BESKID, "check", "m.bd"])
    assert ran.status in (0, 1), ran.stderr[-500:]
    assert ran.status == 0 or "error[" in ran.stderr
