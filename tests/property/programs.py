"""Random well-typed programs, as source text.

A program declares types and functions over them, does things in `main`, and prints what its values are. Loops have
known bounds and calls go to earlier functions only, so every program ends.
"""

from __future__ import annotations

from tests.property.choices import Choices, Source
from tests.property.kinds import I64 as I64
from tests.property.kinds import NUMBERS, STRING, Contract, Enum, Function, Itself, Kind, Struct, result, written
from tests.property.statements import StatementMaker
from tests.property.world import GENERICS, PRELUDE, Declared, Parameter, World

USES = "use Collections.Array;\nuse Core.String;\nuse Math;\n"


class ProgramMaker:
    """Makes one program."""

    def __init__(self, choices: Choices) -> None:
        self.choices = choices
        self.world = World()
        self.maker = StatementMaker(choices, self.world)

    def program(self) -> str:
        for _ in range(self.choices.between(1, 3)):
            self.choices.pick((self.struct, self.enum))()
        if self.choices.one_in(3):
            self.contract()
        for _ in range(self.choices.between(1, 4)):
            self.function()
        main = self.main()
        return "\n\n".join([USES, PRELUDE, GENERICS, *self.world.texts, main]) + "\n"

    def struct(self) -> None:
        kind = self._struct(())
        self.world.structs.append(kind)

    def _struct(self, conforms: tuple[str, ...]) -> Struct:
        name = self.world.name("S")
        fields = tuple((f"f{number}", self.maker.kind()) for number in range(self.choices.between(1, 4)))
        colon = f" : {', '.join(conforms)}" if conforms else ""
        self.world.texts.append(
            f"type {name}{colon} {{\n{_listed([f'{written(kind)} {field}' for field, kind in fields])}\n}}"
        )
        return Struct(name, (), fields)

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
        self.world.texts.append(f"contract {name} {{ {wanted.name} Measure(); }}\n\n{name} as{name}({name} v) => v;")
        types = []
        for _ in range(self.choices.between(1, 3)):
            kind = self._struct((name,))
            body = self._body((Parameter("this", kind),), wanted, 1)
            self.world.texts.append(
                f"impl {kind.name} {{\n    {wanted.name} Measure() {{\n{_indented(body, 8)}\n    }}\n}}"
            )
            types.append(kind)
        self.world.structs += types
        self.world.contracts.append(Contract(name, wanted, tuple(types)))

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

    def main(self) -> str:
        kind = self.choices.pick(("unit", "i32", "i64", "Result<unit, string>", "Result<i64, string>"))
        maker = self.maker
        lines: list[str]
        if kind == "unit":
            lines = self._body((), None, self.choices.between(3, 8))
            return f"unit main() {{\n{_indented(lines, 4)}\n}}"
        body = self.world.name("run")
        lines = self._body((), None, self.choices.between(3, 8))
        self.world.texts.append(f"unit {body}() {{\n{_indented(lines, 4)}\n}}")
        maker.cost, maker.factor = 0, 1
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
