"""Random literals, numbers, characters, truths and texts."""

from __future__ import annotations

from collections.abc import Callable

from tests.property.constants import exact, fits, is_constant, number
from tests.property.formats import a_format
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
    UNIT,
    Array,
    Contract,
    Function,
    Kind,
    Primitive,
    Struct,
    can_derive,
    is_container,
    listing,
    mapping,
    option,
    result,
    setting,
    width,
    written,
)
from tests.property.scope import Scope, tree
from tests.property.world import is_castable, is_ordered

CHARACTERS = ("'a'", "'Z'", "'0'", "'\\n'", "'é'", "'\\u{1F600}'", "'\\''", "' '")
BYTES = ("'a'", "'Z'", "'\\n'", "'\\u{7F}'")
STRINGS = ('""', '"a"', '"two words"', '"é and 😀"', '"tab\\tquote\\""', '"$ {x}"', '"line\\n"', '"  padded "', '"42"')
FLOAT_LITERALS = ("0.0", "1.0", "0.1", "2.5", "1e21", "1e-7", "123456.789", "3.4e38", "1e300")
F32_LITERALS = ("0.0", "1.0", "0.1", "2.5", "1e21", "1e-7", "123456.789", "3.4e38")


LEAVING = ("+", "-", "*", "/")
"""Operators on integers whose result may not fit their type."""

ASKED = {"List": "Contains", "Map": "ContainsKey", "Set": "Contains"}


