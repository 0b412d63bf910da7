"""Classes made by `@node` and `@value` behave like the dataclasses that the type checker takes them for."""

from __future__ import annotations

import pickle
import sys

import pytest
from tests import limits

from beskid.base.node import field_names, is_node, node, replace, value


@node
class Leaf:
    """A class with a default and a method of its own."""

    start: int
    text: str = "none"

    def shown(self) -> str:
        return f"{self.text}@{self.start}"


@value
class Pair:
    left: int
    right: tuple[int, ...] = ()


@value
class Other:
    left: int
    right: tuple[int, ...] = ()


@value
class Unit:
    """A class without fields."""


@value
class Loud:
    """Keeps the equality that it defines."""

    text: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Loud) and self.text.upper() == other.text.upper()

    def __hash__(self) -> int:
        return hash(self.text.upper())


def test_positional_named_and_default_arguments() -> None:
    assert Leaf(3).shown() == "none@3"
    assert Leaf(text="a", start=1).shown() == "a@1"


@pytest.mark.parametrize("arguments", [(), (1, "a", 2)])
def test_wrong_arguments_name_the_class(arguments: tuple[object, ...]) -> None:
    with pytest.raises(TypeError, match=r"Leaf\.__init__\(\)"):
        Leaf(*arguments)  # type: ignore[arg-type]


def test_nodes_compare_by_identity() -> None:
    leaf = Leaf(1)
    assert leaf == leaf
    assert leaf != Leaf(1)
    assert len({leaf, Leaf(1)}) == 2


def test_values_compare_and_hash_by_their_fields() -> None:
    assert Pair(1, (2,)) == Pair(1, (2,))
    assert Pair(1) != Pair(2)
    assert Pair(1) != Other(1)  # type: ignore[comparison-overlap]
    assert len({Pair(1), Pair(1), Pair(1, (2,))}) == 2
    assert Unit() == Unit()
    assert hash(Unit()) == hash(Unit())


def test_equality_of_the_class_itself_wins() -> None:
    assert Loud("a") == Loud("A")
    assert hash(Loud("a")) == hash(Loud("A"))


def test_instances_have_slots_only() -> None:
    assert not hasattr(Pair(1), "__dict__")
    with pytest.raises(AttributeError):
        Pair(1).extra = 2  # type: ignore[attr-defined]


def test_fields_repr_patterns_and_copies() -> None:
    assert is_node(Pair)
    assert not is_node(int)
    assert field_names(Leaf) == ("start", "text")
    assert repr(Pair(1, (2,))) == "Pair(left=1, right=(2,))"
    assert replace(Pair(1, (2,)), left=5) == Pair(5, (2,))
    match Pair(7, (8,)):
        case Pair(left, right):
            assert (left, right) == (7, (8,))
    assert pickle.loads(pickle.dumps(Pair(1, (2,)))) == Pair(1, (2,))


def test_the_front_end_imports_no_dataclasses() -> None:
    code = "import sys, beskid.driver.session, beskid.lower.pipeline; print('dataclasses' in sys.modules)"
    done = limits.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
