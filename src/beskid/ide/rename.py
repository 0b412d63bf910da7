"""Renaming a declaration in all files.

The renamed program is checked: a rename that would change what another name denotes is refused.
"""

from __future__ import annotations

import re
from contextlib import closing

from beskid.analysis.model.occurrences import Occurrence
from beskid.analysis.model.symbols import FunctionSymbol, LocalSymbol, ModuleSymbol, Symbol
from beskid.ide.describe import kind_word
from beskid.ide.navigation import places_of, related
from beskid.ide.snapshot import Named, Place, Snapshot
from beskid.source.diagnostics import Diagnostic, Edit, Severity
from beskid.source.text import SourceText, Span
from beskid.syntax.tokens import RESERVED_WORDS

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class RenameError(Exception):
    """Why something cannot be renamed, for the user."""


def _is_own(snapshot: Snapshot, source: SourceText) -> bool:
    return snapshot.project.is_own(snapshot.path_of(source))


def renameable(snapshot: Snapshot, source: SourceText, offset: int) -> Named:
    """Return the name at an offset if it can be renamed; raise `RenameError` otherwise."""
    found = snapshot.named_at(source, offset)
    if found is None:
        raise RenameError("there is no name here that can be renamed")
    if isinstance(found.target, ModuleSymbol):
        raise RenameError("a module has the name of its file; rename the file")
    name = source.text[found.span.start : found.span.end]
    if name == "this":
        raise RenameError("`this` cannot be renamed")
    place = snapshot.place_of(found.target, found.owner, source)
    if place is None or not _is_own(snapshot, place.source):
        raise RenameError(f"the {kind_word(found.target)} `{name}` is not declared in this project")
    if snapshot.world.exported_functions.get(name) is found.target:
        raise RenameError(f"`{name}` is exported: C programs call it by this name")
    for other in related(snapshot, found.target):
        if isinstance(other, Symbol) and not _is_own(snapshot, other.source):
            raise RenameError(f"`{name}` is also named in {other.source.path}, which is not part of this project")
    return found


def rename(snapshot: Snapshot, source: SourceText, offset: int, name: str) -> list[Edit]:
    """Return the edits that give a declaration another name, after checking the program with them."""
    found = renameable(snapshot, source, offset)
    old = source.text[found.span.start : found.span.end]
    if _NAME.fullmatch(name) is None:
        raise RenameError(f"`{name}` is not a name")
    if name in RESERVED_WORDS or name == "this" or name.startswith("__"):
        raise RenameError(f"`{name}` is reserved")
    if name == old:
        return []
    edits = [
        _edit(snapshot, place, found, name)
        for place in places_of(snapshot, found)
        if place.source.text[place.span.start : place.span.end] == old
    ]
    edits += _symbol(found)
    _compare(snapshot, edits, name)
    return edits


def _symbol(found: Named) -> list[Edit]:
    """Return the attribute that keeps the C function of a method whose name is that of the function."""
    target = found.target
    if not isinstance(target, FunctionSymbol) or target.extern is None or target.extern.symbol != target.name:
        return []
    start = target.tree.span.start
    return [Edit(target.source, Span(start, start), f'[Symbol("{target.name}")] ')]


def _edit(snapshot: Snapshot, place: Place, found: Named, name: str) -> Edit:
    """Return the edit at one place. `P { x }`, which is short for `P { x: x }`, is written out."""
    short = snapshot.occurrences.shorthands.get(place.source, {}).get(place.span)
    if short is None:
        return Edit(place.source, place.span, name)
    written = place.source.text[place.span.start : place.span.end]
    if isinstance(found.target, LocalSymbol) or short.target is not found.target:
        return Edit(place.source, place.span, f"{written}: {name}")
    return Edit(place.source, place.span, f"{name}: {written}")


def _compare(snapshot: Snapshot, edits: list[Edit], name: str) -> None:
    """Raise `RenameError` if the renamed program has new errors, or if a name in it denotes something else."""
    before = snapshot.finish()
    by_source: dict[SourceText, list[Edit]] = {}
    for edit in edits:
        by_source.setdefault(edit.source, []).append(edit)
    with closing(snapshot.with_edits(edits)) as renamed:
        _compare_with(snapshot, renamed, before, by_source, name)


def _compare_with(
    snapshot: Snapshot,
    renamed: Snapshot,
    before: list[Diagnostic],
    by_source: dict[SourceText, list[Edit]],
    name: str,
) -> None:
    after = renamed.finish()
    fresh = [each for each in _errors(after) if _summary(each) not in {_summary(other) for other in _errors(before)}]
    if len(_errors(after)) > len(_errors(before)) and fresh:
        line, _ = fresh[0].source.position(fresh[0].span.start)
        raise RenameError(f"`{name}` cannot be used here: {fresh[0].message} ({fresh[0].source.path}:{line})")
    new_sources = {each.source.path: each.source for each in renamed.world.loaded_modules() if each.parent is None}
    for source, changes in by_source.items():
        other = new_sources.get(source.path)
        if other is None:
            continue
        new_names = renamed.names_in(other)
        for span, occurrence in snapshot.names_in(source).items():
            moved = _moved(span, changes, name)
            if moved is None:
                continue
            now = new_names.get(moved)
            if now is None or _declared(snapshot, occurrence, source, by_source, name) != _declared(
                renamed, now, other, {}, name
            ):
                line, _ = source.position(span.start)
                raise RenameError(f"`{name}` would change what a name denotes ({source.path}:{line})")


def _errors(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    return [each for each in diagnostics if each.severity is Severity.ERROR]


def _summary(diagnostic: Diagnostic) -> tuple[str, str, int]:
    return diagnostic.code, diagnostic.source.path, diagnostic.source.position(diagnostic.span.start)[0]


def _moved(span: Span, edits: list[Edit], name: str) -> Span | None:
    """Return where a name is after edits; None for a name that was written out as `field: value`."""
    shift = 0
    for edit in sorted(edits, key=lambda each: each.span):
        if edit.span == span:
            return None if edit.text != name else Span(span.start + shift, span.start + shift + len(name))
        if edit.span.end <= span.start:
            shift += len(edit.text) - (edit.span.end - edit.span.start)
    return Span(span.start + shift, span.end + shift)


def _declared(
    snapshot: Snapshot, occurrence: Occurrence, source: SourceText, edits: dict[SourceText, list[Edit]], name: str
) -> tuple[str, int] | None:
    """Return the file and the offset of a declaration, where it is after the edits."""
    place = snapshot.place_of(occurrence.target, occurrence.owner, source)
    if place is None:
        return None
    moved = _moved(place.span, edits.get(place.source, []), name)
    return place.source.path, (place.span if moved is None else moved).start
