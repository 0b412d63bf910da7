"""What the command line prints for an error without a location."""

from __future__ import annotations

import pytest

from beskid.driver.failure import DriverError
from beskid.source.codes import E3001


@pytest.mark.parametrize(
    ("error", "lines"),
    [
        (DriverError("no linker"), "error: no linker"),
        (DriverError("no linker", "install one"), "error: no linker\n  = help: install one"),
        (DriverError("no manifest", "write one", E3001), "error[E3001]: no manifest\n  = help: write one"),
        (DriverError("no file \x1b"), "error: no file \\x1b"),
    ],
)
def test_the_message_has_its_code_and_help(error: DriverError, lines: str) -> None:
    assert error.lines() == lines
