"""Check a whole program: declarations, bodies, tests and the entry function of the user's modules.

Takes a `ProgramWorld`. Returns all diagnostics, and a typed program when none of them is an error. Bodies of the core
library are checked only when the typed program is asked for them.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from beskid.analysis.damage import Damage
from beskid.analysis.documentation import documentation_warnings
from beskid.analysis.lint_comments import apply_lint_comments
from beskid.analysis.model.relations import payload_types, result_variants
from beskid.analysis.model.symbols import FunctionSymbol, ModuleSymbol, StructSymbol
from beskid.analysis.model.types import (
    ERROR,
    I32,
    I64,
    STRING,
    UNIT,
    ArrayType,
    EnumType,
    PrimitiveType,
    Type,
    show_type,
)
from beskid.analysis.model.world import CORE_LIBRARY
from beskid.analysis.names.attributes import is_benchmark
from beskid.analysis.names.derive import add_derived
from beskid.analysis.names.lints import ENTRY_NAMES, unused_names
from beskid.analysis.program import ProgramWorld
from beskid.analysis.spelling import did_you_mean
from beskid.analysis.suppress_cascades import suppress_cascades
from beskid.analysis.typed import TypedFunction, TypedProgram
from beskid.analysis.types.check.attribute_arguments import check_attribute_arguments
from beskid.analysis.types.check.bodies import check_body
from beskid.analysis.types.check.constants import check_constant
from beskid.analysis.types.check.table import RULES
from beskid.analysis.types.constraints import declaration_errors
from beskid.analysis.types.unread import unread_locals
from beskid.base.node import node, replace
from beskid.source.codes import E1007, E1008, W1203, W1403, W1410
from beskid.source.diagnostics import Diagnostic, Label, Severity, by_place, error, has_errors
from beskid.source.text import Span

if TYPE_CHECKING:
    from beskid.analysis.types.check.json import JsonFunctions

ModulePath = tuple[str, ...]

RECURSION_LIMIT = 20_000
"""Sufficient for the deepest nesting and the longest chains that the parser accepts."""


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Raise the recursion limit for walking deep trees, and restore it afterwards."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, RECURSION_LIMIT))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


class LibraryError(Exception):
    """Raised when a body of the core library does not type-check, which is a bug in beskid."""

    def __init__(self, symbol: FunctionSymbol, diagnostics: list[Diagnostic]) -> None:
        lines = []
        for diagnostic in diagnostics:
            line, column = diagnostic.source.position(diagnostic.span.start)
            lines.append(f"{diagnostic.source.path}:{line}:{column}: {diagnostic.code}: {diagnostic.message}")
        super().__init__(f"the library function {symbol.display_name()} does not type-check:\n" + "\n".join(lines))
        self.diagnostics = diagnostics


class BlankBodyError(Exception):
    """Raised when the body of a function is needed whose file was read without bodies."""


@node
class CheckedProgram:
    """`typed` is None when there are errors; `diagnostics` are sorted by file and place."""

    typed: TypedProgram | None
    diagnostics: list[Diagnostic]


class ProgramCheck:
    """The check of one program in steps, so that an editor can check what it shows first and stop at any step.

    Typed bodies are kept by symbol and checked at most once. Without an entry module any module may be the one that a
    program starts in.
    """

    __slots__ = (
        "_blank",
        "_chosen",
        "_done",
        "_entry",
        "_entry_name",
        "_is_complete",
        "_is_printed",
        "_json",
        "_running",
        "_tests",
        "bodies",
        "diagnostics",
        "package",
        "world",
    )

    def __init__(
        self,
        world: ProgramWorld,
        entry: tuple[str, ModulePath] | None,
        entry_name: str = "main",
        check_all: bool = True,
        is_printed: bool = False,
        chosen: Sequence[ModuleSymbol] | None = None,
        blank: frozenset[str] = frozenset(),
    ) -> None:
        """Load the user's modules: all of them, or those that the entry module needs.

        With `chosen` only these are checked; the others were found free of diagnostics before. The texts of the files
        `blank` have no function bodies.
        """
        self.world = world
        self.package = world.packages[0].name
        self.bodies: dict[FunctionSymbol, TypedFunction] = {}
        self.diagnostics: list[Diagnostic] = []
        self._entry = entry
        self._entry_name = entry_name
        self._is_complete = check_all
        self._chosen = chosen
        self._blank = blank
        self._is_printed = is_printed
        self._json: JsonFunctions | None = None
        self._tests: dict[ModuleSymbol, list[FunctionSymbol]] = {}
        self._running: dict[ModuleSymbol, Generator[None, None, None]] = {}
        self._done: set[ModuleSymbol] = set()
        entry_module = world.module(*entry) if entry is not None else None
        if check_all and chosen is None:
            world.load_all(self.package)
        for module in (entry_module,) if entry_module is not None else world.loaded_modules():
            _mark_entries(module, entry_name)

    def waiting(self) -> list[ModuleSymbol]:
        """Return the modules in source form that are loaded and not checked yet. Checking one may load others."""
        sources = self._sources()
        return [
            module
            for module in (self.world.loaded_modules() if self._chosen is None else self._chosen)
            if module.package in sources and module.parent is None and module not in self._done
        ]

    def steps(self, module: ModuleSymbol) -> Iterator[None]:
        """Check a module, or continue with it, a body at each step."""
        running = self._running.get(module)
        if running is None:
            running = self._running[module] = self._check_module(module)
        return running

    def is_checked(self, module: ModuleSymbol) -> bool:
        return module in self._done

    def all_steps(self) -> Iterator[None]:
        """Check every module, a body at each step."""
        while waiting := self.waiting():
            for module in waiting:
                yield from self.steps(module)

    def _of_package(self, modules: Sequence[ModuleSymbol]) -> list[ModuleSymbol]:
        return [module for module in modules if module.package == self.package]

    def release(self) -> None:
        """Break the cycles of the check and of its world, which cannot be used afterwards."""
        running = list(self._running.values())
        self._running.clear()
        for steps in running:
            steps.close()
        self._json = None
        self.bodies.clear()
        self.world.release()

    def _sources(self) -> set[str]:
        return {self.package, *(other.name for other in self.world.packages if other.name != CORE_LIBRARY)}

    def _check_module(self, module: ModuleSymbol) -> Generator[None, None, None]:
        world, found = self.world, self.diagnostics
        tests: list[FunctionSymbol] = []
        try:
            world.complete(module)
            for constant in world.constants(module):
                check_constant(RULES, world, found, constant)
            found.extend(declaration_errors(world, module))
            check_attribute_arguments(world, module, found)
            for function in world.functions(module):
                body = check_body(world, function, found)
                if body is not None:
                    self.bodies[function] = body
                if function.is_test:
                    tests.append(function)
                yield
        finally:
            # After a crash, an editor continues with the other modules.
            self._tests[module] = tests
            self._done.add(module)

    def derive(self, symbol: StructSymbol) -> None:
        """Add the derived methods of a struct to its methods."""
        add_derived(self.world, symbol)

    def json(self, intrinsic: str, type: Type) -> tuple[FunctionSymbol, tuple[Type, ...]]:
        """Return the function that `__json_write` or `__json_read` calls for a type, with its type arguments."""
        if self._json is None:
            # Few programs need it.
            from beskid.analysis.types.check.json import JsonFunctions

            self._json = JsonFunctions(self.world)
        return self._json.writing(type) if intrinsic == "__json_write" else self._json.reading(type)

    def functions(self) -> tuple[FunctionSymbol, ...]:
        """Return the functions and tests of the checked package that have a body in its sources."""
        return tuple(
            [
                symbol
                for symbol in self.bodies
                if symbol.module is not None and symbol.module.package == self.package and not symbol.is_derived
            ]
        )

    def benchmarks(self) -> tuple[FunctionSymbol, ...]:
        """Return the functions of the checked package that are marked as benchmarks."""
        return tuple([symbol for symbol in self.functions() if is_benchmark(self.world, symbol)])

    def body(self, symbol: FunctionSymbol) -> TypedFunction:
        """Return the typed body. A library body is checked on the first call; an error in it raises `LibraryError`.

        Raises `BlankBodyError` if the text of its file has no bodies.
        """
        known = self.bodies.get(symbol)
        if known is not None:
            return known
        if symbol.source.path in self._blank:
            raise BlankBodyError
        found: list[Diagnostic] = []
        before = len(self.world.diagnostics)
        with deep_recursion():
            body = check_body(self.world, symbol, found)
        found.extend(self.world.diagnostics[before:])
        if body is None or has_errors(found):
            raise LibraryError(symbol, found)
        self.bodies[symbol] = body
        return body

    def reported(self) -> list[Diagnostic]:
        """Return what the modules checked so far have reported, sorted, without what follows from syntax errors."""
        diagnostics = _without_warnings_of_dependencies(self.world, [*self.world.diagnostics, *self.diagnostics])
        if self.world.syntax_errors:
            damage = Damage(self.world)
            diagnostics = [diagnostic for diagnostic in diagnostics if not damage.hides(diagnostic)]
        diagnostics = _sorted(diagnostics)
        if not has_errors(diagnostics):
            return diagnostics
        # A conversion that can lose is noise beside a program that does not check; so are unused names, which the
        # broken parts may be the ones to use.
        shown = [diagnostic for diagnostic in diagnostics if diagnostic.code not in (W1203, W1410)]
        return _without_cascades(shown)

    def finish(self) -> CheckedProgram:
        """Check what remains and the program as a whole."""
        world, package = self.world, self.package
        for _ in self.all_steps():
            pass
        symbol = None
        if self._entry is not None:
            module = world.module(*self._entry)
            symbol = _find_entry(world, module, self._entry, self._entry_name, self._is_printed, self.diagnostics)
        diagnostics = self.reported()
        if has_errors(diagnostics):
            return CheckedProgram(None, apply_lint_comments(world, diagnostics))
        if self._is_complete:
            modules = world.load_all(package) if self._chosen is None else self._of_package(self._chosen)
            documented = documentation_warnings(world, modules)
            unreachable = [(each.source, each.span) for each in diagnostics if each.code == W1403]
            unused = [*unused_names(world, modules, symbol), *unread_locals(world, unreachable)]
            diagnostics = _sorted([*diagnostics, *documented, *unused])
        sources = self._sources()
        externs = [method for method in world.foreign_methods if method.module and method.module.package in sources]
        exports = [
            (name, f) for name, f in world.exported_functions.items() if f.module and f.module.package == package
        ]
        tests = [test for module, found in self._tests.items() if module.package == package for test in found]
        program = TypedProgram(
            symbol,
            tuple(tests),
            self.body,
            tuple(externs),
            tuple(exports),
            functions=self.functions,
            benchmarks=self.benchmarks,
            derive=self.derive,
            json=self.json,
        )
        return CheckedProgram(program, apply_lint_comments(world, diagnostics))


def check_program(
    world: ProgramWorld,
    entry: tuple[str, ModulePath] | None,
    entry_name: str = "main",
    check_all: bool = True,
    is_printed: bool = False,
    home: tuple[str, ModulePath] | None = None,
    instances: Sequence[str] = (),
) -> CheckedProgram:
    """Check the user's modules: all of them, or those that the entry module needs.

    With `is_printed`, the result of the entry function is printed and may have any type. `home` is the module whose
    public items a host sees, and `instances` are those of its generic functions that the host calls.
    """
    with deep_recursion():
        checked = ProgramCheck(world, entry, entry_name, check_all, is_printed).finish()
        if checked.typed is None or home is None:
            return checked
        return _for_host(world, checked, home, instances)


def optional_entry(world: ProgramWorld, path: ModulePath) -> tuple[str, ModulePath] | None:
    """Return the place of a module of the user if it has an entry function, which is then checked as one."""
    place = (world.user_package, path)
    module = world.module(*place)
    has_entry = module is not None and any(name in module.members for name in ENTRY_NAMES)
    return place if has_entry else None


def check_chosen(
    world: ProgramWorld,
    entry: tuple[str, ModulePath] | None,
    entry_name: str,
    is_printed: bool,
    chosen: Sequence[ModuleSymbol],
    blank: frozenset[str],
) -> CheckedProgram:
    """Check some modules of a program whose other modules are known to be free of diagnostics.

    Of the files `blank` the world has texts without function bodies, as `interface.without_bodies` makes them. The
    externs and exports of the typed program are those of the modules that were loaded.
    """
    with deep_recursion():
        return ProgramCheck(world, entry, entry_name, is_printed=is_printed, chosen=chosen, blank=blank).finish()


def _for_host(
    world: ProgramWorld, checked: CheckedProgram, home: tuple[str, ModulePath], instances: Sequence[str]
) -> CheckedProgram:
    module = world.module(*home)
    assert checked.typed is not None
    assert module is not None
    before = len(world.diagnostics)
    if not instances:
        return CheckedProgram(replace(checked.typed, home=module), checked.diagnostics)
    from beskid.analysis.instances import find_instances

    found = find_instances(world, module, instances)
    reported = world.diagnostics[before:]
    if reported:
        return CheckedProgram(None, reported)
    return CheckedProgram(replace(checked.typed, home=module, instances=found), checked.diagnostics)


def _without_cascades(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Drop the diagnostics that name a type which is unknown because of another error."""
    own = [diagnostic for diagnostic in diagnostics if not diagnostic.is_consequence]
    return own if has_errors(own) else diagnostics


