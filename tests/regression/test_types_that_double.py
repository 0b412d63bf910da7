"""Each local has a type twice as large as the one before: a program of 50 lines must not take forever."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests import limits

from beskid.cli.main import main
from beskid.driver.session import check_text

LEVELS = 40
PAIR = "type P<A, B> { A a, B b }\nT id<T>(T x) => x;\n"


def doubled(name: str, made: str, count: int = LEVELS) -> str:
    """Declare locals, each made of the one before."""
    rows = [f"let {name}0 = 1;"]
    rows += [f"let {name}{i} = {made.replace('?', f'{name}{i - 1}')};" for i in range(1, count)]
    return "\n    ".join(rows)


@pytest.mark.parametrize(
    "made", ["P { a: ?, b: ? }", "id(P { a: ?, b: ? })", "Option::Some(P { a: ?, b: ? })", "() => P { a: ?, b: ? }"]
)
def test_a_type_that_is_too_large_is_a_diagnostic(made: str) -> None:
    text = f"{PAIR}unit main() {{\n    {doubled('v', made)}\n    let w = [v{LEVELS - 1}];\n}}\n"
    codes = {each.code for each in check_text("m.bd", text) if not each.code.is_warning}
    assert codes == {"E2013"}


def test_two_such_types_are_compared() -> None:
    both = doubled("v", "P { a: ?, b: ? }", 12) + "\n    " + doubled("w", "P { a: ?, b: ? }", 12)
    text = f"{PAIR}unit main() {{\n    {both}\n    let z = [v11, w11];\n    i64 wrong = v11;\n}}\n"
    assert [each.code for each in check_text("m.bd", text) if not each.code.is_warning] == ["E1206"]


def test_a_type_of_thousands_of_types_is_compiled(tmp_path: Path) -> None:
    (tmp_path / "m.bd").write_text(
        f"{PAIR}unit main() {{\n    {doubled('v', 'P { a: ?, b: ? }', 11)}\n"
        '    let z = [v10];\n    PrintLine("${z.Len()} ${v10.a.b.a.b.a.b.a.b.a.b}");\n}\n',
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "beskid", "run", "-q", str(tmp_path / "m.bd")]
    done = limits.run(command, capture_output=True, text=True)
    assert (done.stdout, done.returncode) in (("1 1\n", 0), ("", 1)), done.stderr
    assert done.returncode == 0 or "E2013" in done.stderr


def test_a_large_type_is_shown_in_part() -> None:
    text = f"{PAIR}unit main() {{\n    {doubled('v', 'P { a: ?, b: ? }', 12)}\n    i64 wrong = v11;\n}}\n"
    (found,) = [each for each in check_text("m.bd", text) if not each.code.is_warning]
    assert "P<…, …>" in found.message


def test_nested_calls_double_the_type_of_their_argument() -> None:
    nested = "double(" * LEVELS + "1" + ")" * LEVELS
    text = f"{PAIR}P<T, T> double<T>(T x) => P {{ a: x, b: x }};\nunit main() {{\n    i64 wrong = {nested};\n}}\n"
    (found,) = [each for each in check_text("m.bd", text) if not each.code.is_warning]
    assert found.code == "E1206"
    assert "P<…, …>" in found.message


def test_value_types_that_hold_many_of_the_one_before() -> None:
    def fields(type: str) -> str:
        return ", ".join([f"{type} a{i}" for i in range(8)])

    rows = [f"[Value]\ntype V{k} {{ {fields(f'V{k - 1}' if k else 'i64')} }}\n" for k in range(12)]
    found = check_text("m.bd", "".join(rows) + "unit main() {}\n")
    assert {each.code for each in found} == {"E1250"}
    assert found[-1].message == f"the value type `V8` has {8**9} words, and at most 8 are allowed"


def nested(levels: int) -> str:
    return "P<" * levels + "i64" + ">" * levels


@pytest.mark.parametrize(
    "used", [f'let {nested(60)}[] x = []; PrintLine("${{x.Len()}}");', 'E e = E::B; PrintLine("${e == e}");']
)
def test_instances_of_a_value_type_that_double(used: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "m.bd"
    declared = f"[Value]\ntype P<T> {{ T a, T b }}\nenum E {{ A({nested(60)} x), B }}\n"
    file.write_text(f"{declared}unit main() {{ {used} }}\n", encoding="utf-8")
    assert main(["run", "-q", str(file)]) == 1
    shown = capsys.readouterr().err
    assert "error[E1250]: the value type `P<P<P<P<i64>>>>` has 16 words" in shown
    # The declaration is fine: what is too large are the arguments that are used here.
    assert "m.bd:4:6" in shown
    assert "used in this function" in shown
    assert "or use type arguments with fewer words" in shown