class ScalarMaker(Scope):
    """Expressions of scalars and strings."""

    def literal(self, kind: Primitive, is_bare: bool = False) -> str:
        """A literal; a bare one has no suffix and takes the type of its place."""
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
        suffix = "" if is_bare else f"_{kind.name}"
        if not sign or kind not in SIGNED:
            return f"{text}{suffix}"
        return f"(-{highest + 1}{suffix})" if value == highest else f"(-{text}{suffix})"

    def operate(self, kind: Primitive, left: str, operator: str, right: str) -> str:
        """`left operator right`; of two constants whose result may leave the type, one is hidden."""
        names = self.constant_names()
        if kind in FLOATS or operator not in LEAVING or not (is_constant(left, names) and is_constant(right, names)):
            return f"({left} {operator} {right})"
        first, second = number(left), number(right)
        result = None if first is None or second is None else exact(operator, first, second)
        if result is not None and fits(result, kind):
            return f"({left} {operator} {right})"
        return f"(same({left}) {operator} {right})"

    def negated(self, kind: Primitive, operand: str) -> str:
        """`-operand`; a constant is hidden."""
        if kind in SIGNED and is_constant(operand, self.constant_names()):
            return f"(-same({operand}))"
        return f"(-{operand})"

    # Scalars and strings

    def primitive(self, kind: Primitive, depth: int, known: bool) -> list[tuple[int, Callable[[], str]]]:
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

    def constant(self, kind: Primitive, depth: int) -> str:
        """An expression of literals, constants and operators that cannot panic."""
        names = [name for name, each in self.world.constants if each == kind]
        if names and self.choices.one_in(3):
            return self.choices.pick(names)
        if depth <= 0:
            return self.literal(kind)
        if kind in INTEGERS:
            return self._integer_constant(kind, depth)
        left, right = self.constant(kind, depth - 1), self.constant(kind, depth - 1)
        if kind == STRING:
            return f"({left} + {right})"
        if kind == BOOL:
            form = self.choices.below(3)
            if form == 0:
                return f"({left} {self.choices.pick(('&&', '||', '==', '!='))} {right})"
            if form == 1:
                return f"!{left}"
            of = self.choices.pick((*NUMBERS, CHAR))
            operator = self.choices.pick(("<", "<=", ">", ">=", "==", "!="))
            return f"({self.constant(of, depth - 1)} {operator} {self.constant(of, depth - 1)})"
        if kind == CHAR:
            return f"(({self.constant(self.choices.pick(INTEGERS), depth - 1)} & 127) as char)"
        form = self.choices.below(3)
        if form == 0:
            return f"({self.constant(self.choices.pick(NUMBERS), depth - 1)} as {kind.name})"
        if form == 1:
            return f"(-{left})"
        return f"({left} {self.choices.pick(('+', '-', '*', '/'))} {right})"

    def _integer_constant(self, kind: Primitive, depth: int) -> str:
        """A constant expression; arithmetic only on literals whose result fits."""
        form = self.choices.below(4)
        if form == 0:
            return f"({self.constant(self.choices.pick((*NUMBERS, CHAR)), depth - 1)} as {kind.name})"
        left, right = self.constant(kind, depth - 1), self.constant(kind, depth - 1)
        if form == 1:
            return f"(~{left})"
        if form == 2:
            return f"({left} {self.choices.pick(('/', '%'))} ({right} & 7 | 1))"
        if self.choices.one_in(2):
            operator = self.choices.pick(LEAVING)
            first, second = (number(each) for each in (left, right))
            result = None if first is None or second is None else exact(operator, first, second)
            if result is not None and fits(result, kind):
                return f"({left} {operator} {right})"
            small = self.choices.pick(("+", "-", "*"))
            return f"(({left} & 7 | 8) {small} ({right} & 7))"
        return f"({left} {self.choices.pick(('&', '|', '^', '<<', '>>'))} {right})"

    def _truth(self, depth: int) -> str:
        form = self.choices.below(9)
        if form == 8:
            text = f"({self.expression(STRING, 0, True)} + {self.choices.pick(STRINGS[1:])})"
            return f"({text}[0] {self.choices.pick(('==', '!=', '<'))} {self.choices.pick(BYTES)})"
        if form == 7:
            return self._asked(depth)
        if form == 0:
            return f"!{self.expression(BOOL, depth - 1)}"
        if form == 1:
            operator = self.choices.pick(("&&", "||", "==", "!="))
            return f"({self.expression(BOOL, depth - 1)} {operator} {self.expression(BOOL, depth - 1)})"
        if form == 2:
            kinds: list[Kind] = [
                *PRIMITIVES,
                *self.world.structs,
                *self.world.enums,
                option(U8),
                tree(I64),
                Array(I64),
                Array(STRING),
                result(UNIT, STRING),
                listing(I64),
                listing(STRING),
                mapping(STRING, I64),
                setting(U8),
            ]
            kinds += [each for _, each in self.readable() if is_container(each) and can_derive("Equatable", each)]
            kind = self.choices.pick(kinds)
            operators = ["==", "!="]
            if is_ordered(kind):
                operators += ["<", "<=", ">", ">="]
            elif kind == STRING or not (isinstance(kind, Primitive) or (isinstance(kind, Struct) and kind.is_value)):
                operators += ["===", "!=="]
            if isinstance(kind, Struct) and "Comparable" in kind.contracts and self.choices.one_in(2):
                left, right = self.atom(kind, depth - 1), self.expression(kind, depth - 1, True)
                return f"({left}.Compare({right}) {self.choices.pick(('<', '<=', '=='))} 0)"
            if isinstance(kind, Struct) and "Hashable" in kind.contracts and self.choices.one_in(3):
                return f"({self.atom(kind, depth - 1)}.Hash() == {self.atom(kind, depth - 1)}.Hash())"
            left, right = self.expression(kind, depth - 1), self.expression(kind, depth - 1)
            if kind == U8 and self.choices.one_in(4):
                return f"({left} {self.choices.pick(operators[:-2])} {self.choices.pick(BYTES)})"
            return f"({left} {self.choices.pick(operators)} {right})"
        if form == 3:
            method = self.choices.pick(("Contains", "StartsWith", "EndsWith"))
            return f"{self.atom(STRING, depth - 1)}.{method}({self.expression(STRING, depth - 1, True)})"
        number = self.choices.pick(NUMBERS)
        operator = self.choices.pick(("<", "<=", ">", ">=", "==", "!="))
        left, right = self.expression(number, depth - 1), self.expression(number, depth - 1)
        if number == U8 and self.choices.one_in(3):
            right = self.choices.pick(BYTES)
        elif number == U8 and self.choices.one_in(3):
            left = self.choices.pick(BYTES)
        return f"({left} {operator} {right})"

    def _asked(self, depth: int) -> str:
        """A truth about a container, an option or a result."""
        kind = self.choices.pick((I64, STRING, U8))
        form = self.choices.below(6)
        if form == 0:
            return f"{self.atom(option(kind), depth - 1)}.{self.choices.pick(('IsSome', 'IsNone', 'HasValue'))}()"
        if form == 1:
            return f"{self.atom(result(kind, STRING), depth - 1)}.{self.choices.pick(('IsOk', 'IsError'))}()"
        lists = [(name, each) for name, each in self.readable() if isinstance(each, Struct) and each.name in ASKED]
        if not lists:
            return f"{self.atom(listing(kind), depth - 1)}.Contains({self.expression(kind, depth - 1, True)})"
        name, container = self.choices.pick(lists)
        if form == 2:
            return f"{name}.IsEmpty()"
        return f"{name}.{ASKED[container.name]}({self.expression(container.arguments[0], depth - 1, True)})"

    def _character(self, depth: int) -> str:
        number = self.expression(self.choices.pick(INTEGERS), depth - 1)
        return f"({number} as char)" if self.choices.one_in(16) else f"(({number} & 127) as char)"

    def _text(self, depth: int) -> str:
        form = self.choices.below(9)
        if form == 8:
            kind = self.kind()
            value = self.expression(kind, depth - 1)
            if isinstance(kind, Contract | Function):
                value = f"Box<{written(kind)}> {{ value: {self.expression(kind, depth - 1, True)} }}"
            if self.choices.one_in(2):
                return f"clip(__form({value}))"
            shown = self.choices.pick(("", ":>12", ":-<30", ":^40")) if not isinstance(kind, Primitive) else ""
            return f'clip("${{{value}{shown}}}")'
        if form <= 1:
            return f"({self.expression(STRING, depth - 1)} + {self.expression(STRING, depth - 1)})"
        if form <= 3:
            pieces = [self._piece(depth) for _ in range(self.choices.between(1, 3))]
            return f'"{"".join(pieces)}"'
        if form == 4:
            kind = self.kind()
            return self.world.show(kind, self.expression(kind, depth - 1, not isinstance(kind, Primitive)))
        receiver = self.atom(STRING, depth - 1)
        if form == 5:
            return f"{receiver}.{self.choices.pick(('ToUpper', 'ToLower', 'Trim', 'Reverse'))}()"
        if form == 6:
            return (
                f"{receiver}.Replace({self.arguments((STRING, STRING), depth)})"
                if self.choices.one_in(2)
                else (f"{receiver}.Repeat({self.expression(I64, depth - 1)} & 3)")
            )
        return f"clip({receiver}).Slice(0, {self.choices.below(3)})" if self.choices.one_in(6) else f"clip({receiver})"

    def _piece(self, depth: int) -> str:
        before = self.choices.pick(("", "x", " = "))
        kind = self.choices.pick(PRIMITIVES)
        return f"{before}${{{self.expression(kind, depth - 1)}{a_format(self.choices, kind)}}}"

    def _number(self, kind: Primitive, depth: int) -> str:
        form = self.choices.below(9)
        if form <= 2:
            operators = ["+", "-", "*"] if kind in FLOATS else ["+", "-", "*", "&", "|", "^", "<<", ">>"]
            left, right = self.expression(kind, depth - 1), self.expression(kind, depth - 1)
            return self.operate(kind, left, self.choices.pick(operators), right)
        if form == 3:
            return self._quotient(kind, depth)
        if form == 4:
            return self._chain(kind, depth)
        if form == 5:
            if kind in FLOATS or (kind in SIGNED and self.choices.one_in(2)):
                return self.negated(kind, self.expression(kind, depth - 1))
            return f"(~{self.expression(kind, depth - 1)})"
        if form == 6:
            return self._mixed(kind, depth)
        if form == 7 and kind in (I64, F64):
            return self._measured(kind, depth)
        if kind == U8 and self.choices.one_in(3):
            return f'traced<string>("", ({self.expression(STRING, depth - 1)} + "x"))[{self.choices.below(2)} % 1]'
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
            return self.operate(kind, left, operator, right)
        guard = f"({right} & 7 | 1)" if kind in SIGNED else f"({right} | 1)"
        return f"({left} {operator} {guard})"

    def _chain(self, kind: Primitive, depth: int) -> str:
        """Operators without parentheses, for their precedence."""
        operators = ("+", "-", "*") if kind in FLOATS else ("+", "-", "*", "&", "|", "^", "<<", ">>")
        names = self.constant_names()
        parts = [self.expression(kind, depth - 2)]
        for _ in range(self.choices.between(2, 4)):
            operand = self.expression(kind, depth - 2)
            parts += [self.choices.pick(operators), f"same({operand})" if is_constant(operand, names) else operand]
        return f"({' '.join(parts)})"

    def _mixed(self, kind: Primitive, depth: int) -> str:
        """Operands of two types, where the language has a type that holds both."""
        left, right = self.choices.pick(MIXED)
        operator = self.choices.pick(("+", "-", "*"))
        first, second = self.expression(left, depth - 1), self.expression(right, depth - 1)
        if is_constant(second, self.constant_names()):
            second = f"same({second})"
        return f"(({first} {operator} {second}) as {kind.name})"

    def _measured(self, kind: Primitive, depth: int) -> str:
        if kind == F64:
            function = self.choices.pick(("Sqrt", "Abs", "Floor", "Ceil", "Truncate", "Round"))
            return f"Math.{function}({self.expression(F64, depth - 1, True)})"
        counts = [f"{name}.Len()" for name, each in self.readable() if isinstance(each, Array)]
        counts += [f"{name}.Count()" for name, each in self.readable() if is_container(each)]
        if counts and self.choices.one_in(2):
            return self.choices.pick(counts)
        if self.choices.one_in(4):
            function = self.choices.pick(("SaturatingAdd", "SaturatingMultiply", "Min", "Compare"))
            return f"({self.atom(I64, depth - 1)}.{function}({self.expression(I64, depth - 1, True)}) as i64)"
        return f"{self.atom(STRING, depth - 1)}.{self.choices.pick(('Len', 'CharCount'))}()"


def _mixes(left: Primitive, right: Primitive) -> bool:
    """Whether a type holds all values of both (decision L3)."""
    if left in FLOATS or right in FLOATS:
        return all(each in FLOATS or width(each) <= 32 for each in (left, right))
    if (left in SIGNED) == (right in SIGNED):
        return True
    return width(left if left not in SIGNED else right) <= 32


MIXED = [(left, right) for left in NUMBERS for right in NUMBERS if _mixes(left, right)]
