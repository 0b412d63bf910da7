"""What a random program has declared so far, and which names are in scope."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count

from tests.property.kinds import (
    CHAR,
    I64,
    STRING,
    UNIT,
    Array,
    Contract,
    Enum,
    Function,
    Kind,
    Primitive,
    Struct,
    is_container,
    written,
)


@dataclass(frozen=True)
class Variable:
    """A local; `level` is the number of lambdas around its declaration, `own` whether only that level may use it.

    `value` is the number that an immutable local of an untyped literal stands for.
    """

    name: str
    kind: Kind
    assignable: bool
    level: int = 0
    own: bool = False
    value: int | None = None


@dataclass(frozen=True)
class Parameter:
    name: str
    kind: Kind
    mode: str = ""


@dataclass(frozen=True)
class Declared:
    """A function that later ones may call; `owner` is the struct of a method; `cost` bounds its work.

    A `recursive` one takes how deep it may call itself before its parameters.
    """

    name: str
    parameters: tuple[Parameter, ...]
    result: Kind | None
    cost: int
    owner: Struct | None = None
    recursive: bool = False


@dataclass
class World:
    """Everything declared."""

    structs: list[Struct] = field(default_factory=list)
    enums: list[Enum] = field(default_factory=list)
    contracts: list[Contract] = field(default_factory=list)
    functions: list[Declared] = field(default_factory=list)
    constants: list[tuple[str, Primitive]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    shows: dict[Kind, str] = field(default_factory=dict)
    trims: dict[Kind, str] = field(default_factory=dict)
    numbers: count[int] = field(default_factory=lambda: count(1))

    def name(self, prefix: str) -> str:
        return f"{prefix}{next(self.numbers)}"

    def show(self, kind: Kind, text: str) -> str:
        """An expression of type string that tells the value of another."""
        if kind == STRING:
            return text
        if kind == UNIT:
            return '"unit"'
        if isinstance(kind, Primitive):
            return f'"${{{text}}}"'
        if isinstance(kind, Function):
            return '"<function>"'
        if kind not in self.shows:
            self.shows[kind] = self.name("show")
            self.texts.append(self._show_function(kind))
        return f"{self.shows[kind]}({text})"

    def _show_function(self, kind: Kind) -> str:
        head = f"string {self.shows[kind]}({written(kind)} v) {{"
        match kind:
            case Array():
                item = self.show(kind.element, "x")
                body = f'string mut s = "[";\n    for x in v {{ s += {item} + " "; }}\n    return s + "]";'
            case Struct() if is_container(kind):
                if kind.name == "Map":
                    item = f'{self.show(kind.arguments[0], "x.key")} + ":" + {self.show(kind.arguments[1], "x.value")}'
                else:
                    item = self.show(kind.arguments[0], "x")
                body = f'string mut s = "{kind.name}[";\n    for x in v {{ s += {item} + " "; }}\n    return s + "]";'
            case Struct():
                parts = [f'"{name}=" + {self.show(each, f"v.{name}")}' for name, each in kind.fields]
                sum_of_parts = " + ".join([f'"{kind.name}{{"', *parts, '"}"'])
                body = f"return {sum_of_parts};"
            case Contract():
                body = f'return "<{kind.name} ${{v.Measure()}}>";'
            case Enum():
                arms = []
                for index, (name, _) in enumerate(kind.variants):
                    payload = kind.payload(index)
                    names = [f"a{number}" for number in range(len(payload))]
                    if payload == (UNIT,):
                        arms.append(f'{kind.name}::{name}() => "{name}",')
                        continue
                    shown = [self.show(each, part) for each, part in zip(payload, names, strict=True)]
                    pattern = f"{kind.name}::{name}" + (f"({', '.join(names)})" if names else "")
                    value = ' + "," + '.join([f'"{name}"', *shown])
                    arms.append(f"{pattern} => {value},")
                body = "return match v {\n        " + "\n        ".join(arms) + "\n    };"
            case _:
                raise AssertionError(kind)
        return f"{head}\n    {body}\n}}"

    def trim(self, kind: Kind, text: str) -> str:
        """An expression that bounds the size of a value that loops could make grow without end."""
        if kind == STRING:
            return f"clip({text})"
        if not isinstance(kind, Enum) or not kind.is_recursive():
            return text
        if kind not in self.trims:
            self.trims[kind] = self.name("trim")
            self.texts.append(self._trim_function(kind))
        return f"{self.trims[kind]}({text})"

    def _trim_function(self, kind: Enum) -> str:
        name = written(kind)
        depth = self.name("depth")
        arms, leaf = [], ""
        for index, (variant, _) in enumerate(kind.variants):
            payload = kind.payload(index)
            names = [f"a{number}" if each == kind else "_" for number, each in enumerate(payload)]
            pattern = f"{kind.name}::{variant}" + (f"({', '.join(names)})" if names else "")
            inner = [f"{depth}({part})" for part in names if part != "_"]
            value = "0"
            for each in inner:
                value = f"larger({value}, {each})"
            arms.append(f"{pattern} => {value + ' + 1' if inner else '0'},")
            if not payload:
                leaf = f"{name}::{variant}"
        return (
            f"i64 {depth}({name} v) {{\n    return match v {{\n        " + "\n        ".join(arms) + "\n    };\n}\n\n"
            f"{name} {self.trims[kind]}({name} v) {{\n    if {depth}(v) > 4 {{ return {leaf}; }}\n    return v;\n}}"
        )


PRELUDE = """\
string clip(string s) {
    if s.Len() > 40 { return "long ${s.Len()}"; }
    return s;
}

