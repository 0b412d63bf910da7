"""Adds operators to the table and drives every consumer; `test_operators.py` runs it in a process of its own.

An operator of a known family needs its row alone up to lowering, which refuses it by name. One whose family or operands
are unknown is refused by the checker.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar, cast

from beskid.base.tables import MissingRowError
from beskid.syntax import operators
from beskid.syntax.operators import BINARY, PREFIX, BinaryOperator, Family, Operands, PrefixOperator

E = TypeVar("E", bound=Enum)


def fake(kind: type[E]) -> E:
    """A member that no `match` knows."""
    member = object.__new__(kind)
    member._name_, member._value_ = "FAKE", "fake"
    return member


def add(spelling: str, family: Family, operands: Operands, **more: Any) -> None:
    BINARY[spelling] = BinaryOperator(spelling, 11, family, operands, lambda left, right: left * 10 + right, **more)


def add_all() -> None:
    """Add one operator of each family, one prefix operator, and two that the checker does not know."""
    add("%%", Family.ARITHMETIC, Operands.INTEGERS, compound="%%=")
    add("+-+", Family.ARITHMETIC, Operands.NUMBERS, compound="+-+=", changes_events=True)
    add("^&", Family.BITWISE, Operands.INTEGERS)
    add("<~", Family.SHIFT, Operands.INTEGERS, compound="<~=")
    add("~~", Family.ORDER, Operands.ORDERED)
    add("=~", Family.EQUALITY, Operands.VALUES)
    add("==~", Family.IDENTITY, Operands.OBJECTS)
    add("&|", Family.LOGICAL, Operands.BOOL, stops_at=False)
    add("~/", fake(Family), Operands.INTEGERS)
    add("/~", Family.ARITHMETIC, fake(Operands))
    PREFIX["^^"] = PrefixOperator("^^", Operands.INTEGERS, lambda n: n + 100)
    operators.check_rows()


def function(body: str, result: str = "i64") -> str:
    return f"pub {result} f(i64 a, i64 b, bool c) {{ {body} }}\n"


def refuses(spelling: str, act: Callable[[], object]) -> None:
    try:
        act()
    except MissingRowError as refusal:
        assert f"`{spelling}`" in str(refusal), (spelling, refusal)
    else:
        raise AssertionError(f"{spelling} was accepted")


def check_syntax() -> None:
    from beskid.source.text import SourceText
    from beskid.syntax.format import format_source
    from beskid.syntax.lexer import tokenize
    from beskid.syntax.parser import parse

    for spelling in ("%%", "<~", "~~", "=~", "==~", "+-+", "&|", "^^", "%%=", "<~=", "+-+="):
        assert spelling in tokenize(SourceText("a.bd", f"a {spelling} b")).kinds, spelling
    item = cast("Any", parse(SourceText("a.bd", function("return a + b %% ^^a;"))).program.items[0])
    value = item.body.statements[0].expression.value
    assert (value.operator, value.right.operator, value.right.right.operator) == ("+", "%%", "^^")
    assert format_source(SourceText("a.bd", function("return a%%^^b;"))).text == function("return a %% ^^b;")


def check_analysis() -> None:
    from tests.types.programs import check_source, describe

    from beskid.analysis.types.evaluate import evaluate

    def diagnostics(program: str) -> str:
        return describe(check_source(program).result.diagnostics)

    assert diagnostics(function("i64 mut n = 1; n %%= 4; n <~= b; return (n %% 2) <~ b ^& 1;")) == ""
    assert diagnostics(function('return (a ~~ b) && (1 =~ b) && ("a" ==~ "b") && (c &| c);', "bool")) == ""
    assert "E1209: `%%` is not defined for `bool`" in diagnostics(function("return c %% a;"))
    assert "E1209: `==~` is not defined for `i64`" in diagnostics(function("return a ==~ a;", "bool"))
    assert "E1209: `&|` is not defined for `i64`" in diagnostics(function("return c &| a;", "bool"))
    assert "E1202: `<~=` is not defined for `bool`" in diagnostics(function("bool mut d = c; d <~= a; return a;"))
    assert "E1210: unary `^^` is not defined for `bool`" in diagnostics(function("return ^^c;"))
    checked = check_source("const i64 X = 7 %% 2 + ^^1; pub i64 f() { return X; }")
    returned = cast("Any", checked.function("f").body.statements[0])
    assert evaluate(returned.value) == 173
    refuses("~/", lambda: check_source(function("return a ~/ b;")))
    refuses("/~", lambda: check_source(function("return a /~ b;")))


def check_lowering() -> None:
    from tests.types.programs import Checked

    from beskid.analysis.program import Package
    from beskid.driver.inputs.sources import core_library
    from beskid.lower.program import LowerOptions, lower_program
    from beskid.source.diagnostics import Diagnostic
    from beskid.source.text import SourceText

    def lower(body: str, more: str = "") -> None:
        source = SourceText("main.bd", "unit main() { i64 mut a = 3; i64 b = 4; " + body + " }\n" + more)
        package = Package("Main", {(): lambda: source}, False)
        diagnostics: list[Diagnostic] = []
        lower_program(Checked((package, core_library([])), ()).program, LowerOptions(), diagnostics)
        assert diagnostics == []

    refuses("%%", lambda: lower("a = a %% b;"))
    refuses("%%", lambda: lower("a %%= b;"))
    refuses("^&", lambda: lower("a = a ^& b;"))
    refuses("<~", lambda: lower("a = a <~ b;"))
    refuses("~~", lambda: lower("let c = a ~~ b;"))
    refuses("=~", lambda: lower("let c = a =~ b;"))
    refuses("==~", lambda: lower('let c = "x" ==~ "y";'))
    refuses("^^", lambda: lower("a = ^^b;"))
    refuses("+-+", lambda: lower("let t = T { }; t.Done +-+= g;", "type T { event Done(), } unit g() { }"))
    lower("let c = (a < b) &| (b < a); if c &| (b < a) { a = 1; }")


if __name__ == "__main__":
    add_all()
    check_syntax()
    check_analysis()
    check_lowering()
    print("done")
