"""Lint levels: which warnings are dropped, shown, or turned into errors.

Takes the levels that a command line asks for and the diagnostics of a program; returns the diagnostics as they are
reported. Errors are never changed. A level decides what is reported, never what is compiled, so no cache key holds it.
"""

from __future__ import annotations

from difflib import get_close_matches
from enum import Enum

from beskid.base.node import replace, value
from beskid.driver.failure import STATUS_USAGE, DriverError
from beskid.source.codes import CODES, Code
from beskid.source.diagnostics import Diagnostic, Severity

ALL_WARNINGS = "warnings"
"""The name that stands for every warning."""


class Level(Enum):
    """The value is the name of the option that asks for it."""

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

    def can_fail(self) -> bool:
        """Return whether a warning may become an error."""
        return Level.DENY in (self.every, *[level for _, level in self.by_code])

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


DEFAULT_LEVELS = LintLevels()


def read_levels(requests: list[tuple[str, str]]) -> LintLevels:
    """Return the levels of the pairs `(level, name)` that options give; a later pair overrides an earlier one.

    Raises `DriverError` for a name that is not the code of a warning.
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
    code = CODES.get(name.upper())
    option = f"--{level.value}"
    if code is None:
        warnings = [each for each in CODES.values() if each.is_warning]
        near = get_close_matches(name.upper(), warnings, 1)
        help = f"did you mean `{near[0]}`?" if near else "`beskid explain` lists the codes"
        raise DriverError(f"unknown code `{name}` in {option}", help, status=STATUS_USAGE)
    if not code.is_warning:
        raise DriverError(
            f"`{code}` in {option} is an error, not a warning",
            "only warnings can be allowed, warned about or denied",
            status=STATUS_USAGE,
        )
    return code
