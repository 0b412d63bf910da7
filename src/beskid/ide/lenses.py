"""Code lenses: the commands that editors show above tests and above the entry function."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from beskid.analysis.names.lints import ENTRY_NAMES
from beskid.base.node import node
from beskid.driver.testing.cases import SEPARATOR
from beskid.ide.snapshot import Snapshot
from beskid.source.text import SourceText, Span
from beskid.syntax import tree

RUN: Final = "beskid.run"
TEST: Final = "beskid.test"


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
    items = module.program.items
    entries = [item for item in items if isinstance(item, tree.FunctionItem) and item.name.text in ENTRY_NAMES]
    found = [*[Lens(item.name.span, "run", RUN, "") for item in entries], *_tests(items, module.path)]
    return sorted(found, key=lambda each: each.span)


def _tests(items: tuple[tree.Item, ...], path: tuple[str, ...]) -> Iterator[Lens]:
    for item in items:
        if isinstance(item, tree.TestItem):
            yield Lens(item.name.span, "run test", TEST, SEPARATOR.join([*path, item.name.text]))
        elif isinstance(item, tree.InlineModule):
            yield from _tests(item.items, (*path, item.name.text))
