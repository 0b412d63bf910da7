"""Random programs of nested lambdas and shared variables do what their translation to Python does.

Each program is written twice at once. Python's closures share every variable, so a variable that is assigned becomes a
list of one there, and the body of a loop a function, which gives each round its own variables.
"""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.example_counts import examples
from tests.lower.test_sources import run_source

STEPS = 2_000
MODULUS = 1_009


class Variable:
    """`kind` is 0 for a number, 1 for a function of nothing, 2 for a function of a number."""

    def __init__(self, name: str, kind: int, assignable: bool) -> None:
        self.name = name
        self.kind = kind
        self.assignable = assignable

    @property
    def python(self) -> str:
        return f"{self.name}[0]" if self.assignable else self.name


class Writer:
    """Writes one program in both languages."""

    def __init__(self, data: st.DataObject) -> None:
        self.data = data
        self.beskid: list[str] = []
        self.python: list[str] = []
        self.count = 0
        self.lambdas = 0

    def number(self, most: int) -> int:
        return self.data.draw(st.integers(0, most))

    def name(self) -> str:
        self.count += 1
        return f"v{self.count}"

    def emit(self, depth: int, beskid: str, python: str) -> None:
        self.beskid.append("    " * depth + beskid)
        self.python.append("    " * depth + python)

    def visible(self, scopes: list[list[Variable]], kind: int) -> list[Variable]:
        return [variable for scope in scopes for variable in scope if variable.kind == kind]

    def expression(self, scopes: list[list[Variable]], size: int = 2) -> tuple[str, str]:
        """An expression of numbers, the same in both languages but for the names of variables."""
        choice = self.number(5)
        numbers, plain, unary = (self.visible(scopes, kind) for kind in range(3))
        if choice <= 1 and numbers:
            variable = self.data.draw(st.sampled_from(numbers))
            return variable.name, variable.python
        if choice == 2 and plain:
            variable = self.data.draw(st.sampled_from(plain))
            return f"{variable.name}()", f"{variable.python}()"
        if choice == 3 and unary and size:
            variable = self.data.draw(st.sampled_from(unary))
            beskid, python = self.expression(scopes, size - 1)
            return f"{variable.name}({beskid})", f"{variable.python}({python})"
        if choice == 4 and size:
            left, right = self.expression(scopes, size - 1), self.expression(scopes, size - 1)
            operator = self.data.draw(st.sampled_from(("+", "*")))
            return tuple(f"(({a} {operator} {b}) % {MODULUS})" for a, b in zip(left, right, strict=True))  # type: ignore[return-value]
        literal = self.number(9)
        return f"{literal}_i64", str(literal)

    def block(self, scopes: list[list[Variable]], depth: int, statements: int) -> None:
        inner = [*scopes, []]
        self.python.append("    " * depth + "step()")
        for _ in range(statements):
            self.statement(inner, depth)
        self.show(inner, depth)

    def show(self, scopes: list[list[Variable]], depth: int) -> None:
        """Call the functions of the innermost block, and print the numbers afterwards."""
        for variable in sorted(scopes[-1], key=lambda variable: -variable.kind):
            argument = ("", "()", "(3)")[variable.kind]
            self.emit(
                depth,
                f'PrintLine("${{{variable.name}{argument}}}");',
                f"out.append(str({variable.python}{argument}))",
            )

    def statement(self, scopes: list[list[Variable]], depth: int) -> None:
        choice = self.number(7)
        if choice <= 1:
            self.declare(scopes, depth, assignable=choice == 1)
        elif choice <= 3:
            self.assign(scopes, depth)
        elif choice == 4 and depth < 5:
            self.loop(scopes, depth)
        elif choice <= 6 and depth < 5 and self.lambdas < 8:
            self.function(scopes, depth)
        else:
            beskid, python = self.expression(scopes)
            self.emit(depth, f'PrintLine("${{{beskid}}}");', f"out.append(str({python}))")

    def declare(self, scopes: list[list[Variable]], depth: int, assignable: bool) -> None:
        beskid, python = self.expression(scopes)
        variable = Variable(self.name(), 0, assignable)
        mark = "mut " if assignable else ""
        self.emit(
            depth,
            f"i64 {mark}{variable.name} = {beskid};",
            f"{variable.name} = [{python}]" if assignable else f"{variable.name} = {python}",
        )
        scopes[-1].append(variable)

    def assign(self, scopes: list[list[Variable]], depth: int) -> None:
        targets = [variable for variable in self.visible(scopes, 0) if variable.assignable]
        if not targets:
            self.declare(scopes, depth, assignable=True)
            return
        variable = self.data.draw(st.sampled_from(targets))
        beskid, python = self.expression(scopes)
        self.emit(depth, f"{variable.name} = {beskid};", f"{variable.python} = {python}")

    def loop(self, scopes: list[list[Variable]], depth: int) -> None:
        counter = Variable(self.name(), 0, False)
        body = f"body_{counter.name}"
        self.emit(depth, f"for {counter.name} in range(0_i64, 3) {{", f"def {body}({counter.name}):")
        self.block([*scopes, [counter]], depth + 1, 2)
        self.beskid.append("    " * depth + "}")
        self.python.append("    " * depth + f"for item in range(3): {body}(item)")

    def function(self, scopes: list[list[Variable]], depth: int) -> None:
        self.lambdas += 1
        kind = 1 + self.number(1)
        variable = Variable(self.name(), kind, False)
        parameters: list[Variable] = []
        if kind == 2:
            parameters.append(Variable(self.name(), 0, self.number(1) == 1))
        names = ", ".join(parameter.name for parameter in parameters)
        typed = ", ".join(f"i64 {parameter.name}" for parameter in parameters)
        self.emit(depth, f"let {variable.name} = ({typed}) => {{", f"def {variable.name}({names}):")
        for parameter in parameters:
            if parameter.assignable:
                self.python.append("    " * (depth + 1) + f"{parameter.name} = [{parameter.name}]")
        inner = [*scopes, parameters]
        self.python.append("    " * (depth + 1) + "step()")
        for _ in range(2):
            self.statement(inner, depth + 1)
        self.show(inner, depth + 1)
        beskid, python = self.expression(inner)
        self.emit(depth + 1, f"return {beskid};", f"return {python}")
        self.beskid.append("    " * depth + "};")
        scopes[-1].append(variable)


class TooLongError(Exception):
    """The program does too much."""


def run_python(lines: list[str]) -> list[str]:
    """What the translation prints."""
    out: list[str] = []
    left = [STEPS]

    def step() -> None:
        left[0] -= 1
        if left[0] < 0:
            raise TooLongError

    space: dict[str, object] = {"out": out, "step": step}
    exec("\n".join(["def main():", *lines, "main()"]), space)
    return out


@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_closures_do_what_python_does(data: st.DataObject) -> None:
    writer = Writer(data)
    writer.block([], 1, 9)
    try:
        expected = run_python(writer.python)
    except TooLongError:
        assume(False)
        return
    program = "\n".join(["unit main() {", *writer.beskid, "}", ""])
    outcome = run_source("random.bd", program)
    assert outcome.output.splitlines() == expected, program
    assert outcome.status == 0, program
