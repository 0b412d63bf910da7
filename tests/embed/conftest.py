"""What the tests of embedding share: one module that has a function for each row of the table of types."""

from __future__ import annotations

from pathlib import Path

import pytest

import beskid

PROGRAM = Path(__file__).parent / "values.bd"


@pytest.fixture(scope="session")
def values(tmp_path_factory: pytest.TempPathFactory) -> beskid.Module:
    """The module of `values.bd`, compiled with a cache of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        return beskid.load(PROGRAM)
