"""Programs for the tests of the checker, from files and from texts, beside the core library."""

from __future__ import annotations

from pathlib import Path

from beskid.analysis import typed
from beskid.analysis.check import CheckedProgram, check_program
from beskid.analysis.model.symbols import FunctionSymbol, ModuleSymbol
from beskid.analysis.program import Package, ProgramWorld
from beskid.driver.inputs.sources import core_library
from beskid.source.diagnostics import Diagnostic
from beskid.source.text import SourceText

ROOT = Path(__file__).parents[2]


class Checked:
    """A checked program with the world it lives in."""

    def __init__(self, packages: tuple[Package, ...], entry: tuple[str, ...] | None = None) -> None:
        self.world = ProgramWorld(packages)
        self.package = packages[0].name
        self.result: CheckedProgram = check_program(self.world, None if entry is None else (self.package, entry))

    @property
    def program(self) -> typed.TypedProgram:
        assert self.result.typed is not None, describe(self.result.diagnostics)
        return self.result.typed

    def modules(self) -> list[ModuleSymbol]:
        return [m for m in self.world.loaded_modules() if m.package == self.package and m.parent is None]

    def functions(self) -> list[FunctionSymbol]:
        return [function for module in self.modules() for function in self.world.functions(module)]

    def function(self, name: str) -> typed.TypedFunction:
        """The typed body of the function of that name."""
        return self.program.body(next(f for f in self.functions() if f.name == name))


def check_source(text: str) -> Checked:
    """A program of one file."""
    package = Package("Main", {(): lambda: SourceText("test.bd", text)}, False)
    return Checked((package, core_library([])))


def check_core_library() -> Checked:
    """The core library itself, all its modules."""
    library = core_library([])
    return Checked((Package(library.name, library.modules, False),))


def describe(diagnostics: list[Diagnostic]) -> str:
    """The messages, one a line."""
    lines = []
    for diagnostic in diagnostics:
        line, column = diagnostic.source.position(diagnostic.span.start)
        lines.append(f"{diagnostic.source.path}:{line}:{column}: {diagnostic.code}: {diagnostic.message}")
    return "\n".join(lines)
