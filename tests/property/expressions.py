"""Random expressions of a wanted type.

`ExpressionMaker.expression(kind, depth, known)` gives the text of one; `known` says that its place has a written type,
so literals, type arguments and conversions may be left to the checker. Texts are atoms or stand in parentheses, except
the lowest level (`match`, lambdas) in places that allow it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.property.choices import Choices
from tests.property.kinds import (
    BOOL,
    CHAR,
    F64,
    FLOATS,
    I64,
    INTEGERS,
    NUMBERS,
    PRIMITIVES,
    SIGNED,
    STRING,
    U8,
    Array,
    Contract,
    Enum,
    Function,
    Itself,
    Kind,
    Primitive,
    Struct,
    option,
    result,
    width,
    written,
)
from tests.property.patterns import Binding, PatternMaker
from tests.property.world import Declared, Variable, World, box, is_castable, is_ordered, pair

CHARACTERS = ("'a'", "'Z'", "'0'", "'\\n'", "'é'", "'\\u{1F600}'", "'\\''", "' '")
STRINGS = ('""', '"a"', '"two words"', '"é and 😀"', '"tab\\tquote\\""', '"$ {x}"', '"line\\n"', '"  padded "', '"42"')
FLOAT_LITERALS = ("0.0", "1.0", "0.1", "2.5", "1e21", "1e-7", "123456.789", "3.4e38", "1e300")
F32_LITERALS = ("0.0", "1.0", "0.1", "2.5", "1e21", "1e-7", "123456.789", "3.4e38")
COST_LIMIT = 4000
CALL_COST = 40


def either(left: Kind, right: Kind) -> Enum:
    return Enum("Either", (left, right), (("Left", (left,)), ("Right", (right,))))


def tree(value: Kind) -> Enum:
    return Enum("Tree", (value,), (("Leaf", ()), ("Node", (Itself(), value, Itself()))))


class ExpressionMaker:
    """Expressions over what a world has declared and what is in scope."""

    def __init__(self, choices: Choices, world: World) -> None:
        self.choices = choices
        self.world = world
        self.patterns = PatternMaker(choices, world.name)
        self.variables: list[Variable] = []
        self.level = 0
        self.cost = 0
        self.factor = 1
        self.error: Kind | None = None
        """The error type that `?` may propagate here."""

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
        ]
        if self.world.structs:
            makers.append((4, lambda: self.choices.pick(self.world.structs)))
        if self.world.enums:
            makers.append((4, lambda: self.choices.pick(self.world.enums)))
        if self.world.contracts:
            makers.append((1, lambda: self.choices.pick(self.world.contracts)))
        return self.choices.weighted(makers)()

    def function_kind(self, depth: int) -> Function:
        parameters = tuple(self.kind(depth - 2) for _ in range(self.choices.below(3)))
        return Function(parameters, self.kind(depth - 1))

    # Scope

    def readable(self) -> Iterator[tuple[str, Kind]]:
        """Every variable and field in scope with its type."""
        for variable in self.visible():
            yield variable.name, variable.kind
            if isinstance(variable.kind, Struct):
                for name, kind in variable.kind.fields:
                    yield f"{variable.name}.{name}", kind
                    if isinstance(kind, Struct):
                        yield from ((f"{variable.name}.{name}.{inner}", each) for inner, each in kind.fields)

    def visible(self) -> Iterator[Variable]:
        return (each for each in self.variables if not each.own or each.level == self.level)

    def bind(self, bindings: tuple[Binding, ...]) -> None:
        self.variables += [Variable(name, kind, False, self.level) for name, kind in bindings]

    def may_spend(self, cost: int) -> bool:
        return self.cost + cost * self.factor <= COST_LIMIT

    def spend(self, cost: int) -> None:
        self.cost += cost * self.factor

    # Expressions

    def expression(self, kind: Kind, depth: int, known: bool = False) -> str:
        self.spend(1)
        if depth <= 0:
            return self.leaf(kind, known)
        makers = self._special(kind, depth, known)
        makers.append((2, lambda: self.leaf(kind, known)))
        makers += self._general(kind, depth, known)
        return self.choices.weighted(makers)()

    def leaf(self, kind: Kind, known: bool) -> str:
        """A variable or the smallest value."""
        names = [name for name, each in self.readable() if each == kind]
        if names and not self.choices.one_in(4):
            return self.choices.pick(names)
        return self.smallest(kind, known)

    def smallest(self, kind: Kind, known: bool) -> str:
        match kind:
            case Primitive():
                return self.literal(kind)
            case Array():
                count = self.choices.below(4)
                if count == 0 and not known:
                    return f"Array.Filled<{written(kind.element)}>(0, {self.smallest(kind.element, True)})"
                return f"[{', '.join(self.leaf(kind.element, False) for _ in range(count))}]"
            case Struct():
                return self.struct_literal(kind, 0, known)
            case Enum():
                return self.constructor(kind, 0, known)
            case Function():
                return self.function_value(kind, 0, known)
            case Contract():
                return self.contract_value(kind, 0)

    def literal(self, kind: Primitive) -> str:
        if kind == BOOL:
            return self.choices.pick(("false", "true"))
        if kind == CHAR:
            return self.choices.pick(CHARACTERS)
        if kind == STRING:
            return self.choices.pick(STRINGS)
        sign = self.choices.one_in(4)
        if kind in FLOATS:
            text = self.choices.pick(F32_LITERALS if kind.name == "f32" else FLOAT_LITERALS) + f"_{kind.name}"
            return f"(-{text})" if sign else text
        bits = width(kind)
        highest = 2 ** (bits - 1 if kind in SIGNED else bits) - 1
        value = self.choices.pick((0, 1, 2, 3, 7, 10, 31, 100, highest, highest - 1, highest // 3))
        text = f"{value:#x}" if self.choices.one_in(8) else str(value)
        if not sign or kind not in SIGNED:
            return f"{text}_{kind.name}"
        return f"(-{highest + 1}_{kind.name})" if value == highest else f"(-{text}_{kind.name})"

    def atom(self, kind: Kind, depth: int) -> str:
        """An expression that may stand before `.`, `(` or `[`."""
        text = self.expression(kind, depth)
        return text if text.isidentifier() or (text.endswith(")") and text.startswith("(")) else f"({text})"

    # What every type has

    def _general(self, kind: Kind, depth: int, known: bool) -> list[tuple[int, Callable[[], str]]]:
        makers: list[tuple[int, Callable[[], str]]] = [
            (1, lambda: f"pick<{written(kind)}>({self._arguments((BOOL, kind, kind), depth)})"),
            (
                1,
                lambda: (
                    f'traced<{written(kind)}>("t{self.choices.below(9)}", {self.expression(kind, depth - 1, True)})'
                ),
            ),
            (1, lambda: f"Box<{written(kind)}> {{ value: {self.expression(kind, depth - 1, True)} }}.Get()"),
            (2, lambda: f"({self.matching(kind, depth, known)})"),
            (1, lambda: self._immediate(kind, depth)),
            (1, lambda: self._applied(kind, depth)),
        ]
        calls = [each for each in self.world.functions if each.result == kind and self._callable(each)]
        if calls:
            makers.append((4, lambda: self.call(self.choices.pick(calls), depth)))
        values = [(name, each) for name, each in self.readable() if isinstance(each, Function) and each.result == kind]
        if values and self.may_spend(CALL_COST):
            makers.append((3, lambda: self._value_call(*self.choices.pick(values), depth)))
        arrays = [name for name, each in self.readable() if isinstance(each, Array) and each.element == kind]
        if arrays:
            makers.append((3, lambda: self._element(self.choices.pick(arrays), depth)))
        places = [each for each in self.visible() if each.assignable and each.kind == kind]
        if places:
            makers.append((1, lambda: self._assignment(self.choices.pick(places), depth)))
        if self.error is not None and self.level == 0:
            error = self.error
            makers.append((1, lambda: f"{self.atom(result(kind, error), depth - 1)}?"))
        if isinstance(kind, Primitive):
            contracts = [each for each in self.world.contracts if each.result == kind]
            if contracts:
                makers.append((2, lambda: f"{self.atom(self.choices.pick(contracts), depth - 1)}.Measure()"))
        return makers

    def _arguments(self, kinds: tuple[Kind, ...], depth: int) -> str:
        return ", ".join(self.expression(kind, depth - 1, True) for kind in kinds)

    def _callable(self, function: Declared) -> bool:
        if not self.may_spend(function.cost):
            return False
        needed = [each.kind for each in function.parameters if each.mode]
        places = [each.kind for each in self.visible() if each.assignable]
        return len(set(needed)) == len(needed) and all(kind in places for kind in needed)

    def call(self, function: Declared, depth: int) -> str:
        """A call; `ref` and `out` arguments are locals of their type."""
        self.spend(function.cost)
        arguments = []
        for parameter in function.parameters:
            if parameter.mode:
                places = [each for each in self.visible() if each.assignable and each.kind == parameter.kind]
                arguments.append(f"{parameter.mode} {self.choices.pick(places).name}")
            else:
                arguments.append(self.expression(parameter.kind, depth - 1, True))
        receiver = "" if function.owner is None else f"{self.atom(function.owner, depth - 1)}."
        return f"{receiver}{function.name}({', '.join(arguments)})"

    def _value_call(self, name: str, kind: Function, depth: int) -> str:
        self.spend(CALL_COST)
        return f"{name}({self._arguments(kind.parameters, depth)})"

    def _element(self, name: str, depth: int) -> str:
        if self.choices.one_in(12):
            return f"{name}[{self.expression(I64, depth - 1)}]"
        index = f"({self.expression(I64, depth - 1)} & 0xffff) % larger({name}.Len(), 1)"
        return f"{name}[{index}]"

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
        for (pattern, bindings), may_fail in rows:
            mark = len(self.variables)
            self.bind(bindings)
            guard = f" when {self.expression(BOOL, depth - 1)}" if may_fail and self.choices.one_in(2) else ""
            arms.append(f"{pattern}{guard} => {self.expression(kind, depth - 1, known)}")
            del self.variables[mark:]
        return f"match {head} {{ {', '.join(arms)}, }}"

    def scrutinee_kind(self) -> Kind:
        seen = [kind for _, kind in self.readable() if isinstance(kind, Enum) or kind in (BOOL, CHAR, STRING)]
        if seen and not self.choices.one_in(3):
            return self.choices.pick(seen)
        kinds: list[Kind] = [BOOL, I64, STRING, CHAR, option(I64), either(U8, STRING), *self.world.enums]
        return self.choices.pick(kinds)

    # What single types have

    def _special(self, kind: Kind, depth: int, known: bool) -> list[tuple[int, Callable[[], str]]]:
        match kind:
            case Struct():
                return [(6, lambda: self.struct_literal(kind, depth, known)), *self._struct_results(kind, depth)]
            case Enum():
                return [(6, lambda: self.constructor(kind, depth, known)), *self._search(kind, depth)]
            case Array():
                return [(5, lambda: self._array(kind, depth, known)), *self._array_functions(kind, depth)]
            case Function():
                return [(8, lambda: self.function_value(kind, depth, known))]
            case Contract():
                return [(8, lambda: self.contract_value(kind, depth))]
            case _:
                return self._primitive(kind, depth, known)

    def struct_literal(self, kind: Struct, depth: int, known: bool) -> str:
        name = kind.name if known and self.choices.one_in(2) else written(kind)
        fields = [(field, self.expression(each, depth - 1, True)) for field, each in self.choices.shuffled(kind.fields)]
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
        parts = []
        for each in kind.payload(variant):
            text = self.expression(each, depth - 1, True)
            parts.append(self.world.trim(each, text) if each == kind else text)
        return f"{name}::{kind.variants[variant][0]}" + (f"({', '.join(parts)})" if parts else "()")

    def _search(self, kind: Enum, depth: int) -> list[tuple[int, Callable[[], str]]]:
        if kind == option(I64):
            return [(2, lambda: f"{self.atom(STRING, depth - 1)}.IndexOf({self.expression(STRING, depth - 1, True)})")]
        return []

    def _array(self, kind: Array, depth: int, known: bool) -> str:
        count = self.choices.below(4)
        if count == 0 and not known:
            return self.smallest(kind, known)
        return f"[{', '.join(self.expression(kind.element, depth - 1) for _ in range(count))}]"

    def _array_functions(self, kind: Array, depth: int) -> list[tuple[int, Callable[[], str]]]:
        element = written(kind.element)
        count = self.choices.below(5)
        makers: list[tuple[int, Callable[[], str]]] = [
            (1, lambda: f"Array.Filled<{element}>({count}, {self.expression(kind.element, depth - 1, True)})"),
            (1, lambda: f"{self.atom(kind, depth - 1)}.Copy()"),
            (1, lambda: f"{self.atom(kind, depth - 1)}.Reverse()"),
            (1, lambda: f"Array.Filter<{element}>({self._arguments((kind, Function((kind.element,), BOOL)), depth)})"),
            (1, lambda: self._mapped(kind, depth)),
        ]
        if kind.element in (*INTEGERS, STRING, CHAR):
            makers.append((1, lambda: f"{self.atom(kind, depth - 1)}.Copy().Sort()"))
        return makers

    def _mapped(self, kind: Array, depth: int) -> str:
        source = self.choices.pick(PRIMITIVES)
        arguments = self._arguments((Array(source), Function((source,), kind.element)), depth)
        return f"Array.Map<{written(source)}, {written(kind.element)}>({arguments})"

    def contract_value(self, kind: Contract, depth: int) -> str:
        return f"as{kind.name}({self.expression(self.choices.pick(kind.types), depth - 1, True)})"

    def function_value(self, kind: Function, depth: int, known: bool) -> str:
        named = [
            each.name
            for each in self.world.functions
            if each.owner is None
            and each.cost <= CALL_COST
            and each.result == kind.result
            and tuple(parameter.kind for parameter in each.parameters) == kind.parameters
            and not any(parameter.mode for parameter in each.parameters)
        ]
        if named and self.choices.one_in(2):
            return self.choices.pick(named)
        return f"({self.lambda_text(kind, depth, known)})"

    def lambda_text(self, kind: Function, depth: int, known: bool) -> str:
        """A lambda; what it calls is counted as if it ran once for each call."""
        names = [self.world.name("l") for _ in kind.parameters]
        mark, factor, error = len(self.variables), self.factor, self.error
        cost = self.cost
        self.cost = max(cost, COST_LIMIT - CALL_COST)
        self.level += 1
        self.error = None
        self.variables += [
            Variable(name, each, True, self.level) for name, each in zip(names, kind.parameters, strict=True)
        ]
        typed = ", ".join(f"{written(each)} {name}" for name, each in zip(names, kind.parameters, strict=True))
        body = self.lambda_body(kind.result, depth, known)
        self.level -= 1
        self.cost, self.factor, self.error = cost, factor, error
        del self.variables[mark:]
        return f"({typed}) => {body}"

    def lambda_body(self, kind: Kind, depth: int, known: bool) -> str:
        return self.expression(kind, depth, known)

    # Scalars and strings

    def _primitive(self, kind: Primitive, depth: int, known: bool) -> list[tuple[int, Callable[[], str]]]:
        if kind == BOOL:
            return [(8, lambda: self._truth(depth))]
        if kind == CHAR:
            return [(3, lambda: self._character(depth))]
        if kind == STRING:
            return [(8, lambda: self._text(depth))]
        makers: list[tuple[int, Callable[[], str]]] = [(8, lambda: self._number(kind, depth))]
        if known:
            makers.append((1, lambda: self.expression(self.choices.pick(NUMBERS), depth - 1)))
        return makers

    def _truth(self, depth: int) -> str:
        form = self.choices.below(6)
        if form == 0:
            return f"!{self.expression(BOOL, depth - 1)}"
        if form == 1:
            operator = self.choices.pick(("&&", "||", "==", "!="))
            return f"({self.expression(BOOL, depth - 1)} {operator} {self.expression(BOOL, depth - 1)})"
        if form == 2:
            kinds: list[Kind] = [*PRIMITIVES, *self.world.structs, *self.world.enums, option(U8), tree(I64)]
            kind = self.choices.pick(kinds)
            operators = ["==", "!="]
            if is_ordered(kind):
                operators += ["<", "<=", ">", ">="]
            elif kind == STRING or not isinstance(kind, Primitive):
                operators += ["===", "!=="]
            left, right = self.expression(kind, depth - 1), self.expression(kind, depth - 1)
            return f"({left} {self.choices.pick(operators)} {right})"
        if form == 3:
            method = self.choices.pick(("Contains", "StartsWith", "EndsWith"))
            return f"{self.atom(STRING, depth - 1)}.{method}({self.expression(STRING, depth - 1, True)})"
        number = self.choices.pick(NUMBERS)
        operator = self.choices.pick(("<", "<=", ">", ">=", "==", "!="))
        return f"({self.expression(number, depth - 1)} {operator} {self.expression(number, depth - 1)})"

    def _character(self, depth: int) -> str:
        number = self.expression(self.choices.pick(INTEGERS), depth - 1)
        return f"({number} as char)" if self.choices.one_in(16) else f"(({number} & 127) as char)"

    def _text(self, depth: int) -> str:
        form = self.choices.below(8)
        if form <= 1:
            return f"({self.expression(STRING, depth - 1)} + {self.expression(STRING, depth - 1)})"
        if form <= 3:
            pieces = [
                f"{self.choices.pick(('', 'x', ' = '))}${{{self.expression(self.choices.pick(PRIMITIVES), depth - 1)}}}"
                for _ in range(self.choices.between(1, 3))
            ]
            return f'"{"".join(pieces)}"'
        if form == 4:
            kind = self.kind()
            return self.world.show(kind, self.expression(kind, depth - 1, not isinstance(kind, Primitive)))
        receiver = self.atom(STRING, depth - 1)
        if form == 5:
            return f"{receiver}.{self.choices.pick(('ToUpper', 'ToLower', 'Trim', 'Reverse'))}()"
        if form == 6:
            return (
                f"{receiver}.Replace({self._arguments((STRING, STRING), depth)})"
                if self.choices.one_in(2)
                else (f"{receiver}.Repeat({self.expression(I64, depth - 1)} & 3)")
            )
        return f"clip({receiver}).Slice(0, {self.choices.below(3)})" if self.choices.one_in(6) else f"clip({receiver})"

    def _number(self, kind: Primitive, depth: int) -> str:
        form = self.choices.below(9)
        if form <= 2:
            operators = ["+", "-", "*"] if kind in FLOATS else ["+", "-", "*", "&", "|", "^", "<<", ">>"]
            left, right = self.expression(kind, depth - 1), self.expression(kind, depth - 1)
            return f"({left} {self.choices.pick(operators)} {right})"
        if form == 3:
            return self._quotient(kind, depth)
        if form == 4:
            return self._chain(kind, depth)
        if form == 5:
            if kind in FLOATS or (kind in SIGNED and self.choices.one_in(2)):
                return f"(-{self.expression(kind, depth - 1)})"
            return f"(~{self.expression(kind, depth - 1)})"
        if form == 6:
            return self._mixed(kind, depth)
        if form == 7 and kind in (I64, F64):
            return self._measured(kind, depth)
        source = self.choices.pick(
            [each for each in (*NUMBERS, CHAR) if is_castable(each) and not (each == CHAR and kind in FLOATS)]
        )
        return f"({self.expression(source, depth - 1)} as {kind.name})"

    def _quotient(self, kind: Primitive, depth: int) -> str:
        left, right = self.expression(kind, depth - 1), self.expression(kind, depth - 1)
        if kind in FLOATS:
            return f"({left} / {right})"
        operator = self.choices.pick(("/", "%"))
        if self.choices.one_in(16):
            return f"({left} {operator} {right})"
        guard = f"({right} & 7 | 1)" if kind in SIGNED else f"({right} | 1)"
        return f"({left} {operator} {guard})"

    def _chain(self, kind: Primitive, depth: int) -> str:
        """Operators without parentheses, for their precedence."""
        operators = ("+", "-", "*") if kind in FLOATS else ("+", "-", "*", "&", "|", "^", "<<", ">>")
        parts = [self.expression(kind, depth - 2)]
        for _ in range(self.choices.between(2, 4)):
            parts += [self.choices.pick(operators), self.expression(kind, depth - 2)]
        return f"({' '.join(parts)})"

    def _mixed(self, kind: Primitive, depth: int) -> str:
        """Operands of two types, where the language has a type that holds both."""
        left, right = self.choices.pick(MIXED)
        operator = self.choices.pick(("+", "-", "*"))
        return f"(({self.expression(left, depth - 1)} {operator} {self.expression(right, depth - 1)}) as {kind.name})"

    def _measured(self, kind: Primitive, depth: int) -> str:
        if kind == F64:
            function = self.choices.pick(("Sqrt", "Abs", "Floor", "Ceil", "Truncate", "Round"))
            return f"Math.{function}({self.expression(F64, depth - 1, True)})"
        arrays = [f"{name}.Len()" for name, each in self.readable() if isinstance(each, Array)]
        if arrays and self.choices.one_in(2):
            return self.choices.pick(arrays)
        return f"{self.atom(STRING, depth - 1)}.{self.choices.pick(('Len', 'CharCount'))}()"


def _mixes(left: Primitive, right: Primitive) -> bool:
    """Whether a type holds all values of both (decision L3)."""
    if left in FLOATS or right in FLOATS:
        return all(each in FLOATS or width(each) <= 32 for each in (left, right))
    if (left in SIGNED) == (right in SIGNED):
        return True
    return width(left if left not in SIGNED else right) <= 32


MIXED = [(left, right) for left in NUMBERS for right in NUMBERS if _mixes(left, right)]
