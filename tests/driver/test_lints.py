"""Lint levels decide what is reported, for warnings alone."""

from __future__ import annotations

import pytest

from beskid.cli.command import LINT_LEVELS
from beskid.driver.failure import STATUS_USAGE, DriverError
from beskid.driver.lints import Level, read_levels
from beskid.source.codes import CODES, E1101, W1103, W1503
from beskid.source.diagnostics import error, warning
from beskid.source.text import SourceText, Span

SOURCE = SourceText("a.bd", "abc\n")
ERROR = error(E1101, "m", SOURCE, Span(0, 1))
UNUSED = warning(W1503, "m", SOURCE, Span(0, 1))
HIDDEN = warning(W1103, "m", SOURCE, Span(1, 2))


def reported(requests: list[tuple[str, str]]) -> list[tuple[str, str]]:
    levels = read_levels(requests)
    return [(each.code, each.severity.value) for each in levels.apply([ERROR, UNUSED, HIDDEN])]


def test_each_level_has_an_option() -> None:
    assert list(LINT_LEVELS) == [level.value for level in Level]


@pytest.mark.parametrize(
    ("requests", "unused", "hidden"),
    [
        ([], "warning", "warning"),
        ([("allow", "warnings")], None, None),
        ([("deny", "warnings")], "error", "error"),
        ([("deny", "W1503")], "error", "warning"),
        ([("deny", "warnings"), ("warn", "W1503")], "warning", "error"),
        ([("warn", "W1503"), ("deny", "warnings")], "warning", "error"),
        ([("deny", "W1503"), ("allow", "W1503")], None, "warning"),
        ([("allow", "w1103")], "warning", None),
    ],
)
def test_levels(requests: list[tuple[str, str]], unused: str | None, hidden: str | None) -> None:
    expected = [("E1101", "error")]
    expected += [] if unused is None else [("W1503", unused)]
    expected += [] if hidden is None else [("W1103", hidden)]
    assert reported(requests) == expected


def test_every_warning_of_the_registry_has_a_level_and_no_error_has() -> None:
    for code in CODES.values():
        if code.is_warning:
            assert read_levels([("deny", code)]).level_of(code) is Level.DENY
            continue
        with pytest.raises(DriverError) as caught:
            read_levels([("deny", code)])
        assert caught.value.status == STATUS_USAGE
