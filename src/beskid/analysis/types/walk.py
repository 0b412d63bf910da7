"""Traversal of typed trees: the children of a node, in the order of its fields, which is the order of evaluation."""

from __future__ import annotations

from collections.abc import Iterator

from beskid.analysis import typed
from beskid.analysis.model.symbols import LocalSymbol
from beskid.base.node import field_names, is_node
from beskid.source.text import Span

NODE_FIELDS: dict[type, tuple[str, ...]] = {
    cls: field_names(cls) for cls in vars(typed).values() if isinstance(cls, type) and is_node(cls)
}


def children(node: object) -> Iterator[object]:
    """Yield the child nodes of a node, including those in tuples."""
    for name in NODE_FIELDS.get(type(node), ()):
        yield from _nodes(getattr(node, name))


def _nodes(part: object) -> Iterator[object]:
    if isinstance(part, tuple):
        for item in part:
            yield from _nodes(item)
    elif type(part) in NODE_FIELDS:
        yield part


def captured_in(root: object, local: LocalSymbol) -> Span | None:
    """Return the location of the first lambda below a node that captures the local."""
    pending: list[object] = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, typed.Lambda) and local in node.captures:
            return node.span
        pending.extend(reversed(list(children(node))))
    return None
