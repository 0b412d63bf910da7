"""One state of a program: its texts, its world, and what was checked of it so far.

A snapshot never changes its texts; symbols of two snapshots must not be mixed. Modules are checked when they are asked
for, or all of them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping

from beskid.analysis.check import CheckedProgram
from beskid.analysis.lint_comments import apply_lint_comments
from beskid.analysis.model.occurrences import Occurrence, Occurrences, Target
from beskid.analysis.model.symbols import (
    ConstSymbol,
    ContractSymbol,
    EnumSymbol,
    FunctionSymbol,
    LocalSymbol,
    ModuleSymbol,
    StructSymbol,
    Symbol,
    TypeParameterSymbol,
    TypeSymbol,
)
from beskid.base.node import node
from beskid.driver.open_projects import OpenProject
from beskid.source.diagnostics import Diagnostic, Edit
from beskid.source.fixes import edited
from beskid.source.text import SourceText, Span


@node
class Named:
    """A name in a text and what it denotes."""

    source: SourceText
    span: Span
    target: Target
    owner: TypeSymbol | None


@node
class Place:
    """A part of a text."""

    source: SourceText
    span: Span


class Snapshot:
    __slots__ = ("_declared", "_finished", "_modules", "_names", "_sorted", "check", "project", "version", "world")

    def __init__(self, project: OpenProject, others: Mapping[str, str] | None = None) -> None:
        """`others` are texts by path in place of the current ones."""
        self.project = project
        self.version = project.version
        self.check = project.start_check(others)
        self.world = self.check.world
        self._finished: CheckedProgram | None = None
        self._declared: dict[SourceText, dict[Span, Occurrence]] = {}
        self._sorted: dict[SourceText, list[Span]] = {}
        self._names: dict[SourceText, tuple[int, dict[Span, Occurrence]]] = {}
        self._modules: dict[SourceText, ModuleSymbol] = {}

    def with_edits(self, edits: Iterable[Edit]) -> Snapshot:
        """Return a snapshot of the program with edits, which do not overlap."""
        by_source: dict[SourceText, list[Edit]] = {}
        for edit in edits:
            by_source.setdefault(edit.source, []).append(edit)
        texts = {self.path_of(source): edited(source.text, changes) for source, changes in by_source.items()}
        return Snapshot(self.project, texts)

    @property
    def occurrences(self) -> Occurrences:
        assert self.world.occurrences is not None
        return self.world.occurrences

    def close(self) -> None:
        """Free what the snapshot knows, which must not be used afterwards. Else the garbage collector frees it."""
        self._finished = None
        self.check.release()

    # Checking ----------------------------------------------------------------------------------------------------

    def module_of(self, source: SourceText) -> ModuleSymbol | None:
        """Return the module of a file, or None for a text that is not loaded."""
        found = self._modules.get(source)
        if found is None:
            self._modules = {each.source: each for each in self.world.loaded_modules() if each.parent is None}
            found = self._modules.get(source)
        return found

    def require(self, source: SourceText) -> ModuleSymbol | None:
        """Return the module of a text after it was checked."""
        module = self.module_of(source)
        if module is not None and not self.check.is_checked(module):
            for _ in self.check.steps(module):
                pass
            self._sorted.pop(source, None)
        return module

    def steps(self) -> Iterator[None]:
        """Check everything, a body at each step."""
        yield from self.check.all_steps()

    def finish(self) -> list[Diagnostic]:
        """Check everything; return the diagnostics of the whole program as `beskid check` reports them."""
        if self._finished is None:
            self._finished = self.check.finish()
            self._sorted.clear()
        return self.project.reported(self._finished.diagnostics)

    @property
    def is_finished(self) -> bool:
        return self._finished is not None

    def reported_in(self, source: SourceText) -> list[Diagnostic]:
        """Return what is known about one text now, without what only the whole program shows (unused names)."""
        found = [each for each in self.check.reported() if each.source is source]
        return [each for each in self.project.reported(apply_lint_comments(self.world, found)) if each.source is source]

    # Names -------------------------------------------------------------------------------------------------------

    def named_at(self, source: SourceText, offset: int) -> Named | None:
        """Return the name at an offset, or directly before it."""
        self.require(source)
        names = self.names_in(source)
        spans = self._sorted.get(source)
        if spans is None or len(spans) < len(names):
            spans = self._sorted[source] = sorted(names)
        for index in range(bisect_right(spans, Span(offset, 1 << 60)) - 1, -1, -1):
            span = spans[index]
            if span.start <= offset <= span.end:
                found = names[span]
                return Named(source, span, found.target, found.owner)
            if offset - span.start > 1000:
                break
        return None

    def names_in(self, source: SourceText) -> dict[Span, Occurrence]:
        """Return every name of a text with what it denotes, declarations included."""
        noted = self.occurrences.names.get(source, {})
        known = self._names.get(source)
        if known is None or known[0] < len(noted):
            # What is noted for a checked text can only grow, by the check of the texts that use it.
            known = self._names[source] = (len(noted), {**self.declared_in(source), **noted})
        return known[1]

    def declared_in(self, source: SourceText) -> dict[Span, Occurrence]:
        """Return the names that the declarations of a text introduce, apart from locals."""
        found = self._declared.get(source)
        if found is None:
            found = self._declared[source] = {}
            module = self.module_of(source)
            if module is not None:
                self._declare(module, found)
        return found

    def _declare(self, module: ModuleSymbol, found: dict[Span, Occurrence]) -> None:
        index = self.world.index(module)
        for symbol in index.ordered:
            _declare_symbol(self, symbol, found)
        for function in self.world.functions(module):
            _declare_function(function, found)
        for child in index.modules:
            self._declare(child, found)

    def place_of(self, target: Target, owner: TypeSymbol | None, source: SourceText) -> Place | None:
        """Return where something is declared; `source` is the text that names it."""
        match target:
            case ModuleSymbol():
                return Place(target.source, target.name_span)
            case Symbol():
                return Place(target.source, target.name_span)
            case LocalSymbol():
                return Place(source, target.span)
            case _:
                return None if owner is None else Place(owner.source, target.span)

    def path_of(self, source: SourceText) -> str:
        """Return the absolute path of a text; empty when it has none."""
        return self.project.path_of(source.path)

    def all_names(self) -> Iterator[tuple[SourceText, Span, Occurrence]]:
        """Yield every name of the checked modules, declarations included. Checks what is not checked yet."""
        for _ in self.steps():
            pass
        for module in self.world.loaded_modules():
            if module.parent is None and (self.check.is_checked(module) or module.source in self.occurrences.names):
                for span, occurrence in self.names_in(module.source).items():
                    yield module.source, span, occurrence


def _declare_symbol(snapshot: Snapshot, symbol: Symbol, found: dict[Span, Occurrence]) -> None:
    snapshot.world.ensure(symbol)
    found[symbol.name_span] = Occurrence(symbol, None)
    if isinstance(symbol, TypeSymbol):
        _declare_parameters(symbol.type_parameters, found)
    match symbol:
        case StructSymbol():
            for field in symbol.fields.values():
                found[field.span] = Occurrence(field, symbol)
            for event in symbol.events.values():
                found[event.span] = Occurrence(event, symbol)
        case EnumSymbol():
            for variant in symbol.variants.values():
                found[variant.span] = Occurrence(variant, symbol)
        case ContractSymbol():
            for method in symbol.methods.values():
                if method.source is symbol.source and method.contract is symbol:
                    _declare_function(method, found)
        case FunctionSymbol():
            _declare_function(symbol, found)
        case ConstSymbol() | _:
            pass


def _declare_function(function: FunctionSymbol, found: dict[Span, Occurrence]) -> None:
    if not function.is_derived:
        found[function.name_span] = Occurrence(function, None)
        _declare_parameters(function.type_parameters, found)


def _declare_parameters(parameters: tuple[TypeParameterSymbol, ...], found: dict[Span, Occurrence]) -> None:
    for parameter in parameters:
        found[parameter.name_span] = Occurrence(parameter, None)
