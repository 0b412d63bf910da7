"""Walk a tree without knowing its node types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from beskid.base.node import field_names, is_node
from beskid.source.text import SourceText, Span


def children(node: Any) -> Iterator[Any]:
    """Return the nodes directly inside a node."""
    for name in field_names(type(node)):
        yield from _nodes(getattr(node, name))


def _nodes(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple) and not isinstance(value, Span):
        for each in value:
            yield from _nodes(each)
    elif is_node(type(value)) and not isinstance(value, SourceText):
        yield value


def walk(node: Any) -> Iterator[tuple[Any, Any | None]]:
    """Yield (node, parent) for a node and everything below it."""
    pending: list[tuple[Any, Any | None]] = [(node, None)]
    while pending:
        current, parent = pending.pop()
        yield current, parent
        pending += [(child, current) for child in children(current)]
