"""Module lookup by path, the public items of modules, and what `use` binds (`language.md` §6.2 to §6.5 step 3).

Each binding is resolved once, when it is first needed. Reports only errors of `use` and public module declarations.
"""

from __future__ import annotations

from collections.abc import Iterator

from beskid.analysis.model.symbols import ModuleSymbol, Symbol, UseBinding
from beskid.analysis.model.world import World
from beskid.analysis.names.import_messages import (
    bound_twice,
    clashes_with_item,
    import_not_found,
    module_not_found,
)
from beskid.analysis.names.index import bound_name, path_texts
from beskid.analysis.names.meanings import Meaning
from beskid.syntax import tree

Base = tuple[str, tuple[str, ...]]
"""A package and a path in it, below which names are looked up."""


def bases(world: World, module: ModuleSymbol, head: str) -> Iterator[tuple[Base, int]]:
    """Return where a path that begins with `head` may start, in order of precedence, each with the number of names
    consumed.
    """
    path = module.path
    for length in range(len(path), -1, -1):
        yield (module.package, path[:length]), 0
    if head == module.package:
        yield (module.package, ()), 1
    others = world.visible_packages(module.package)
    for other in others:
        if other == head:
            yield (other, ()), 1
    for other in others:
        yield (other, ()), 0


def reachable(world: World, package: str, path: tuple[str, ...], module: ModuleSymbol) -> ModuleSymbol | None:
    """Return the module of a path unless a private inline module hides it from `module`."""
    found = world.find(package, path)
    walk = found
    while walk is not None and walk.parent is not None:
        if not walk.is_pub and not is_visible(walk, module):
            return None
        walk = walk.parent
    return found


def find_module(world: World, module: ModuleSymbol, names: tuple[str, ...]) -> ModuleSymbol | None:
    """Return the module that a complete path denotes, as seen from `module`."""
    for (package, prefix), taken in bases(world, module, names[0]):
        path = prefix + names[taken:]
        if not path or len(names) == taken:
            continue
        found = reachable(world, package, path, module)
        if found is not None:
            return found
    return None


def child_module(
    world: World, module: ModuleSymbol, names: tuple[str, ...], viewer: ModuleSymbol
) -> ModuleSymbol | None:
    """Return the module below `module` with these further names, as seen from `viewer`."""
    return reachable(world, module.package, module.path + names, viewer)


def public_member(world: World, module: ModuleSymbol, name: str) -> Meaning | None:
    """Return what a name denotes as a public member of a module: an item, an inline module or a re-export.

    A module whose text does not contain the name is not parsed.
    """
    if not world.is_indexed(module) and name not in module.source.text:
        return None
    index = world.index(module)
    item = module.members.get(name)
    if item is not None and not item.is_pub:
        item = None
    child = module.children.get(name)
    if child is not None and not child.is_pub:
        child = None
    if item is not None or child is not None:
        return Meaning(item, child)
    for use in index.uses_by_name.get(name, ()):
        if use.is_pub:
            binding = module_binding(world, module, name)
            if binding is not None and (binding.item is not None or binding.module is not None):
                return Meaning(binding.item, binding.module)
    return None


def private_member(world: World, module: ModuleSymbol, name: str) -> Symbol | None:
    """Return the private item of that name, for messages."""
    if not world.is_indexed(module) and name not in module.source.text:
        return None
    world.index(module)
    found = module.members.get(name) or module.children.get(name)
    return found if found is not None and not found.is_pub else None


def module_binding(world: World, module: ModuleSymbol, name: str) -> UseBinding | None:
    """Return what a `use` declaration of this module binds to a name, resolving it on the first call."""
    uses = world.index(module).uses_by_name.get(name)
    if uses is None:
        return None
    binding = module.uses.get(name)
    if binding is None:
        for use in uses:
            resolve_use(world, module, use)
        binding = module.uses.get(name)
    return binding


def is_visible(symbol: Symbol, module: ModuleSymbol) -> bool:
    """Return whether an item may be named without a path inside `module`."""
    if symbol.is_pub:
        return True
    walk: ModuleSymbol | None = module
    while walk is not None:
        if walk is symbol.module:
            return True
        walk = walk.parent
    return False


def own_item(world: World, module: ModuleSymbol) -> Symbol | None:
    """Return the public item with the same name as the module itself (§6.3)."""
    if not module.path:
        return None
    found = public_member(world, module, module.path[-1])
    return found.item if found is not None else None


