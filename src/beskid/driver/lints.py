"""Lint levels: which warnings are dropped, shown, or turned into errors.

Takes the levels that a manifest and a command line ask for and the diagnostics of a program; returns the diagnostics as
they are reported. Errors are never changed. A level decides what is reported, never what is compiled, so no cache key
holds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from beskid.base.node import replace, value
from beskid.driver.failure import STATUS_USAGE, DriverError
from beskid.source.codes import Code
from beskid.source.diagnostics import Diagnostic, Severity
from beskid.source.warnings import ALL_WARNINGS, find_warning


class Level(Enum):
    """The value is the name of the option."""

    ALLOW = "allow"
    WARN = "warn"
    DENY = "deny"


@value
class LintLevels:
    """The level of each warning: of all warnings, and of single codes, which take precedence."""

    every: Level = Level.WARN
    by_code: tuple[tuple[Code, Level], ...] = ()

    def level_of(self, code: Code) -> Level:
        return dict(self.by_code).get(code, self.every)

    def apply(self, diagnostics: list[Diagnostic]) -> list[Diagnostic]:
        """Return the diagnostics to report: allowed warnings are dropped, denied ones are errors."""
        reported: list[Diagnostic] = []
        for diagnostic in diagnostics:
            if diagnostic.severity is Severity.ERROR:
                reported.append(diagnostic)
                continue
            match self.level_of(diagnostic.code):
                case Level.ALLOW:
                    pass
                case Level.WARN:
                    reported.append(diagnostic)
                case Level.DENY:
                    reported.append(replace(diagnostic, severity=Severity.ERROR))
        return reported


LintRequests = Sequence[tuple[str, str]]
"""Pairs `(level, name)` from a manifest or from options; the name is a code or `warnings`."""


def read_levels(requests: LintRequests) -> LintLevels:
    """Return the levels of requests; a later one overrides an earlier one.

    Raises `DriverError` for a name that is not the code of a warning. Requests of manifests have been checked before.
    """
    every = LintLevels().every
    by_code: dict[Code, Level] = {}
    for word, name in requests:
        level = Level(word)
        if name == ALL_WARNINGS:
            every = level
        else:
            by_code[_warning(name, level)] = level
    return LintLevels(every, tuple(by_code.items()))


def _warning(name: str, level: Level) -> Code:
    code = find_warning(name)
    if isinstance(code, Code):
        return code
    raise DriverError(f"--{level.value}: {code.message}", code.help, status=STATUS_USAGE)
