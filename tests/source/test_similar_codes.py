"""The codes proposed for one that does not exist."""

from __future__ import annotations

import pytest

from beskid.source.codes import CODES
from beskid.source.pages import near_codes
from beskid.source.warnings import NotAWarning, find_warning


@pytest.mark.parametrize("name", ["W1530", "w1530", "W153", "W15O3"])
def test_the_nearest_warning_is_proposed(name: str) -> None:
    found = find_warning(name)
    assert isinstance(found, NotAWarning)
    assert found.help == "did you mean `W1503`?"


@pytest.mark.parametrize(
    ("word", "codes"), [("E12066", ["E1206"]), ("W1206", ["E1206"]), ("T1206", ["E1206"]), ("mismatch", [])]
)
def test_the_nearest_codes_are_proposed(word: str, codes: list[str]) -> None:
    assert near_codes(word, CODES)[:1] == codes