class _Target:
    """What a path denotes, or why it denotes nothing."""

    __slots__ = ("item", "missing_in", "module", "private")

    def __init__(self) -> None:
        self.item: Symbol | None = None
        self.module: ModuleSymbol | None = None
        self.private: Symbol | None = None
        self.missing_in: ModuleSymbol | None = None

    @property
    def is_found(self) -> bool:
        return self.item is not None or self.module is not None


def resolve_all_uses(world: World, module: ModuleSymbol) -> None:
    """Resolve every `use` and check every public module declaration of a module."""
    index = world.index(module)
    for use in index.uses:
        resolve_use(world, module, use)
    for declaration in index.reexported_modules:
        names = path_texts(declaration.path)
        beside = world.find(module.package, module.path[:-1] + names)
        if beside is None and find_module(world, module, names) is None:
            world.report(module_not_found(world, module, declaration))


def resolve_use(world: World, module: ModuleSymbol, use: tree.UseItem) -> None:
    """Bind what a `use` declaration names. Does nothing if it is already resolved."""
    name = bound_name(use)
    bound = module.uses.get(name.text)
    if use in world.resolving_uses:
        return
    world.resolving_uses.add(use)
    target = _find_target(world, module, path_texts(use.path))
    if bound is not None and bound.tree is not use:
        same = target.is_found and (target.item, target.module) == (bound.item, bound.module)
        if not same:
            world.report(bound_twice(module, bound, use, name))
        return
    own = module.members.get(name.text)
    if own is not None and own is not target.item:
        world.report(clashes_with_item(module, own, name))
    elif not target.is_found:
        private = target.private or _misplaced_private(world, module, use, target)
        world.report(import_not_found(world, module, use, private, target.missing_in))
    binding = UseBinding(name.text, target.item, target.module, use.is_pub, use)
    if world.occurrences is not None and target.is_found:
        _note_use(world, module, use, binding)
    module.uses[name.text] = binding
    if use.is_pub:
        module.reexports[name.text] = binding
    if target.module is not None:
        module.wholesale.append(target.module)


def _note_use(world: World, module: ModuleSymbol, use: tree.UseItem, binding: UseBinding) -> None:
    """Note what the path of a `use` and its alias denote."""
    assert world.occurrences is not None
    denoted = binding.item or binding.module
    assert denoted is not None
    world.occurrences.note(module.source, use.path.segments[-1].name.span, denoted)
    if use.alias is not None:
        world.occurrences.note(module.source, use.alias.span, denoted)
    holder = denoted.module if binding.item is not None else None
    if binding.item is None and binding.module is not None and len(binding.module.path) > 1:
        holder = world.find(binding.module.package, binding.module.path[:-1])
    for segment in reversed(use.path.segments[:-1]):
        if holder is None or holder.name != segment.name.text:
            return
        world.occurrences.note(module.source, segment.name.span, holder)
        holder = world.find(holder.package, holder.path[:-1]) if len(holder.path) > 1 else None


def _find_target(world: World, module: ModuleSymbol, names: tuple[str, ...]) -> _Target:
    target = _Target()
    itself: ModuleSymbol | None = None
    for (package, prefix), taken in bases(world, module, names[0]):
        path = prefix + names[taken:]
        if not path or taken == len(names):
            continue
        whole = reachable(world, package, path, module)
        if whole is module:
            itself, whole = whole, None
        holder = reachable(world, package, path[:-1], module) if len(names) - taken > 1 else None
        meaning = public_member(world, holder, path[-1]) if holder is not None else None
        if whole is not None:
            target.module = whole
            target.item = own_item(world, whole)
        if meaning is not None:
            target.item = meaning.item or target.item
            target.module = target.module or meaning.module
        if target.is_found:
            return target
        if holder is not None and target.missing_in is None:
            target.private = private_member(world, holder, path[-1])
            target.missing_in = holder
    if itself is not None:
        target.module, target.item = itself, own_item(world, itself)
    return target


def _misplaced_private(world: World, module: ModuleSymbol, use: tree.UseItem, target: _Target) -> Symbol | None:
    """Return the private item of this module at the end of an unknown path, which the path cannot access."""
    if target.missing_in is not None or len(use.path.segments) == 1:
        return None
    found = private_member(world, module, use.path.segments[-1].name.text)
    return None if isinstance(found, ModuleSymbol) else found