def _mark_entries(module: ModuleSymbol, name: str) -> None:
    for each in (*ENTRY_NAMES, name):
        function = module.members.get(each)
        if isinstance(function, FunctionSymbol):
            function.is_entry = True


def _without_warnings_of_dependencies(world: ProgramWorld, diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Drop warnings about dependencies: they are for the authors of the dependency."""
    others = {module.source.path for module in world.loaded_modules() if module.package != world.user_package}
    return [d for d in diagnostics if d.severity is Severity.ERROR or d.source.path not in others]


def _sorted(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Sort by location and drop duplicates and diagnostics that follow from an earlier one."""
    return suppress_cascades(sorted(diagnostics, key=by_place))


def _find_entry(
    world: ProgramWorld,
    module: ModuleSymbol | None,
    entry: tuple[str, ModulePath],
    name: str,
    is_printed: bool,
    found: list[Diagnostic],
) -> FunctionSymbol | None:
    if module is None:
        # The driver passes existing modules only; any other is a bug in the driver.
        raise KeyError(f"no module {'.'.join(entry[1])} in package {entry[0]}")
    names = ENTRY_NAMES if name in ENTRY_NAMES else (name,)
    candidates = [module.members[n] for n in names if isinstance(module.members.get(n), FunctionSymbol)]
    functions = [symbol for symbol in candidates if isinstance(symbol, FunctionSymbol) and not symbol.is_test]
    if not functions:
        _report_missing_entry(module, name, found)
        return None
    if len(functions) == 2:
        found.append(
            error(
                E1007,
                "both `main` and `Main` are declared",
                functions[1].source,
                functions[1].name_span,
                "a program has one entry function",
                "keep one of them",
                (Label(functions[0].source, functions[0].name_span, "the other one"),),
            )
        )
        return functions[0]
    world.ensure(functions[0])
    _check_entry(functions[0], is_printed, found)
    return functions[0]


def _report_missing_entry(module: ModuleSymbol, name: str, found: list[Diagnostic]) -> None:
    functions = [n for n, symbol in module.members.items() if isinstance(symbol, FunctionSymbol)]
    otherwise = f"declare it: `i32 {name}() {{ return 0; }}`"
    help = otherwise if name == "main" else did_you_mean(name, functions, otherwise)
    place = module.program.span if module.program is not None else module.name_span
    start = Span(place.start, place.start)
    found.append(error(E1008, f"no entry function `{name}` found", module.source, start, "", help))


def _check_entry(function: FunctionSymbol, is_printed: bool, found: list[Diagnostic]) -> None:
    if function.type_parameters:
        found.append(
            error(
                E1007,
                f"the entry function `{function.name}` cannot have type parameters",
                function.source,
                function.name_span,
                "cannot be generic",
                "remove them",
            )
        )
    parameters = [ERROR if parameter.modifier else parameter.type for parameter in function.parameters]
    for parameter in function.parameters:
        if parameter.modifier:
            found.append(
                error(
                    E1007,
                    f"the entry function `{function.name}` cannot have a `{parameter.modifier}` parameter",
                    function.source,
                    parameter.span,
                    "the caller is the operating system",
                    f"remove `{parameter.modifier}`",
                )
            )
    if parameters not in ([], [ArrayType(STRING)]) and ERROR not in parameters:
        found.append(
            error(
                E1007,
                f"the entry function `{function.name}` must take no parameters or `string[] args`",
                function.source,
                function.parameters[0].span,
                "the command line cannot supply this",
                f"write `{show_type(function.result)} {function.name}(string[] args)`",
            )
        )
    if not is_printed and not function.type_parameters and not _is_entry_result(function.result):
        found.append(
            error(
                E1007,
                f"expected `unit`, `i32`, `i64` or a `Result` of these, got `{show_type(function.result)}`: "
                f"the result of `{function.name}` is the exit status",
                function.source,
                function.name_span,
                f"returns `{show_type(function.result)}`",
                "return `unit`, an exit status as `i32`, or `Result<unit, string>`",
            )
        )


def _is_entry_result(type: Type) -> bool:
    if type in (UNIT, I32, I64, ERROR):
        return True
    if isinstance(type, EnumType):
        variants = result_variants(type.symbol)
        if variants is None or variants[1] is None:
            return False
        value = payload_types(type, variants[0])[0]
        return value is UNIT or (isinstance(value, PrimitiveType) and value.is_integer)
    return False
