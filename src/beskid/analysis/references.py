"""What `@ref(path)` in documentation refers to.

A path is looked up as code in its location would be, then as the end of a qualified name in the user's modules. Takes a
checked world; reports nothing. A reference counts as a use of the item.
"""

from __future__ import annotations

import re

from beskid.analysis.model.symbols import (
    EnumSymbol,
    ModuleSymbol,
    StructSymbol,
    Symbol,
    TypeSymbol,
)
from beskid.analysis.model.types import PRIMITIVES
from beskid.analysis.model.world import Context, World
from beskid.analysis.names.meanings import Meaning
from beskid.analysis.names.modules import public_member
from beskid.analysis.names.scope import strong_meaning, weak_meanings

Path = tuple[str, ...]


class References:
    """The names that documentation may refer to. Those of the user's modules are collected on first use."""

    __slots__ = ("_ends", "world")

    def __init__(self, world: World) -> None:
        self.world = world
        self._ends: dict[str, list[Path]] | None = None

    def denotes(self, module: ModuleSymbol, written: str) -> list[str] | None:
        """Return None when the path denotes something, and similar paths, possibly none, otherwise."""
        path = tuple(re.split(r"::|\.", written))
        if path[0] in PRIMITIVES and len(path) == 1:
            return None
        if self._in_scope(module, path) or self._in_packages(module, path):
            return None
        matches = [name for name in self._named(path[-1]) if name[-len(path) :] == path]
        if len(matches) == 1 or path in matches:
            return None
        return [".".join(name) for name in sorted(set(matches))]

    def _in_scope(self, module: ModuleSymbol, path: Path) -> bool:
        context = Context(module)
        meaning = strong_meaning(self.world, context, path[0])
        if meaning is not None:
            return self._walk(meaning, path[1:])
        return any(self._walk(candidate.meaning, path[1:]) for candidate in weak_meanings(self.world, context, path[0]))

    def _in_packages(self, module: ModuleSymbol, path: Path) -> bool:
        world = self.world
        for package in (module.package, *world.visible_packages(module.package)):
            rest = path[1:] if path[0] == package else path
            for end in range(len(rest), 0, -1):
                found = world.find(package, rest[:end])
                if found is not None and self._walk(Meaning(None, found), rest[end:]):
                    return True
        return False

    def _walk(self, meaning: Meaning, rest: Path) -> bool:
        if not rest:
            return True
        if meaning.item is not None and len(rest) == 1 and rest[0] in self._members(meaning.item):
            return True
        module = meaning.module
        if module is None:
            return False
        self.world.index(module)
        item = module.members.get(rest[0])
        below = Meaning(item, module.children.get(rest[0]))
        if item is None and below.module is None:
            public = public_member(self.world, module, rest[0])
            return public is not None and self._walk(public, rest[1:])
        return self._walk(below, rest[1:])

    def _members(self, item: Symbol) -> list[str]:
        if not isinstance(item, TypeSymbol):
            return []
        self.world.ensure(item)
        names = list(item.methods)
        if isinstance(item, StructSymbol):
            names += [*item.fields, *item.events]
        if isinstance(item, EnumSymbol):
            names += item.variants
        return names

    def _named(self, name: str) -> list[Path]:
        """Return the qualified names of the user's items and members that end with a name."""
        if self._ends is None:
            self._ends = {}
            for module in self.world.loaded_modules():
                if module.package == self.world.user_package:
                    self._gather(module, self._ends)
        return self._ends.get(name, [])

    def _gather(self, module: ModuleSymbol, ends: dict[str, list[Path]]) -> None:
        if module.path:
            ends.setdefault(module.path[-1], []).append(module.path)
        for item in self.world.index(module).ordered:
            if isinstance(item, ModuleSymbol):
                continue
            path = (*module.path, item.name)
            ends.setdefault(item.name, []).append(path)
            for member in self._members(item):
                ends.setdefault(member, []).append((*path, member))
