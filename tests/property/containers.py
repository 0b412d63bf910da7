"""Random arrays, lists, maps and sets, and what is asked of options and results."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tests.property.kinds import (
    BOOL,
    CHAR,
    F64,
    I64,
    INTEGERS,
    PRIMITIVES,
    STRING,
    Array,
    Enum,
    Function,
    Kind,
    Struct,
    is_comparable,
    listing,
    option,
    result,
    written,
)
from tests.property.scalars import ScalarMaker

TEXT_PARTS = {"string": ("SplitWhitespace", "Lines"), "char": ("Chars",), "u8": ("ToBytes",)}
PARTS = {"List": "ToArray", "Set": "ToArray", "Map": "Keys"}
Maker = tuple[int, Callable[[], str]]


def _is_ordered(kind: Kind) -> bool:
    return isinstance(kind, Struct) and "Comparable" in kind.contracts


class ContainerMaker(ScalarMaker):
    """Expressions of types that hold others."""

    def array(self, kind: Array, depth: int, known: bool) -> str:
        count = self.choices.below(4)
        if count == 0 and not known:
            return f"Array.Filled<{written(kind.element)}>(0, {self.expression(kind.element, 0, True)})"
        return f"[{', '.join(self.expression(kind.element, depth - 1) for _ in range(count))}]"

    def array_functions(self, kind: Array, depth: int) -> list[tuple[int, Callable[[], str]]]:
        element = written(kind.element)
        count = self.choices.below(5)
        makers: list[tuple[int, Callable[[], str]]] = [
            (1, lambda: f"Array.Filled<{element}>({count}, {self.expression(kind.element, depth - 1, True)})"),
            (1, lambda: f"{self.atom(kind, depth - 1)}.Copy()"),
            (1, lambda: f"{self.atom(kind, depth - 1)}.Reverse()"),
            (1, lambda: f"Array.Filter<{element}>({self.arguments((kind, Function((kind.element,), BOOL)), depth)})"),
            (1, lambda: self._mapped(kind, depth)),
        ]
        if kind.element in (*INTEGERS, STRING, CHAR) or _is_ordered(kind.element):
            makers.append((1, lambda: f"{self.atom(kind, depth - 1)}.Copy().Sort()"))
        text_parts = TEXT_PARTS.get(written(kind.element), ())
        if text_parts:
            method = self.choices.pick(text_parts)
            makers.append((1, lambda: f"clip({self.expression(STRING, depth - 1)}).{method}()"))
        for name, each in self.readable():
            if isinstance(each, Struct) and each.name in PARTS and kind.element in each.arguments[:1]:
                makers.append((1, partial(str, f"{name}.{PARTS[each.name]}()")))
            if isinstance(each, Struct) and each.name == "Map" and kind.element == each.arguments[1]:
                makers.append((1, partial(str, f"{name}.Values()")))
        return makers

    def _mapped(self, kind: Array, depth: int) -> str:
        source = self.choices.pick(PRIMITIVES)
        arguments = self.arguments((Array(source), Function((source,), kind.element)), depth)
        return f"Array.Map<{written(source)}, {written(kind.element)}>({arguments})"

    # Lists, maps, sets

    def container(self, kind: Struct, depth: int) -> str:
        """A list, a map or a set."""
        arguments = ", ".join(map(written, kind.arguments))
        if depth <= 0:
            return f"{kind.name}.New<{arguments}>()"
        element = kind.arguments[0]
        receiver = self.atom(kind, depth - 1)
        if kind.name == "Map":
            if self.choices.one_in(3):
                return f"{receiver}.Remove({self.expression(element, depth - 1, True)})"
            return f"{receiver}.Insert({self.arguments(kind.arguments, depth)})"
        if self.choices.one_in(2):
            return f"{kind.name}.FromArray<{arguments}>({self.expression(Array(element), depth - 1, True)})"
        if kind.name == "Set":
            method = self.choices.pick(("Add", "Remove", "Union", "Intersect", "Difference"))
            other: Kind = element if method in ("Add", "Remove") else kind
            return f"{receiver}.{method}({self.expression(other, depth - 1, True)})"
        return self.choices.weighted(self._list_functions(kind, element, receiver, depth))()

    def _list_functions(self, kind: Struct, element: Kind, receiver: str, depth: int) -> list[Maker]:
        makers: list[Maker] = [
            (4, lambda: f"{receiver}.Push({self.expression(element, depth - 1, True)})"),
            (1, lambda: f"{receiver}.Insert(0, {self.expression(element, depth - 1, True)})"),
            (1, lambda: f"{receiver}.Reverse()"),
            (1, lambda: f"{receiver}.Filter({self.expression(Function((element,), BOOL), depth - 1, True)})"),
            (1, lambda: self._list_map(element, depth)),
        ]
        if is_comparable(element):
            makers.append((1, lambda: f"{receiver}.Sort()"))
        return makers

    def _list_map(self, element: Kind, depth: int) -> str:
        source = self.choices.pick(PRIMITIVES)
        arguments = self.arguments((listing(source), Function((source,), element)), depth)
        return f"List.Map<{written(source)}, {written(element)}>({arguments})"

    def held(self, kind: Kind, depth: int) -> list[Maker]:
        """Values that containers in scope, options and results hold."""
        makers: list[Maker] = [
            (1, lambda: f"{self.atom(option(kind), depth - 1)}.UnwrapOr({self.expression(kind, depth - 1, True)})"),
            (
                1,
                lambda: f"{self.atom(result(kind, I64), depth - 1)}.ValueOr({self.expression(kind, depth - 1, True)})",
            ),
        ]
        for name, each in self.readable():
            if not isinstance(each, Struct):
                continue
            if each.name == "List" and each.arguments == (kind,):
                makers.append((2, partial(self._at, name, depth)))
            if each.name == "Map" and each.arguments[1] == kind:
                makers.append((2, partial(self._get, f"{name}.GetOr", each.arguments, depth)))
        return makers

    def _at(self, name: str, depth: int) -> str:
        return f"{name}.At({self.index(f'{name}.Count()', depth)})"

    def _get(self, method: str, kinds: tuple[Kind, ...], depth: int) -> str:
        return f"{method}({self.arguments(kinds, depth)})"

    def index(self, length: str, depth: int) -> str:
        """An index below a length, or 0; seldom anything."""
        if self.choices.one_in(12):
            return self.expression(I64, depth - 1)
        return f"({self.expression(I64, depth - 1)} & 0xffff) % larger({length}, 1)"

    def found(self, kind: Enum, depth: int) -> list[Maker]:
        """Options and results that searches give."""
        makers: list[Maker] = []
        if kind == option(I64):
            makers += [
                (1, lambda: f"{self.atom(STRING, depth - 1)}.IndexOf({self.expression(STRING, depth - 1, True)})"),
                (1, lambda: f"{self.atom(I64, depth - 1)}.CheckedMultiply({self.expression(I64, depth - 1, True)})"),
            ]
        if kind in (result(I64, STRING), result(F64, STRING)):
            makers.append((1, lambda: f"{self.atom(STRING, depth - 1)}.Parse{written(kind.arguments[0]).upper()}()"))
        if kind.name == "Result":
            value, error = kind.arguments
            makers.append(
                (1, lambda: f"{self.atom(option(value), depth - 1)}.OkOr({self.expression(error, depth - 1)})")
            )
        if kind.name != "Option":
            return makers
        value = kind.arguments[0]
        makers.append((1, lambda: f"{self.atom(result(value, STRING), depth - 1)}.ToOption()"))
        for name, each in self.readable():
            if isinstance(each, Struct) and each.name == "List" and each.arguments == (value,):
                method = self.choices.pick(("First", "Last", "Pop"))
                makers.append((2, partial(str, f"{name}.{method}()")))
            if isinstance(each, Struct) and each.name == "Map" and each.arguments[1] == value:
                makers.append((2, partial(self._get, f"{name}.Get", each.arguments[:1], depth)))
        return makers
