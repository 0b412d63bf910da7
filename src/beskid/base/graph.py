"""Cycles of a directed graph, given as the targets of each node. It must not know what the nodes are."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeVar

NodeT = TypeVar("NodeT", bound=Hashable)


def strong_components(edges: dict[NodeT, list[NodeT]]) -> list[list[NodeT]]:
    """Return the strongly connected components of a graph, targets first (Tarjan's algorithm, without recursion)."""
    result: list[list[NodeT]] = []
    number: dict[NodeT, int] = {}
    low: dict[NodeT, int] = {}
    component: list[NodeT] = []
    on_component: set[NodeT] = set()
    for root in edges:
        if root in number:
            continue
        number[root] = low[root] = len(number)
        component.append(root)
        on_component.add(root)
        work: list[tuple[NodeT, int]] = [(root, 0)]
        while work:
            name, position = work.pop()
            targets = edges[name]
            if position < len(targets):
                work.append((name, position + 1))
                target = targets[position]
                if target not in number:
                    number[target] = low[target] = len(number)
                    component.append(target)
                    on_component.add(target)
                    work.append((target, 0))
                elif target in on_component:
                    low[name] = min(low[name], number[target])
                continue
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[name])
            if low[name] == number[name]:
                first = len(component) - 1
                while component[first] != name:
                    first -= 1
                members = component[first:]
                del component[first:]
                on_component.difference_update(members)
                result.append(members)
    return result


def is_cycle(members: list[NodeT], edges: dict[NodeT, list[NodeT]]) -> bool:
    """Return whether the nodes of a strongly connected component are on a cycle of the graph: all are, or none."""
    return len(members) > 1 or members[0] in edges[members[0]]
