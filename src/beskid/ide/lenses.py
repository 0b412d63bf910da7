"""Code lenses: the commands that editors show above tests and above the entry function."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from beskid.base.node import node
from beskid.ide.snapshot import Snapshot
from beskid.source.text import SourceText, Span
from beskid.syntax import tree

RUN: Final = "beskid.run"
TEST: Final = "beskid.test"
ENTRIES: Final = ("main", "Main")
SEPARATOR: Final = "::"
"""Between the modules and the name of a test, as `beskid test --filter` takes it."""


@node
class Lens:
    """A command above a declaration. `name` is the qualified name of a test; it is empty for a program."""

    span: Span
    title: str
    command: str
    name: str


def lenses(snapshot: Snapshot, source: SourceText) -> list[Lens]:
    module = snapshot.module_of(source)
    if module is None or module.program is None:
        return []
    return list(_lenses(module.program.items, module.path))


def _lenses(items: tuple[tree.Item, ...], path: tuple[str, ...]) -> Iterator[Lens]:
    for item in items:
        if isinstance(item, tree.TestItem):
            yield Lens(item.name.span, "run test", TEST, SEPARATOR.join([*path, item.name.text]))
        elif isinstance(item, tree.FunctionItem) and item.name.text in ENTRIES:
            yield Lens(item.name.span, "run", RUN, "")
        elif isinstance(item, tree.InlineModule):
            yield from _lenses(item.items, (*path, item.name.text))
