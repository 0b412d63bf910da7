"""Applies `// beskid: allow(CODE)` comments: drops the warnings that they allow, and reports those without effect.

A comment rules the statement, item or member that follows it, with everything inside. Errors are never changed.
"""

from __future__ import annotations

from beskid.analysis.model.symbols import ModuleSymbol
from beskid.analysis.model.world import World
from beskid.base.node import field_names, is_node
from beskid.source.codes import W1409
from beskid.source.diagnostics import Diagnostic, Severity, by_place, warning
from beskid.source.text import SourceText, Span
from beskid.source.warnings import NotAWarning, find_warning
from beskid.syntax import tree
from beskid.syntax.lint_comments import LintComment

_FORM = "write `// beskid: allow(CODE)` on a line of its own, before a statement or an item"


def apply_lint_comments(world: World, diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Return the diagnostics without the allowed warnings, sorted by location."""
    modules = [module for module in world.loaded_modules() if module.lint_comments and module.parent is None]
    if not modules:
        return diagnostics
    allowed: dict[str, list[tuple[str, Span]]] = {}
    useless: list[Diagnostic] = []
    for module in modules:
        ranges = allowed.setdefault(module.source.path, [])
        for comment in module.lint_comments:
            found, problems = _ranges(module, comment)
            ranges += found
            if module.package == world.user_package:
                useless += problems
    kept = [each for each in diagnostics if not _is_allowed(each, allowed.get(each.source.path, []))]
    return sorted([*kept, *useless], key=by_place) if useless else kept


def _is_allowed(diagnostic: Diagnostic, ranges: list[tuple[str, Span]]) -> bool:
    if diagnostic.severity is Severity.ERROR:
        return False
    start = diagnostic.span.start
    return any(code == diagnostic.code and span.start <= start < span.end for code, span in ranges)


def _ranges(module: ModuleSymbol, comment: LintComment) -> tuple[list[tuple[str, Span]], list[Diagnostic]]:
    """Return which code is allowed where, and why parts of the comment have no effect."""
    source = module.source
    if not comment.is_well_formed:
        return [], [_useless(source, comment.span, "not an `allow` comment of a statement or item", _FORM)]
    ruled = None if module.program is None else _node_at(module.program, comment.next)
    if ruled is None:
        return [], [_useless(source, comment.span, "no statement or item follows", _FORM)]
    # From the comment on, so that documentation between it and its item is covered.
    covered = Span(comment.span.start, ruled.end)
    found: list[tuple[str, Span]] = []
    problems: list[Diagnostic] = []
    for name, span in comment.names:
        code = find_warning(name)
        if isinstance(code, NotAWarning):
            problems.append(_useless(source, span, code.message, code.help))
        else:
            found.append((code, covered))
    return found, problems


def _useless(source: SourceText, span: Span, label: str, help: str) -> Diagnostic:
    return warning(W1409, "this `// beskid:` comment has no effect", source, span, label, help)


def _node_at(part: object, start: int) -> Span | None:
    """Return the span of the outermost node below `part` that starts at an offset."""
    if isinstance(part, tuple):
        for element in part:
            found = _node_at(element, start)
            if found is not None:
                return found
        return None
    if not is_node(type(part)) or isinstance(part, SourceText):
        return None
    span = getattr(part, "span", None)
    if span is not None and not isinstance(part, tree.Program):
        if span.start == start:
            return Span(*span)
        if not span.start < start < span.end:
            return None
    for name in field_names(type(part)):
        found = _node_at(getattr(part, name), start)
        if found is not None:
            return found
    return None
