"""Random expressions of a wanted type.

`ExpressionMaker.expression(kind, depth, known)` gives the text of one; `known` says that its place has a written type,
so literals, type arguments and conversions may be left to the checker. Texts are atoms or stand in parentheses, except
the lowest level (`match`, lambdas) in places that allow it.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable

from tests.property.constants import fits
from tests.property.containers import ContainerMaker
from tests.property.kinds import (
    BOOL,
    CHAR,
    I64,
    INTEGERS,
    NUMBERS,
    PRIMITIVES,
    STRING,
    U8,
    UNIT,
    Array,
    Contract,
    Enum,
    Function,
    Kind,
    Primitive,
    Struct,
    is_comparable,
    is_container,
    like,
    listing,
    option,
    result,
    written,
)
from tests.property.scope import CALL_COST, COST_LIMIT, either
from tests.property.world import Declared, Variable, grid, pair

DEEPEST = 3
ASSIGNMENT = re.compile(r"\(+[\w.\[\]]+ = ")


class ExpressionMaker(ContainerMaker):
    """Expressions over what a world has declared and what is in scope."""

    recursive: Declared | None = None
    """The function being written, when it may call itself; how often is counted by `recursions`."""
    recursions = 0
    may_leave = False

    @abstractmethod
    def inner_block(self, kind: Kind, depth: int, known: bool) -> str:
        """A block with a value."""

    @abstractmethod
    def leaving(self) -> str:
        """A `return` as an expression."""

    # Expressions

    def expression(self, kind: Kind, depth: int, known: bool = False) -> str:
        self.spend(1)
        if kind == UNIT:
            return f"noted({self.leaf(STRING, True)})"
        if depth <= 0:
            return self.leaf(kind, known)
        makers = self._special(kind, depth, known)
        makers.append((2, lambda: self.leaf(kind, known)))
        makers += self._general(kind, depth, known)
        return self.choices.weighted(makers)()

    def leaf(self, kind: Kind, known: bool) -> str:
        """A variable or the smallest value."""
        names = [name for name, each in self.readable() if each == kind]
        if known and kind in NUMBERS and not self.choices.one_in(4):
            names += [each.name for each in self.visible() if each.value is not None and _holds(kind, each.value)]
        if names and not self.choices.one_in(4):
            return self.choices.pick(names)
        return self.smallest(kind, known)

    def smallest(self, kind: Kind, known: bool) -> str:
        match kind:
            case Primitive():
                return self.literal(kind, known and self.choices.one_in(2))
            case Array():
                count = self.choices.below(4)
                if count == 0 and not known:
                    return f"Array.Filled<{written(kind.element)}>(0, {self.smallest(kind.element, True)})"
                return f"[{', '.join(self.leaf(kind.element, False) for _ in range(count))}]"
            case Struct() if is_container(kind):
                return self.container(kind, 0)
            case Struct():
                return self.struct_literal(kind, 0, known)
            case Enum():
                return self.constructor(kind, 0, known)
            case Function():
                return self.function_value(kind, 0, known)
            case Contract():
                return self.contract_value(kind, 0)

    # What every type has

    def _general(self, kind: Kind, depth: int, known: bool) -> list[tuple[int, Callable[[], str]]]:
        makers: list[tuple[int, Callable[[], str]]] = [
            (1, lambda: f"pick<{written(kind)}>({self.arguments((BOOL, kind, kind), depth)})"),
            (
                1,
                lambda: (
                    f'traced<{written(kind)}>("t{self.choices.below(9)}", {self.expression(kind, depth - 1, True)})'
                ),
            ),
            (1, lambda: f"Box<{written(kind)}> {{ value: {self.expression(kind, depth - 1, True)} }}.Get()"),
            (2, lambda: f"({self.matching(kind, depth, known)})"),
            (1, lambda: f"({self.conditional(kind, depth, known)})"),
            (1, lambda: f"({self.inner_block(kind, depth, known)})"),
            (1, lambda: self._immediate(kind, depth)),
            (1, lambda: self._applied(kind, depth)),
        ]
        if self.choices.one_in(4):
            makers += self.held(kind, depth)
        if is_comparable(kind):
            makers.append((1, lambda: f"greatest<{written(kind)}>({self.arguments((kind, kind), depth)})"))
        calls = [each for each in self.world.functions if each.result == kind and self.may_call(each)]
        if calls:
            makers.append((4, lambda: self.call(self.choices.pick(calls), depth)))
        values = [(name, each) for name, each in self.readable() if isinstance(each, Function) and each.result == kind]
        if values and self.may_spend(CALL_COST):
            makers.append((3, lambda: self._value_call(*self.choices.pick(values), depth)))
        arrays = [name for name, each in self.readable() if isinstance(each, Array) and each.element == kind]
        if arrays:
            makers.append((3, lambda: self._element(self.choices.pick(arrays), depth)))
        lists = [name for name, each in self.readable() if isinstance(each, Struct) and each == listing(kind)]
        if lists:
            name = self.choices.pick(lists)
            makers.append((2, lambda: f"{name}[{self.index(f'{name}.Count()', depth)}]"))
        maps = [
            (name, each.arguments[0])
            for name, each in self.readable()
            if isinstance(each, Struct) and each.name == "Map" and each.arguments[1] == kind
        ]
        if maps:
            makers.append((2, lambda: self._present(*self.choices.pick(maps), kind, depth)))
        grids = [name for name, each in self.readable() if isinstance(each, Struct) and each == grid(kind)]
        if grids:
            makers.append((4, lambda: self._cell(self.choices.pick(grids), kind, depth)))
        if isinstance(kind, Primitive) and kind in NUMBERS:
            makers.append((1, lambda: self._number_function(kind, depth)))
        places = [each for each in self.visible() if each.assignable and each.kind == kind]
        if places:
            makers.append((1, lambda: self._assignment(self.choices.pick(places), depth)))
        if self.way_out is not None and self.level == 0:
            tried = like(self.way_out, kind)
            makers.append((1, lambda: f"{self.atom(tried, depth - 1)}?"))
        elif self.is_entry and self.level == 0 and self.choices.one_in(12):
            fallible = self.choices.pick((result(kind, STRING), result(kind, I64), option(kind)))
            makers.append((1, lambda: f"{self.atom(fallible, depth - 1)}?"))
        measures = [each for each in self.world.contracts if each.result == kind]
        if measures:
            makers.append((2, lambda: f"{self.atom(self.choices.pick(measures), depth - 1)}.Measure()"))
        answers = [each for each in self.world.contracts if each.answer == kind]
        if answers:
            makers.append((2, lambda: self._response(self.choices.pick(answers), depth)))
        this = self.recursive
        if this is not None and this.result == kind and self.may_recur():
            makers.append((6, lambda: self._recursion(this, depth)))
        return makers

    def may_recur(self) -> bool:
        """Whether the function being written may call itself here: twice at most, outside loops and lambdas."""
        return self.recursions > 0 and self.factor == 1 and self.level == 0

    def _recursion(self, function: Declared, depth: int) -> str:
        if not self.may_recur():
            return self.leaf(function.result or I64, False)
        self.recursions -= 1
        parts = ["fuel - 1", *(self.expression(each.kind, depth - 1, True) for each in function.parameters)]
        return f"{function.name}({', '.join(parts)})"

    def _response(self, kind: Contract, depth: int) -> str:
        return f"{self.atom(kind, depth - 1)}.Respond({self.expression(kind.question, depth - 1, True)})"

    def may_call(self, function: Declared) -> bool:
        if not self.may_spend(function.cost):
            return False
        needed = [each.kind for each in function.parameters if each.mode]
        places = [kind for _, kind in self.places()]
        return len(set(needed)) == len(needed) and all(kind in places for kind in needed)

    def call(self, function: Declared, depth: int) -> str:
        """A call; `ref` and `out` arguments are locals, fields or elements of their type."""
        self.spend(function.cost)
        arguments = [str(self.choices.between(1, DEEPEST))] if function.recursive else []
        for parameter in function.parameters:
            if parameter.mode:
                places = [name for name, kind in self.places() if kind == parameter.kind]
                if self.choices.one_in(3):
                    places += [f"{name}[0]" for name, kind in self.readable() if kind == Array(parameter.kind)]
                arguments.append(f"{parameter.mode} {self.choices.pick(places)}")
            else:
                arguments.append(self.expression(parameter.kind, depth - 1, True))
        receiver = "" if function.owner is None else f"{self.atom(function.owner, depth - 1)}."
        return f"{receiver}{function.name}({', '.join(arguments)})"

    def _value_call(self, name: str, kind: Function, depth: int) -> str:
        self.spend(CALL_COST)
        return f"{name}({self.arguments(kind.parameters, depth)})"

    def _element(self, name: str, depth: int) -> str:
        return f"{name}[{self.index(f'{name}.Len()', depth)}]"

    def _present(self, name: str, key: Kind, kind: Kind, depth: int) -> str:
        """The value of a key if the map has it, or any key; a missing one panics."""
        text = self.leaf(key, True)
        if self.choices.one_in(12):
            return f"{name}[{text}]"
        other = self.expression(kind, depth - 1, True)
        return f"(if {name}.ContainsKey({text}) {{ {name}[{text}] }} else {{ {start(other)} }})"

    def _cell(self, name: str, kind: Kind, depth: int) -> str:
        other = self.expression(kind, depth - 1, True)
        cell = f"{name}[0, {self.choices.pick(('0', '0x10000'))}]"
        return f"(if {name}.cells.Len() > 0 {{ {cell} }} else {{ {start(other)} }})"

    def _number_function(self, kind: Primitive, depth: int) -> str:
        arguments = f"<{kind.name}>" if self.choices.one_in(2) else ""
        if self.choices.one_in(2):
            return f"total{arguments}({self.expression(Array(kind), depth - 1, bool(arguments))})"
        return f"blend{arguments}({self.arguments((kind, kind), depth) if arguments else self._both(kind, depth)})"

    def _both(self, kind: Kind, depth: int) -> str:
        """Two arguments that say their type."""
        return f"{self.expression(kind, depth - 1)}, {self.expression(kind, depth - 1)}"

    def _assignment(self, place: Variable, depth: int) -> str:
        return f"({place.name} = {self.world.trim(place.kind, self.expression(place.kind, depth - 1, True))})"

    def _immediate(self, kind: Kind, depth: int) -> str:
        parameter = self.choices.pick(PRIMITIVES)
        value = self.expression(parameter, depth - 1, True)
        return f"({self.lambda_text(Function((parameter,), kind), depth - 1, False)})({value})"

    def _applied(self, kind: Kind, depth: int) -> str:
        parameter = self.choices.pick(PRIMITIVES)
        function = self.function_value(Function((parameter,), kind), depth - 1, True)
        return (
            f"apply<{written(parameter)}, {written(kind)}>({function}, {self.expression(parameter, depth - 1, True)})"
        )

    def matching(self, kind: Kind, depth: int, known: bool) -> str:
        """A `match` with rows that may fail before rows that cover everything."""
        scrutinee = self.scrutinee_kind()
        head = self.atom(scrutinee, depth - 1)
        rows = [(self.patterns.some(scrutinee, 2), True) for _ in range(self.choices.below(3))]
        rows += [(each, False) for each in self.patterns.covering(scrutinee, 2)]
        if rows[-1][0][0] not in ("_",) and not isinstance(scrutinee, Enum) and scrutinee != BOOL:
            rows.append((("_", ()), False))
        arms = []
        for place, ((pattern, bindings), may_fail) in enumerate(rows):
            mark = len(self.variables)
            self.bind(bindings)
            guard = f" when {self.expression(BOOL, depth - 1)}" if may_fail and self.choices.one_in(2) else ""
            arms.append(f"{pattern}{guard} => {self._branch(kind, depth, known, place + 1 < len(rows))}")
            del self.variables[mark:]
        return f"match {head} {{ {', '.join(arms)}, }}"

    def _branch(self, kind: Kind, depth: int, known: bool, may_leave: bool) -> str:
        """The value of an arm, in braces at times, or a `return`."""
        if may_leave and self.may_leave and self.level == 0 and self.choices.one_in(12):
            return self.choices.pick((self.leaving(), f"{{ {self.leaving()}; }}"))
        if may_leave and self.choices.one_in(40):
            return f"Panic({self.expression(STRING, 1)})"
        if self.choices.one_in(6):
            return self.inner_block(kind, depth, known)
        return self.expression(kind, depth - 1, known)

    def condition(self, depth: int) -> str:
        """A condition, which must not be an assignment."""
        text = self.expression(BOOL, depth)
        return f"({text} == true)" if ASSIGNMENT.match(text) else text

    def conditional(self, kind: Kind, depth: int, known: bool) -> str:
        """An `if` with a value."""
        text = f"if {self.condition(depth - 1)} {self.inner_block(kind, depth, known)}"
        if self.choices.one_in(4):
            text += f" else if {self.condition(depth - 1)} {self.inner_block(kind, depth, known)}"
        if self.may_leave and self.level == 0 and self.choices.one_in(6):
            return f"{text} else {{ {self.leaving()} }}"
        if self.choices.one_in(40):
            return f"{text} else {{ Panic({self.expression(STRING, 1)}) }}"
        return f"{text} else {self.inner_block(kind, depth, known)}"

    def scrutinee_kind(self) -> Kind:
        seen = [kind for _, kind in self.readable() if isinstance(kind, Enum) or kind in (BOOL, CHAR, STRING)]
        if seen and not self.choices.one_in(3):
            return self.choices.pick(seen)
        kinds: list[Kind] = [BOOL, I64, STRING, CHAR, option(I64), either(U8, STRING), *self.world.enums]
        return self.choices.pick(kinds)

    # What single types have

    def _special(self, kind: Kind, depth: int, known: bool) -> list[tuple[int, Callable[[], str]]]:
        match kind:
            case Struct() if is_container(kind):
                return [(8, lambda: self.container(kind, depth))]
            case Struct():
                return [(6, lambda: self.struct_literal(kind, depth, known)), *self._struct_results(kind, depth)]
            case Enum():
                return [(6, lambda: self.constructor(kind, depth, known)), *self.found(kind, depth)]
            case Array():
                return [(5, lambda: self.array(kind, depth, known)), *self.array_functions(kind, depth)]
            case Function():
                return [(8, lambda: self.function_value(kind, depth, known))]
            case Contract():
                return [(8, lambda: self.contract_value(kind, depth))]
            case _:
                return self.primitive(kind, depth, known)

    def struct_literal(self, kind: Struct, depth: int, known: bool) -> str:
        name = kind.name if known and self.choices.one_in(2) else written(kind)
        fields = [(field, self.expression(each, depth - 1, True)) for field, each in self.choices.shuffled(kind.fields)]
        if fields and self.choices.one_in(6):
            field, value = fields[0]
            of = next(each for name, each in kind.fields if name == field)
            rest = "".join(f", {other}: {text}" for other, text in fields[1:])
            return f"({{ {written(of)} {field} = {value}; {name} {{ {field}{rest} }} }})"
        return f"{name} {{ {', '.join(f'{field}: {value}' for field, value in fields)} }}"

    def _struct_results(self, kind: Struct, depth: int) -> list[tuple[int, Callable[[], str]]]:
        if kind.name == "Box":
            return [
                (1, lambda: f"{self.atom(kind, depth - 1)}.With({self.expression(kind.arguments[0], depth - 1, True)})")
            ]
        if kind.name == "Pair":
            return [(1, lambda: f"{self.atom(pair(kind.arguments[1], kind.arguments[0]), depth - 1)}.Swap()")]
        return []

    def constructor(self, kind: Enum, depth: int, known: bool) -> str:
        name = kind.name if known and self.choices.one_in(2) else written(kind)
        variants = list(range(len(kind.variants)))
        if depth <= 0 and kind.is_recursive():
            variants = [each for each in variants if kind not in kind.payload(each)]
        variant = self.choices.pick(variants)
        if kind.payload(variant) == (UNIT,):
            if kind == result(UNIT, STRING) and depth > 0 and self.choices.one_in(3):
                return f"checked({self.expression(BOOL, depth - 1)})"
            return f"{name}::{kind.variants[variant][0]}" + self.choices.pick(("()", '(noted("n"))'))
        parts = []
        for each in kind.payload(variant):
            text = self.expression(each, depth - 1, True)
            parts.append(self.world.trim(each, text) if each == kind else text)
        return f"{name}::{kind.variants[variant][0]}" + (f"({', '.join(parts)})" if parts else "()")

    def contract_value(self, kind: Contract, depth: int) -> str:
        return f"as{kind.name}({self.expression(self.choices.pick(kind.types), depth - 1, True)})"

    def function_value(self, kind: Function, depth: int, known: bool) -> str:
        named = [each.name for each in self.world.functions if each.owner is None and _can_be(each, kind)]
        if named and self.choices.one_in(2):
            return self.choices.pick(named)
        owners = [
            (each.owner, each.name) for each in self.world.functions if each.owner is not None and _can_be(each, kind)
        ]
        if owners and self.choices.one_in(2):
            owner, name = self.choices.pick(owners)
            return f"{self.atom(owner, depth - 1)}.{name}"
        return f"({self.lambda_text(kind, depth, known)})"

    def lambda_text(self, kind: Function, depth: int, known: bool) -> str:
        """A lambda; what it calls is counted as if it ran once for each call."""
        names = [self.world.name("l") for _ in kind.parameters]
        mark, factor, way_out = len(self.variables), self.factor, self.way_out
        cost = self.cost
        self.cost = max(cost, COST_LIMIT - CALL_COST)
        self.level += 1
        self.way_out = None
        self.variables += [
            Variable(name, each, True, self.level) for name, each in zip(names, kind.parameters, strict=True)
        ]
        typed = ", ".join(f"{written(each)} {name}" for name, each in zip(names, kind.parameters, strict=True))
        body = self.lambda_body(kind.result, depth, known)
        self.level -= 1
        self.cost, self.factor, self.way_out = cost, factor, way_out
        del self.variables[mark:]
        return f"({typed}) => {body}"

    def lambda_body(self, kind: Kind, depth: int, known: bool) -> str:
        return self.expression(kind, depth, known)


def _holds(kind: Kind, value: int) -> bool:
    """Whether a local that stands for the value takes the number type silently, and shows it in the same form."""
    return isinstance(kind, Primitive) and kind in INTEGERS and fits(value, kind)


def start(text: str) -> str:
    """The text where a statement may precede it on its line."""
    return f"({text})" if text.startswith("-") else text


def _can_be(function: Declared, kind: Function) -> bool:
    """Whether a function is a value of this type, and a cheap one."""
    return (
        function.cost <= CALL_COST
        and not function.recursive
        and function.result == kind.result
        and tuple(parameter.kind for parameter in function.parameters) == kind.parameters
        and not any(parameter.mode for parameter in function.parameters)
    )
