"""One compilation: packages in, diagnostics and object bytes out.

`check_text` serves test suites and editors; `Session` serves the command line. Nothing is printed here.
"""

from __future__ import annotations

from beskid.analysis.check import CheckedProgram, check_program
from beskid.analysis.program import Package, World
from beskid.driver.sources import core_library
from beskid.source.diagnostics import Diagnostic
from beskid.source.text import SourceText

SINGLE_FILE_PACKAGE = "app"
ENTRY_NAMES = ("main", "Main")


def check_text(path: str, text: str) -> list[Diagnostic]:
    """Every diagnostic of one source text, checked as a program of one file with the core library beside it."""
    diagnostics: list[Diagnostic] = []
    package = Package(SINGLE_FILE_PACKAGE, {(): lambda: SourceText(path, text)}, False)
    checked = check_package(package, core_library(diagnostics), (), None)
    return [*diagnostics, *checked.diagnostics]


def check_package(
    package: Package, library: Package, entry_module: tuple[str, ...], entry_name: str | None
) -> CheckedProgram:
    """Check all modules of `package`. Without `entry_name` an entry is optional: one that is there is checked."""
    world = World((package, library))
    if entry_name is not None:
        return check_program(world, (package.name, entry_module), entry_name)
    module = world.module(package.name, entry_module)
    if module is None:
        return check_program(world, None)
    for name in ENTRY_NAMES:
        if name in module.members:
            return check_program(world, (package.name, entry_module), name)
    return check_program(world, None)
