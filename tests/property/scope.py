"""What is in scope while a random program is written, and what its calls may cost.

The makers of expressions and statements build on it. `cost` counts the work of the function at hand, `factor` how often
the place at hand runs; so every program ends soon.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator

from tests.property.choices import Choices
from tests.property.kinds import (
    I64,
    PRIMITIVES,
    STRING,
    UNIT,
    Array,
    Enum,
    Function,
    Itself,
    Kind,
    Struct,
    is_hashable,
    listing,
    mapping,
    option,
    result,
    setting,
)
from tests.property.patterns import Binding, PatternMaker
from tests.property.world import Variable, World, box, grid, pair

COST_LIMIT = 4000
CALL_COST = 40
KEYS = tuple(each for each in PRIMITIVES if each.name != "f32")


def either(left: Kind, right: Kind) -> Enum:
    return Enum("Either", (left, right), (("Left", (left,)), ("Right", (right,))))


def tree(value: Kind) -> Enum:
    return Enum("Tree", (value,), (("Leaf", ()), ("Node", (Itself(), value, Itself()))))


class Scope(ABC):
    """Variables in scope, types that can be made, places that can be assigned."""

    def __init__(self, choices: Choices, world: World) -> None:
        self.choices = choices
        self.world = world
        self.patterns = PatternMaker(choices, world.name)
        self.variables: list[Variable] = []
        self.level = 0
        self.cost = 0
        self.factor = 1
        self.way_out: Enum | None = None
        """The Result or Option that `?` may return from here."""
        self.is_entry = False
        """Whether this is the entry function, where `?` may panic."""

    @abstractmethod
    def expression(self, kind: Kind, depth: int, known: bool = False) -> str:
        """The text of an expression; `known` says that its place has a written type."""

    def atom(self, kind: Kind, depth: int) -> str:
        """An expression that may stand before `.`, `(` or `[`."""
        text = self.expression(kind, depth)
        return text if text.isidentifier() or (text.endswith(")") and text.startswith("(")) else f"({text})"

    def arguments(self, kinds: tuple[Kind, ...], depth: int) -> str:
        return ", ".join(self.expression(kind, depth - 1, True) for kind in kinds)

    # Types

    def kind(self, depth: int = 2) -> Kind:
        """Any type of which values can be made."""
        if depth <= 0 or self.choices.one_in(3):
            return self.choices.pick(PRIMITIVES)
        makers: list[tuple[int, Callable[[], Kind]]] = [
            (5, lambda: self.choices.pick(PRIMITIVES)),
            (2, lambda: Array(self.kind(depth - 1))),
            (2, lambda: option(self.kind(depth - 1))),
            (1, lambda: result(self.kind(depth - 1), self.choices.pick((STRING, I64)))),
            (1, lambda: box(self.kind(depth - 1))),
            (1, lambda: pair(self.kind(depth - 1), self.kind(depth - 1))),
            (1, lambda: either(self.kind(depth - 1), self.kind(depth - 1))),
            (1, lambda: tree(self.kind(depth - 2))),
            (2, lambda: self.function_kind(depth)),
            (1, lambda: listing(self.kind(depth - 1))),
            (1, lambda: mapping(self.key(), self.kind(depth - 1))),
            (1, lambda: setting(self.key())),
            (1, lambda: grid(self.kind(depth - 1))),
            (1, lambda: result(UNIT, STRING)),
        ]
        if self.world.structs:
            makers.append((4, lambda: self.choices.pick(self.world.structs)))
        if self.world.enums:
            makers.append((4, lambda: self.choices.pick(self.world.enums)))
        if self.world.contracts:
            makers.append((1, lambda: self.choices.pick(self.world.contracts)))
        return self.choices.weighted(makers)()

    def key(self) -> Kind:
        """A type that a map may have as its keys."""
        kinds: list[Kind] = [*KEYS, option(I64), *self.world.structs, *self.world.enums]
        kinds += [Array(I64), Array(STRING)]
        return self.choices.pick([each for each in kinds if is_hashable(each)] if self.choices.one_in(4) else KEYS)

    def function_kind(self, depth: int) -> Function:
        parameters = tuple(self.kind(depth - 2) for _ in range(self.choices.below(3)))
        return Function(parameters, self.kind(depth - 1))

    # Scope

    def readable(self) -> Iterator[tuple[str, Kind]]:
        """Every constant, variable and field in scope with its type."""
        yield from self.world.constants
        for variable in self.visible():
            yield variable.name, variable.kind
            if isinstance(variable.kind, Struct):
                for name, kind in variable.kind.fields:
                    yield f"{variable.name}.{name}", kind
                    if isinstance(kind, Struct):
                        yield from ((f"{variable.name}.{name}.{inner}", each) for inner, each in kind.fields)

    def visible(self) -> Iterator[Variable]:
        return (each for each in self.variables if not each.own or each.level == self.level)

    def places(self) -> list[tuple[str, Kind]]:
        """Everything that may stand left of `=`."""
        found: list[tuple[str, Kind]] = []
        for variable in self.visible():
            if variable.assignable:
                found.append((variable.name, variable.kind))
            if isinstance(variable.kind, Struct) and not variable.kind.is_value:
                found += [
                    (f"{variable.name}.{field}", kind)
                    for field, kind in variable.kind.fields
                    if not isinstance(kind, Function)
                ]
        return found

    def constant_names(self) -> set[str]:
        """The constants and the locals that stand for a literal."""
        names = {name for name, _ in self.world.constants}
        return names | {each.name for each in self.visible() if each.value is not None}

    def bind(self, bindings: tuple[Binding, ...]) -> None:
        self.variables += [Variable(name, kind, False, self.level) for name, kind in bindings]

    def may_spend(self, cost: int) -> bool:
        return self.cost + cost * self.factor <= COST_LIMIT

    def spend(self, cost: int) -> None:
        self.cost += cost * self.factor