i64 larger(i64 a, i64 b) {
    if a > b { return a; }
    return b;
}

T traced<T>(string label, T value) {
    PrintLine(label);
    return value;
}

T pick<T>(bool first, T a, T b) {
    if first { return a; }
    return b;
}

T same<T>(T value) => value;

T total<T : Number>(T[] values) {
    T mut sum = T.Zero();
    for i, value in values { sum += if i % 2 == 0 { value } else { T.One() - value }; }
    sum
}

T blend<T : Number>(T a, T b) {
    if a <= T.Zero() || b <= T.One() { return a * b - T.One(); }
    if a < b { b % a } else { a / b }
}

unit noted(string text) { PrintLine("noted " + text); }

Result<unit, string> checked(bool good) => if good { Result::Ok() } else { Result::Error("checked") };

R apply<A, R>(R(A) f, A a) => f(a);

T greatest<T : Comparable>(T a, T b) {
    if a.Compare(b) > 0 { return a; }
    return b;
}

unit law(string name, string compiled, string computed) {
    if compiled != computed { PrintLine("BROKEN LAW ${name}: ${compiled} is not ${computed}"); }
}

i32 order(char a, char b) {
    if a < b { return -1; }
    return 1;
}
"""
"""Helpers that every random program has."""

GENERICS = """\
type Box<T> {
    T value,

    pub T Get() => value;
    pub Box<T> With(T other) => Box<T> { value: other };
}

type Grid<T> { T[] cells, i64 width }

impl Grid<T> {
    T At(i64 x, i64 y) => this.cells[(y & 0xffff) * this.width + x];
    unit Set(i64 x, i64 y, T value) { this.cells[(y & 0xffff) * this.width + x] = value; }
}

type Pair<A, B> { A first, B second }

impl Pair<A, B> {
    Pair<B, A> Swap() { return Pair<B, A> { first: this.second, second: this.first }; }
}

enum Either<A, B> { Left(A a), Right(B b) }

enum Tree<T> { Leaf, Node(Tree<T> left, T value, Tree<T> right) }
"""


def box(value: Kind) -> Struct:
    return Struct("Box", (value,), (("value", value),))


def grid(value: Kind) -> Struct:
    return Struct("Grid", (value,), (("cells", Array(value)), ("width", I64)))


def pair(first: Kind, second: Kind) -> Struct:
    return Struct("Pair", (first, second), (("first", first), ("second", second)))


def is_ordered(kind: Kind) -> bool:
    return isinstance(kind, Primitive) and kind.name not in ("bool", "string")


def is_castable(kind: Kind) -> bool:
    return isinstance(kind, Primitive) and (kind == CHAR or kind.name not in ("bool", "string", "char"))
