"""Plain names: rules 4 to 7 of `language.md` §6.1.

Takes a context and a name; returns what it denotes, marked as used and with its signature resolved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from beskid.analysis.model.symbols import ModuleSymbol, Symbol, TypeSymbol, UseBinding
from beskid.analysis.model.world import Context, World
from beskid.analysis.names.meanings import Meaning
from beskid.analysis.names.modules import module_binding, own_item, public_member, resolve_all_uses
from beskid.base.spelling import closest
from beskid.source.codes import E1104
from beskid.source.diagnostics import Label, error
from beskid.syntax import tree


def enclosing(module: ModuleSymbol) -> Iterator[ModuleSymbol]:
    """Yield a module and its enclosing modules, innermost first."""
    walk: ModuleSymbol | None = module
    while walk is not None:
        yield walk
        walk = walk.parent


def find_item_quietly(world: World, context: Context, name: str) -> Symbol | None:
    """Return the item of that name in the enclosing modules, without marking or reporting it."""
    for module in enclosing(context.module):
        item = module.members.get(name)
        if item is not None:
            return item
    return None


def lookup_value(world: World, context: Context, name: tree.Name) -> Meaning | None:
    """Return what a plain name denotes, or None without a report."""
    meaning = strong_meaning(world, context, name.text) or weak_meaning(world, context, name)
    if meaning is not None and meaning.item is not None:
        world.ensure(meaning.item)
    if meaning is not None and world.occurrences is not None:
        world.occurrences.note(context.source, name.span, meaning.symbol)
    return meaning


def lookup_type(world: World, context: Context, name: tree.Name) -> TypeSymbol | None:
    """Return the type that a plain name denotes, apart from type parameters and built-in types.

    Its signature is resolved later.
    """
    text = name.text
    strong = strong_meaning(world, context, text, types_only=True)
    if strong is None:
        strong = weak_meaning(world, context, name, types_only=True)
    item = strong.item if strong is not None else None
    if item is not None and world.occurrences is not None:
        world.occurrences.note(context.source, name.span, item)
    return item if isinstance(item, TypeSymbol) else None


def strong_meaning(world: World, context: Context, text: str, types_only: bool = False) -> Meaning | None:
    """Apply rules 4 and 5: items of the enclosing modules, then their imports."""
    for module in enclosing(context.module):
        item = module.members.get(text)
        child = module.children.get(text)
        if types_only and not isinstance(item, TypeSymbol):
            item = own_item(world, child) if child is not None else None
            if not isinstance(item, TypeSymbol):
                continue
        if item is not None or child is not None:
            return _mark(world, context, Meaning(item, child))
    for module in enclosing(context.module):
        binding = module_binding(world, module, text)
        if binding is None or (types_only and not isinstance(binding.item, TypeSymbol)):
            continue
        binding.is_used = True
        if binding.item is not None or binding.module is not None:
            return _mark(world, context, Meaning(binding.item, binding.module))
    return None


def is_broken_import(world: World, context: Context, text: str) -> bool:
    """Return whether the name is bound by an import that was reported and denotes nothing."""
    for module in enclosing(context.module):
        binding = module_binding(world, module, text)
        if binding is not None and _is_broken(binding):
            return True
    return False


def is_explained_by_import(world: World, context: Context, text: str) -> bool:
    """Return whether an import that was reported binds the unknown name, possibly under a misspelled name."""
    broken = [name for module in enclosing(context.module) for name, use in module.uses.items() if _is_broken(use)]
    return is_broken_import(world, context, text) or closest(text, broken) is not None


def _is_broken(binding: UseBinding) -> bool:
    return binding.item is None and binding.module is None


class _Candidate:
    __slots__ = ("binding", "meaning", "origin")

    def __init__(self, meaning: Meaning, origin: ModuleSymbol, binding: UseBinding | None) -> None:
        self.meaning = meaning
        self.origin = origin
        self.binding = binding


def weak_meanings(world: World, context: Context, text: str, types_only: bool = False) -> Iterator[_Candidate]:
    """Apply rules 6 and 7: public items of modules imported as a whole, or else those of the prelude."""
    found = False
    for module in enclosing(context.module):
        resolve_all_uses(world, module)
        for binding in module.uses.values():
            if binding.module is None:
                continue
            meaning = public_member(world, binding.module, text)
            if meaning is not None and _accepts(meaning, types_only):
                found = True
                yield _Candidate(meaning, binding.module, binding)
    if found:
        return
    for prelude in world.prelude_modules():
        meaning = public_member(world, prelude, text)
        if meaning is not None and _accepts(meaning, types_only):
            yield _Candidate(meaning, prelude, None)


def _accepts(meaning: Meaning, types_only: bool) -> bool:
    return isinstance(meaning.item, TypeSymbol) if types_only else meaning.item is not None


def weak_meaning(world: World, context: Context, name: tree.Name, types_only: bool = False) -> Meaning | None:
    """Return the only item that rules 6 and 7 find for a name. Reports E1104 when there are several."""
    return only_meaning(world, context, name, weak_meanings(world, context, name.text, types_only))


def only_meaning(world: World, context: Context, name: tree.Name, candidates: Iterable[_Candidate]) -> Meaning | None:
    """Return the only one of the items that a name may denote, marked as used. Reports E1104 when there are several."""
    first: _Candidate | None = None
    for candidate in candidates:
        if first is None:
            first = candidate
        elif candidate.meaning.item is not first.meaning.item:
            _report_ambiguous(world, context, name, first, candidate)
            break
    if first is None:
        return None
    return take(world, context, first)


def take(world: World, context: Context, candidate: _Candidate) -> Meaning:
    """Select a candidate of rules 6 and 7, and mark its import as used."""
    if candidate.binding is not None:
        candidate.binding.is_used = True
    return _mark(world, context, candidate.meaning)


def _report_ambiguous(world: World, context: Context, name: tree.Name, first: _Candidate, second: _Candidate) -> None:
    labels: list[Label] = []
    for candidate in (first, second):
        item = candidate.meaning.item
        assert item is not None
        labels.append(Label(item.source, item.name_span, f"from module {candidate.origin.dotted()}"))
    world.report(
        error(
            E1104,
            f"`{name.text}` is ambiguous: "
            f"modules `{first.origin.dotted()}` and `{second.origin.dotted()}` both export it",
            context.source,
            name.span,
            "ambiguous name",
            f"qualify the name: `{first.origin.name}.{name.text}` or `{second.origin.name}.{name.text}`",
            tuple(labels),
        )
    )


def _mark(world: World, context: Context, meaning: Meaning) -> Meaning:
    if meaning.item is not None:
        world.mark_used(meaning.item, context)
    if meaning.module is not None:
        world.mark_used(meaning.module, context)
    return meaning
