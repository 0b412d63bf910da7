"""Where `@ref(path)` leads: to an item, and from it to a place on a page.

A path denotes the item of that qualified name, else the only one whose qualified name ends with it, preferring the
module of the comment, else the only one with its last name (`language.md` §22).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import groupby

from beskid.apidoc.model import Item, Module
from beskid.syntax.fences import fenced_lines

_REFERENCE = re.compile(r"@ref\(\s*([A-Za-z_]\w*(?:(?:::|\.)[A-Za-z_]\w*)*)\s*\)")
_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)


class Links:
    """The items and modules of a package by their names."""

    __slots__ = ("_by_last", "_by_path")

    def __init__(self, modules: Iterable[Module]) -> None:
        self._by_path: dict[tuple[str, ...], Module | Item] = {}
        self._by_last: dict[str, list[Module | Item]] = {}
        for module in modules:
            for target in module.with_items():
                if target.path:
                    self._by_path.setdefault(target.path, target)
                    self._by_last.setdefault(target.path[-1], []).append(target)

    def find(self, written: str, module: tuple[str, ...]) -> Module | Item | None:
        """Return what a path in the documentation of a module denotes; None for nothing, or more than one item."""
        path = tuple(re.split(r"::|\.", written))
        exact = self._by_path.get((*module, *path)) or self._by_path.get(path)
        if exact is not None:
            return exact
        same_end = [each for each in self._by_last.get(path[-1], []) if each.path[-len(path) :] == path]
        near = [each for each in same_end if each.path[: len(module)] == module]
        for candidates in (near, same_end):
            if len(candidates) == 1:
                return candidates[0]
        return None

    def expand(self, text: str, module: tuple[str, ...], link: Callable[[str, Module | Item | None], str]) -> str:
        """Replace the references outside of code; `link` gets the path as written and what it denotes."""
        lines = text.split("\n")
        code = fenced_lines(lines)
        parts: list[str] = []
        for is_code, run in groupby(enumerate(lines), lambda line: line[0] in code):
            joined = "\n".join([line for _, line in run])
            parts.append(joined if is_code else self._expand_prose(joined, module, link))
        return "\n".join(parts)

    def _expand_prose(
        self, text: str, module: tuple[str, ...], link: Callable[[str, Module | Item | None], str]
    ) -> str:
        parts: list[str] = []
        end = 0
        for code in _CODE.finditer(text):
            parts += [self._linked(text[end : code.start()], module, link), code[0]]
            end = code.end()
        return "".join([*parts, self._linked(text[end:], module, link)])

    def _linked(self, text: str, module: tuple[str, ...], link: Callable[[str, Module | Item | None], str]) -> str:
        return _REFERENCE.sub(lambda reference: link(reference[1], self.find(reference[1], module)), text)
