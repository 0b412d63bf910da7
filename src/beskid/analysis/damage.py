"""What syntax errors hide: the declarations that could not be read completely, and the names that may be in them.

The checker continues after a syntax error. What it reports about an intact declaration is shown. What may follow from
the error is not: anything inside a damaged declaration, anything that refers to one, and a missing name that occurs in
one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from beskid.analysis.model.symbols import ModuleSymbol
from beskid.analysis.program import ProgramWorld
from beskid.source.codes import (
    E1005,
    E1008,
    E1101,
    E1105,
    E1107,
    E1108,
    E1111,
    E1112,
    E1113,
    E1201,
    E1211,
    E1213,
    E1301,
    E1303,
    E1501,
    E1502,
    E1601,
    E1606,
    E1607,
    E1609,
    E1808,
)
from beskid.source.diagnostics import Diagnostic, Label, Severity
from beskid.source.text import Span
from beskid.syntax import tree

_MISSING_NAMES = frozenset(
    (E1005, E1101, E1105, E1107, E1108, E1111, E1112, E1113, E1201, E1211, E1213, E1301, E1303, E1501, E1502, E1601)
) | frozenset((E1606, E1607, E1609, E1808))
"""Errors that a declaration which could not be read may explain."""

_NAME = re.compile(r"[A-Za-z_]\w*")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)


class Damage:
    """The damaged parts of the texts of a program, by the path of the text."""

    __slots__ = ("_headers", "names", "parts", "syntax_errors")

    def __init__(self, world: ProgramWorld) -> None:
        self.syntax_errors = frozenset(world.syntax_errors)
        self.parts: dict[str, list[Span]] = {}
        self._headers: dict[str, list[Span]] = {}
        """The signatures in damaged parts that are intact because only the body is damaged."""
        self.names: set[str] = set()
        """The names in all damaged parts."""
        starts: dict[str, list[int]] = {}
        for each in world.syntax_errors:
            starts.setdefault(each.source.path, []).append(each.span.start)
        for module in world.loaded_modules():
            path = module.source.path
            if module.parent is None and module.program is not None and path in starts:
                self._add(module, module.program, starts[path], world.misread.get(module.source))

    def _add(self, module: ModuleSymbol, program: tree.Program, errors: list[int], misread: int | None) -> None:
        text = module.source.text
        parts = self.parts.setdefault(module.source.path, [])
        parts += [gap for gap in _gaps(program.items, 0, len(text)) if _NAME.search(_code(text, gap)) is not None]
        units = list(_units(program.items))
        for error in errors:
            around = [span for span in units if span.start <= error <= span.end]
            smallest = min([span.end - span.start for span in around], default=0)
            parts += [span for span in around if span.end - span.start == smallest]
        if misread is not None:
            parts.append(Span(misread, len(text) + 1))
            parts += [span for span in units if span.start < misread < span.end]
        bodies = list(_bodies(program.items))
        self._headers[module.source.path] = [
            Span(unit.start, body.start)
            for unit in units
            for body in bodies
            if unit in parts and unit.end == body.end and all(not unit.start <= error < body.start for error in errors)
        ]
        for part in parts:
            self.names.update(_NAME.findall(_code(text, part)))

    def hides(self, diagnostic: Diagnostic) -> bool:
        """Return whether a diagnostic may follow from a syntax error."""
        if diagnostic in self.syntax_errors:
            return False
        if diagnostic.code == E1008 or self._covers(diagnostic.source.path, diagnostic.span):
            return True
        if any(self._is_lost(label) for label in diagnostic.related):
            return True
        if diagnostic.severity is Severity.ERROR and diagnostic.code not in _MISSING_NAMES:
            return False
        written = diagnostic.source.text[diagnostic.span.start : diagnostic.span.end]
        return any(name in self.names for name in _NAME.findall(f"{written} {diagnostic.message}"))

    def _is_lost(self, label: Label) -> bool:
        path, start = label.source.path, label.span.start
        if any(header.start <= start < header.end for header in self._headers.get(path, ())):
            return False
        return self._covers(path, label.span)

    def _covers(self, path: str, span: Span) -> bool:
        return any(part.start <= span.start < part.end for part in self.parts.get(path, ()))


def _code(text: str, span: Span) -> str:
    return _COMMENT.sub(" ", text[span.start : span.end])


def _units(items: Iterable[tree.Item]) -> Iterator[Span]:
    """Yield the spans of items and methods, of which a syntax error damages the innermost."""
    for item in items:
        if isinstance(item, tree.InlineModule):
            yield from _units(item.items)
            continue
        yield item.span
        if isinstance(item, tree.TypeItem | tree.ImplItem | tree.ContractItem):
            yield from [method.span for method in item.methods]


def _bodies(items: Iterable[tree.Item]) -> Iterator[Span]:
    """Yield the bodies of functions and methods. A syntax error in one leaves the signature intact."""
    for item in items:
        match item:
            case tree.FunctionItem():
                functions: tuple[tree.FunctionItem, ...] = (item,)
            case tree.TypeItem() | tree.ImplItem() | tree.ContractItem():
                functions = item.methods
            case tree.InlineModule():
                yield from _bodies(item.items)
                continue
            case _:
                continue
        yield from [function.body.span for function in functions if function.body is not None]


def _gaps(items: Iterable[tree.Item], start: int, end: int) -> Iterator[Span]:
    """Yield the text between items, where items that could not be parsed are."""
    for item in items:
        yield Span(start, item.span.start)
        if isinstance(item, tree.InlineModule):
            yield from _gaps(item.items, item.name.span.end, item.span.end)
        start = item.span.end
    yield Span(start, end)
