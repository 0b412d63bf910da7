"""Random well-typed programs, as source text.

A program declares types and functions over them, does things in `main`, and prints what its values are. Loops have
known bounds and calls go to earlier functions only, so every program ends.
"""

from __future__ import annotations

from tests.property.choices import Choices, Source
from tests.property.constants import hidden
from tests.property.expressions import DEEPEST
from tests.property.kinds import (
    BOOL,
    I32,
    I64,
    NUMBERS,
    PRIMITIVES,
    STRING,
    Contract,
    Enum,
    Function,
    Itself,
    Kind,
    Struct,
    can_derive,
    result,
    words,
    written,
)
from tests.property.statements import StatementMaker
from tests.property.world import GENERICS, PRELUDE, Declared, Parameter, World

USES = """\
use Collections.Array;
use Collections.List;
use Collections.Map;
use Collections.Set;
use Core.Contracts.Number;
use Core.String;
use Math;
"""

MAX_WORDS = 8
"""The most words of a value type."""

DERIVED = ("Equatable", "Hashable", "Comparable")
CORE_CONTRACTS = (*DERIVED, "Display")


class ProgramMaker:
    """Makes one program."""

    def __init__(self, choices: Choices) -> None:
        self.choices = choices
        self.world = World()
        self.maker = StatementMaker(choices, self.world)

    def program(self) -> str:
        for _ in range(self.choices.below(4)):
            self.constant()
        for _ in range(self.choices.between(1, 3)):
            self.choices.pick((self.struct, self.enum))()
        if self.choices.one_in(3):
            self.contract()
        for _ in range(self.choices.between(1, 4)):
            self.choices.weighted([(3, self.function), (1, self.recursive_function)])()
        main = self.main()
        return "\n\n".join([USES, PRELUDE, GENERICS, *self.world.texts, main]) + "\n"

    def constant(self) -> None:
        """A constant, whose value must be what the running program computes."""
        kind = self.choices.pick(PRIMITIVES)
        name = self.world.name("K")
        value = self.maker.constant(kind, 3)
        self.world.texts.append(f"const {kind.name} {name} = {value};")
        self.world.texts.append(
            f'unit check{name}() {{\n    law("{name}", __form({name}), __form({hidden(value)}));\n}}'
        )
        self.world.constants.append((name, kind))

    def struct(self) -> None:
        """A struct, with equality or order of its own at times."""
        form = self.choices.below(10)
        if form == 1:
            self._comparable_struct()
            return
        if form in (3, 4):
            self._derived_struct()
            return
        if form == 5:
            self._shown_struct()
            return
        self.world.structs.append(self._struct((), with_events=form in (2, 6, 7)))

    def _comparable_struct(self) -> None:
        kind = self._struct(("Equatable", "Hashable", "Comparable"))
        other = (Parameter("this", kind), Parameter("other", kind))
        methods = (
            ("bool Equals", f"{kind.name} other", self._body(other, BOOL, 1)),
            ("i64 Hash", "", self._body(other[:1], I64, 1)),
            ("i32 Compare", f"{kind.name} other", self._body(other, I32, 1)),
        )
        texts = [f"{head}({parameters}) {{\n{_indented(body, 8)}\n    }}" for head, parameters, body in methods]
        self.world.texts.append(f"impl {kind.name} {{\n    " + "\n    ".join(texts) + "\n}")
        self.world.structs.append(kind)

    def _derived_struct(self) -> None:
        """A struct whose methods are derived from its fields."""
        contracts = self.choices.pick(
            (
                ("Equatable",),
                ("Equatable", "Hashable"),
                ("Comparable", "Equatable", "Hashable"),
                ("Comparable",),
                ("Hashable", "Equatable", "Display"),
            )
        )
        kinds: list[Kind] = []
        for _ in range(self.choices.between(1, 4)):
            kind = self.maker.kind()
            fits = all(can_derive(each, kind) for each in contracts if each in DERIVED)
            kinds.append(kind if fits else self.choices.pick(PRIMITIVES))
        kind = self._struct(contracts, kinds=tuple(kinds))
        if "Display" in contracts:
            self._shows(kind)
        self.world.structs.append(kind)

    def _shown_struct(self) -> None:
        kind = self._struct(("Display",))
        self._shows(kind)
        self.world.structs.append(kind)

    def _shows(self, kind: Struct) -> None:
        body = _indented(self._body((Parameter("this", kind),), STRING, 1), 8)
        self.world.texts.append(f"impl {kind.name} {{\n    string ToString() {{\n{body}\n    }}\n}}")

    def _struct(
        self, conforms: tuple[str, ...], with_events: bool = False, kinds: tuple[Kind, ...] | None = None
    ) -> Struct:
        name = self.world.name("S")
        if kinds is None:
            kinds = tuple(self.maker.kind() for _ in range(self.choices.between(1, 4)))
        fields = tuple((f"f{number}", kind) for number, kind in enumerate(kinds))
        colon = f" : {', '.join(conforms)}" if conforms else ""
        lines = [f"{written(kind)} {field}" for field, kind in fields]
        events: tuple[tuple[str, Kind], ...] = ()
        if with_events:
            event, kind = self.world.name("Told"), self.maker.kind(1)
            events = ((event, kind),)
            lines.append(f"event{self.choices.pick(('', '{2}', '{20}'))} {event}({written(kind)} value)")
        is_value = not events and sum(map(words, kinds)) <= MAX_WORDS and self.choices.one_in(3)
        mark = "[Value]\n" if is_value else ""
        self.world.texts.append(f"{mark}type {name}{colon} {{\n{_listed(lines)}\n}}")
        for event, kind in events:
            shown = f'PrintLine("{event} " + {self.world.show(kind, "value")});'
            parameter = f"({written(kind)} value)"
            self.world.texts.append(f"unit handle{event}{parameter} {{ {shown} }}")
            self.world.texts.append(f"impl {name} {{\n    unit Raise{event}{parameter} {{ {event}(value); }}\n}}")
        return Struct(name, (), fields, events, tuple(each for each in conforms if each in CORE_CONTRACTS), is_value)

    def enum(self) -> None:
        name = self.world.name("E")
        variants: list[tuple[str, tuple[Kind | Itself, ...]]] = []
        for number in range(self.choices.between(1, 4)):
            payload: list[Kind | Itself] = []
            for _ in range(self.choices.below(4)):
                kind = self.maker.kind(1)
                recursive = number > 0 and self.choices.one_in(6)
                payload.append(Itself() if recursive else kind)
            variants.append((f"V{number}", tuple(payload)))
        if any(isinstance(each, Itself) for _, payload in variants for each in payload):
            variants[0] = ("V0", ())
        kind = Enum(name, (), tuple(variants))
        lines = []
        for number, (variant, _) in enumerate(kind.variants):
            fields = [f"{written(each)} p{index}" for index, each in enumerate(kind.payload(number))]
            lines.append(variant + (f"({', '.join(fields)})" if fields else ""))
        self.world.texts.append(f"enum {name} {{\n{_listed(lines)}\n}}")
        self.world.enums.append(kind)

    def contract(self) -> None:
        name = self.world.name("C")
        wanted = self.choices.pick((*NUMBERS, STRING))
        question, answer = self.maker.kind(1), self.maker.kind(1)
        respond = f"{written(answer)} Respond({written(question)} question)"
        self.world.texts.append(
            f"contract {name} {{\n    {wanted.name} Measure();\n    {respond};\n}}\n\n{name} as{name}({name} v) => v;"
        )
        types = []
        for _ in range(self.choices.between(1, 3)):
            shown = self.choices.one_in(3)
            kind = self._struct((name, "Display") if shown else (name,))
            if shown:
                self._shows(kind)
            body = self._body((Parameter("this", kind),), wanted, 1)
            this = (Parameter("this", kind), Parameter("question", question))
            second = _indented(self._body(this, answer, 1), 8)
            self.world.texts.append(
                f"impl {kind.name} {{\n    {wanted.name} Measure() {{\n{_indented(body, 8)}\n    }}\n"
                f"    {respond} {{\n{second}\n    }}\n}}"
            )
            types.append(kind)
        self.world.structs += types
        self.world.contracts.append(Contract(name, wanted, question, answer, tuple(types)))

    def _body(self, parameters: tuple[Parameter, ...], wanted: Kind | None, length: int) -> list[str]:
        fixed = [each for each in parameters if each.name != "this"]
        maker = self.maker
        mark = len(maker.variables)
        maker.bind(tuple((each.name, each.kind) for each in parameters if each.name == "this"))
        lines = maker.body(tuple(fixed), wanted, length)
        del maker.variables[mark:]
        return lines

    def function(self) -> None:
        """A function or a method, with `ref` and `out` parameters at times."""
        name = self.world.name("call")
        owner = self.choices.pick(self.world.structs) if self.world.structs and self.choices.one_in(4) else None
        parameters = []
        for _ in range(self.choices.below(4)):
            mode = self.choices.weighted([(8, ""), (1, "ref"), (1, "out")])
            kind = self.maker.kind()
            parameters.append(Parameter(self.world.name("a"), kind, "" if isinstance(kind, Function) else mode))
        wanted: Kind | None = None
        if not self.choices.one_in(6):
            wanted = result(self.maker.kind(1), STRING) if self.choices.one_in(4) else self.maker.kind()
        given = tuple(parameters)
        receiver = () if owner is None else (Parameter("this", owner),)
        lines = self._body((*receiver, *given), wanted, self.choices.between(1, 4))
        head = ", ".join(f"{each.mode} {written(each.kind)} {each.name}".strip() for each in given)
        text = f"{'unit' if wanted is None else written(wanted)} {name}({head}) {{\n{_indented(lines, 4)}\n}}"
        if owner is not None:
            text = f"impl {owner.name} {{\n{_indented(text.splitlines(), 4)}\n}}"
        self.world.texts.append(text)
        self.world.functions.append(Declared(name, given, wanted, self.maker.cost + 1, owner))

    def recursive_function(self) -> None:
        """A function that calls itself at most twice a level, for as many levels as its first argument says."""
        name = self.world.name("again")
        maker = self.maker
        parameters = tuple(Parameter(self.world.name("a"), maker.kind(1)) for _ in range(self.choices.below(3)))
        wanted = maker.kind(1)
        first = maker.smallest(wanted, True)
        maker.recursive, maker.recursions = Declared(name, parameters, wanted, 0, None, True), 2
        lines = self._body((Parameter("fuel", I64), *parameters), wanted, self.choices.between(1, 3))
        maker.recursive, maker.recursions = None, 0
        lines = [f"if fuel <= 0 {{ return {first}; }}", *(line for line in lines)]
        head = ", ".join(["i64 fuel", *(f"{written(each.kind)} {each.name}" for each in parameters)])
        self.world.texts.append(f"{written(wanted)} {name}({head}) {{\n{_indented(lines, 4)}\n}}")
        cost = (maker.cost + 2) * 2 ** (DEEPEST + 1)
        self.world.functions.append(Declared(name, parameters, wanted, cost, None, True))

    def main(self) -> str:
        laws = [f"check{name}();" for name, _ in self.world.constants]
        kind = self.choices.pick(("unit", "i32", "i64", "Result<unit, string>", "Result<i64, string>"))
        maker = self.maker
        lines: list[str]
        if kind == "unit":
            self.maker.is_entry = True
            lines = self._body((), None, self.choices.between(3, 8))
            return f"unit main() {{\n{_indented([*laws, *lines], 4)}\n}}"
        body = self.world.name("run")
        lines = self._body((), None, self.choices.between(3, 8))
        self.world.texts.append(f"unit {body}() {{\n{_indented([*laws, *lines], 4)}\n}}")
        maker.cost, maker.factor, maker.is_entry = 0, 1, not kind.startswith("Result")
        value = {
            "i32": lambda: maker.expression(next(each for each in NUMBERS if each.name == "i32"), 2, True),
            "i64": lambda: maker.expression(I64, 2, True),
            "Result<unit, string>": lambda: f"Result::Error({maker.expression(STRING, 2, True)})",
            "Result<i64, string>": lambda: maker.expression(result(I64, STRING), 2, True),
        }[kind]()
        return f"{kind} main() {{\n    {body}();\n    return {value};\n}}"


def _listed(lines: list[str]) -> str:
    return "\n".join(f"    {line}," for line in lines)


def _indented(lines: list[str], count: int) -> str:
    return "\n".join(" " * count + line for line in lines)


def program(source: Source) -> str:
    """The text of one program, made from the numbers of a source."""
    return ProgramMaker(Choices(source)).program()
