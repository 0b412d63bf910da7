"""Strongly connected components: their members, their order, and which are cycles."""

from __future__ import annotations

from beskid.base.graph import is_cycle, strong_components

EDGES = {"a": ["b"], "b": ["c", "d"], "c": ["b"], "d": ["d", "e"], "e": [], "f": ["a", "e"]}


def test_components_come_after_their_targets() -> None:
    components = strong_components(EDGES)
    assert [set(members) for members in components] == [{"e"}, {"d"}, {"b", "c"}, {"a"}, {"f"}]
    assert [is_cycle(members, EDGES) for members in components] == [False, True, True, False, False]


def test_a_long_path_needs_no_recursion() -> None:
    edges = {number: [number + 1] for number in range(5_000)} | {5_000: [0]}
    assert len(strong_components(edges)) == 1
