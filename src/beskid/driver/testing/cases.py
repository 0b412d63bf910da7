"""The tests of a program, and the selection of a request.

Takes a checked program; returns its tests in the order of modules and places, each with its name, settings and number
in the object. Nothing is run here.
"""

from __future__ import annotations

from beskid.analysis.model.symbols import FunctionSymbol, ModuleSymbol
from beskid.analysis.testing import TestSettings, read_settings
from beskid.analysis.typed import TypedProgram
from beskid.base.node import node, value
from beskid.syntax import tree

SEPARATOR = "::"


@node
class TestCase:
    """One test. `number` is its place in the table of the object, `module` its modules joined by `::`."""

    number: int
    name: str
    module: str
    file: str
    line: int
    settings: TestSettings

    def qualified_name(self) -> str:
        """The name with its modules, as reports and filters have it."""
        return f"{self.module}{SEPARATOR}{self.name}" if self.module else self.name


@value
class Selection:
    """Which tests to run. An empty field does not restrict the selection.

    A name matches a part of the qualified name, or all of it if `exact`.
    """

    names: tuple[str, ...] = ()
    exact: bool = False
    include_tags: tuple[str, ...] = ()
    exclude_tags: tuple[str, ...] = ()
    group: str = ""

    def takes(self, case: TestCase) -> bool:
        """Return whether the test is selected."""
        settings = case.settings
        if not self.takes_name(case.name, case.qualified_name()):
            return False
        if self.include_tags and not any(tag in settings.tags for tag in self.include_tags):
            return False
        if any(tag in settings.tags for tag in self.exclude_tags):
            return False
        return settings.group.startswith(self.group)

    def takes_name(self, name: str, qualified: str) -> bool:
        """Return whether the names select what has this name, with and without its modules."""
        if not self.names:
            return True
        if self.exact:
            return name in self.names or qualified in self.names
        return any(each in qualified for each in self.names)


def test_cases(program: TypedProgram, module: tuple[str, ...] | None) -> list[TestCase]:
    """The tests of all modules, or of one file module with its inline modules."""
    found: list[tuple[tuple[str, ...], int, TestCase]] = []
    for number, symbol in enumerate(program.tests):
        path = file_module(symbol).path
        if module is None or path == module:
            found.append((path, symbol.name_span.start, _case(symbol, number)))
    return [case for _, _, case in sorted(found, key=lambda entry: entry[:2])]


def _case(symbol: FunctionSymbol, number: int) -> TestCase:
    assert isinstance(symbol.tree, tree.TestItem)
    assert symbol.module is not None
    line, _ = symbol.source.position(symbol.name_span.start)
    path = SEPARATOR.join(symbol.module.path)
    return TestCase(number, symbol.name, path, symbol.source.path, line, read_settings(symbol.tree))


def file_module(symbol: FunctionSymbol) -> ModuleSymbol:
    """Return the module of the file that has the function, also in an inline module."""
    module = symbol.module
    assert module is not None
    while module.parent is not None:
        module = module.parent
    return module
