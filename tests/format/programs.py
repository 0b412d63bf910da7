"""Random programs that parse, with every construct of the language."""

from __future__ import annotations

import random

NAMES = ("a", "it", "this", "value", "Shape", "someName", "theNameOfSomethingLong", "Module.Inner")
TYPES = ("i64", "string", "T[]", "List<Map<string, i64>>", "i64(i64, T)", "(i64) => bool", "A.B<C>[][]")
LITERALS = ("0", "42", "0xff_u8", "1.5e3", "true", "'c'", '""', '"text"', '"a longer text with ${hole + 1} in it"')
BINARY = ("+", "-", "*", "/", "%", "&&", "||", "==", "!=", "<", "<=", ">", ">=", "&", "|", "^", "<<", ">>", "===")
ASSIGNMENTS = ("=", "+=", "-=", "<<=", ">>=")
PATTERNS = ("_", "n", "1", "-2", '"s"', "Shape::Dot", "Shape::Box(a, _)", "A.B<T>::C(Shape::Dot(), 'x')", "true")


class ProgramMaker:
    """Writes texts from one source of random numbers; `depth` bounds the nesting of an expression."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def pick(self, *choices: str) -> str:
        return self.chance.choice(choices)

    def gap(self) -> str:
        """Return white space that may be a line end."""
        return self.pick(" ", " ", " ", "\n", "\n\n\n")

    def several(self, parts: list[str], closer: str) -> str:
        """Join parts with commas, perhaps with a trailing one."""
        trailing = "," if parts and closer != ">" and self.chance.random() < 0.3 else ""
        return f",{self.gap()}".join(parts) + trailing + self.pick("", " ", "\n")

    def expressions(self, depth: int, most: int = 4) -> list[str]:
        return [self.expression(depth - 1) for _ in range(self.chance.randint(0, most))]

    def expression(self, depth: int) -> str:
        """Return an expression of the lowest level."""
        if depth <= 0:
            return self.pick(*NAMES, *LITERALS)
        match self.chance.randint(0, 9):
            case 0:
                return self.matching(depth)
            case 1:
                return self.function(depth)
            case 2:
                return f"{self.pick(*NAMES)} {self.pick(*ASSIGNMENTS)} {self.expression(depth - 1)}"
            case _:
                return self.operation(depth)

    def operation(self, depth: int) -> str:
        if depth <= 0 or self.chance.random() < 0.6:
            return self.operand(depth)
        if self.chance.random() < 0.15:
            return f"{self.operand(depth - 1)} as i64"
        parts = [self.operand(depth - 1)]
        for _ in range(self.chance.randint(1, 4)):
            parts += [self.gap(), self.pick(*BINARY), " ", self.operand(depth - 1)]
        return "".join(parts)

    def operand(self, depth: int) -> str:
        if depth <= 0:
            return self.pick(*NAMES, *LITERALS)
        match self.chance.randint(0, 9):
            case 0:
                return f"{self.pick('-', '!', '~')}{self.operand(depth - 1)}"
            case 1:
                return f"({self.expression(depth - 1)})"
            case 2:
                return f"[{self.gap()}{self.several(self.expressions(depth), ']')}]"
            case 3:
                fields = [f"f: {each}" for each in self.expressions(depth)]
                return f"{self.pick('P', 'A.B<i64>')} {{{self.gap()}{self.several(fields, '}')}}}"
            case 4:
                return self.block(depth)
            case 5:
                return f'"x ${{{self.expression(depth - 1)}}} y"'
            case _:
                return self.chain(depth)

    def chain(self, depth: int) -> str:
        text = self.pick(*NAMES, "(a)", "f(x)", "Option<i64>::Some", "id<i64>")
        if text == "id<i64>":
            text += "(a)"
        for _ in range(self.chance.randint(0, 5)):
            match self.chance.randint(0, 5):
                case 0:
                    text += "?"
                case 1:
                    text += f"[{self.expression(depth - 2)}]"
                case 2:
                    text += ".field"
                case _:
                    text += f"{self.pick('', '', chr(10))}.Method({self.several(self.arguments(depth), ')')})"
        return text

    def arguments(self, depth: int) -> list[str]:
        return [self.pick("", "", "", "ref ", "out ") + each if each[0].isalpha() and " " not in each else each
                for each in self.expressions(depth, 3)]  # fmt: skip

    def function(self, depth: int) -> str:
        """A lambda."""
        parameters = self.pick("x", "()", "(x)", "(x, y)", "(i64 x, ref T[] y)")
        body = self.block(depth) if self.chance.random() < 0.5 else self.expression(depth - 1)
        return f"{parameters} => {body}"

    def matching(self, depth: int) -> str:
        arms = []
        for _ in range(self.chance.randint(0, 3)):
            guard = f" when {self.operation(depth - 2)}" if self.chance.random() < 0.3 else ""
            arms.append(f"{self.pick(*PATTERNS)}{guard} => {self.expression(depth - 1)}")
        return f"match {self.pick('a', 'f(x, y)', 'value.Method()')} {{{self.gap()}{self.several(arms, '}')}}}"

    def block(self, depth: int) -> str:
        statements = [self.statement(depth - 1) for _ in range(self.chance.randint(0, 3))]
        return "{" + self.gap() + "".join(each + self.gap() for each in statements) + "}"

    def statement(self, depth: int) -> str:
        value = self.expression(depth - 1)
        match self.chance.randint(0, 8):
            case 0:
                return f"let {self.pick('', 'mut ')}x = {value};"
            case 1:
                return f"{self.pick('mut i64', 'i64 mut', self.pick(*TYPES))} name = {value};"
            case 2:
                return f"return {value};"
            case 3:
                end = self.pick("", f" else {self.block(depth)}", f" else if b {self.block(depth)}")
                return f"if ({value}) {self.block(depth)}{end}"
            case 4:
                return f"while {self.pick('a', 'f(x) && b')} {self.block(depth)}"
            case 5:
                return f"for i in {self.pick('a', 'range(0, 10)')} {self.block(depth)}"
            case 6:
                return self.pick("break;", "continue;", "return;")
            case _:
                return f"{self.chain(depth)};"

    def item(self) -> str:
        """One item."""
        match self.chance.randint(0, 6):
            case 0:
                fields = [f"{self.pick('', 'pub ')}{self.pick(*TYPES)} f" for _ in range(self.chance.randint(0, 3))]
                return f"type P<T : A + B>{self.pick('', ' : C, D')} {{{self.gap()}{self.several(fields, '}')}}}"
            case 1:
                variants = [self.pick("A", "B()", "C(i64 n, T)", "D(List<T> list,)") for _ in range(3)]
                return f"pub enum E<T> {{{self.gap()}{self.several(variants, '}')}}}"
            case 2:
                return f"const i64 N = {self.operation(2)};"
            case 3:
                return f"i64 f() => {self.expression(3)};"
            case _:
                parameters = [f"{self.pick(*TYPES)} parameter" for _ in range(self.chance.randint(0, 5))]
                return f"{self.pick('', 'pub ')}{self.pick(*TYPES)} f({self.several(parameters, ')')}) {self.block(4)}"

    def program(self) -> str:
        """A few items."""
        return "".join(self.item() + self.gap() for _ in range(self.chance.randint(1, 3)))
