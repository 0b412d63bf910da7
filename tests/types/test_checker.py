"""The checker as a whole: the handler table, what is inferred, what is written out, speed on long inputs."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import get_args

import pytest
from tests.types.invariants import called, nodes
from tests.types.programs import Checked, check_source, describe

from beskid.analysis import typed
from beskid.analysis.check import LibraryError, check_program
from beskid.analysis.model.types import show_type
from beskid.analysis.names.index import INDEXERS
from beskid.analysis.program import Package, ProgramWorld
from beskid.analysis.types import assigned
from beskid.analysis.types.check.table import RULES
from beskid.source.text import SourceText
from beskid.syntax import tree


def test_the_tables_of_rules_are_complete() -> None:
    assert set(RULES.expressions) == set(get_args(tree.Expression))
    assert set(RULES.statements) == set(get_args(tree.Statement))
    assert set(INDEXERS) == set(get_args(tree.Item))


def test_definite_assignment_knows_every_node_that_steers_control() -> None:
    steering = {
        name
        for name, cls in vars(typed).items()
        if isinstance(cls, type)
        and any(re.search(r"\b(Block|MatchArm)\b", str(kind)) for kind in getattr(cls, "__annotations__", {}).values())
    }
    assert {"If", "While", "ForRange", "Match", "Lambda", "BlockValue"} <= steering
    # A `BlockValue` does what its block does; the others are whole bodies or parts of a node that is listed.
    handled = set(re.findall(r"typed\.(\w+)", inspect.getsource(assigned)))
    assert steering - handled == {"BlockValue", "TypedFunction"}


def _local_types(text: str) -> dict[str, str]:
    """The types of the locals of `f`."""
    body = check_source(text).function("f")
    return {part.local.name: show_type(part.local.type) for part in nodes(body.body) if isinstance(part, typed.Let)}


@pytest.mark.parametrize(
    ("value", "type"),
    [
        ("1", "i64"),
        ("3000000000", "i64"),
        ("-2147483648", "i64"),
        ("1 + 3000000000", "i64"),
        ("1 + 2.5", "f64"),
        ("n + 1", "i64"),
        ("1 + n", "i64"),
        ("small + n", "i64"),
        ("byte + small", "i32"),
        ("small * 2.5", "f64"),
        ("1 << n", "i64"),
        ("byte << n", "u8"),
        ("[1, n]", "i64[]"),
        ("[byte, small]", "i32[]"),
        ("Option::Some(n)", "Option<i64>"),
        ("match n { 0 => small, _ => byte }", "i32"),
        ("match n { 0 => 1, _ => n }", "i64"),
        ("(i64 x) => x > 0", "bool(i64)"),
        ("() => { }", "unit()"),
        ("twice", "i64(i64)"),
        ('"${n}"', "string"),
        ('"x"[0]', "u8"),
        ("n as u8", "u8"),
        ("n == 1", "bool"),
        ('Pair { left: 1, right: "x" }', "Pair<i64, string>"),
        ("swap(Pair { left: n, right: true })", "Pair<bool, i64>"),
    ],
)
def test_inferred_types(value: str, type: str) -> None:
    text = f"""
    pub type Pair<A, B> {{ A left, B right }}
    pub Pair<B, A> swap<A, B>(Pair<A, B> p) {{ return Pair {{ left: p.right, right: p.left }}; }}
    pub i64 twice(i64 n) {{ return n * 2; }}
    pub unit f(i64 n, i32 small, u8 byte) {{ let found = {value}; }}
    """
    assert _local_types(text)["found"] == type


def test_conversions_are_written_out() -> None:
    body = check_source("pub f64 f(i32 n) { return n + 0.5; }").function("f")
    converted = [part for part in nodes(body.body) if isinstance(part, typed.Convert)]
    assert [(show_type(part.operand.type), show_type(part.type)) for part in converted] == [("i32", "f64")]


def test_implicit_this_is_written_out() -> None:
    text = "pub type C { i64 n } impl C { pub i64 Get() { return n + Other(); } i64 Other() { return n; } }"
    body = check_source(text).function("Get")
    call = next(part for part in nodes(body.body) if isinstance(part, typed.Call))
    receiver = call.arguments[0]
    assert isinstance(receiver, typed.LocalRead) and receiver.local is body.parameters[0]


def test_tests_are_given() -> None:
    checked = check_source("test one { } test two { }")
    assert [test.name for test in checked.program.tests] == ["one", "two"]


def test_long_chains_need_no_recursion() -> None:
    sums = " + ".join(["n"] * 900)
    texts = " + ".join(['"x"'] * 900)
    literals = " + ".join(["1"] * 900)
    branches = " else ".join([f"if n == {i} {{ return {i}; }}" for i in range(900)])
    text = f"""
    pub i64 f(i64 n) {{ {branches} return {sums}; }}
    pub string g() {{ return {texts}; }}
    pub i64 h() {{ return {literals}; }}
    """
    checked = check_source(text)
    assert checked.result.typed is not None, describe(checked.result.diagnostics)


def test_an_immutable_local_comes_with_a_fix() -> None:
    text = "pub i64 f() { i64 n = 1; n = 2; return n; }"
    diagnostic = check_source(text).result.diagnostics[0]
    edit = diagnostic.fixes[0].edits[0]
    fixed = text[: edit.span.start] + edit.text + text[edit.span.end :]
    assert check_source(fixed).result.diagnostics == []


def test_a_wrong_library_body_is_an_internal_error_with_its_place() -> None:
    user = Package("Main", {(): lambda: SourceText("a.bd", "pub i64 f() { return Broken.g(); }")}, False)
    text = "pub i64 g() { return missing; }"
    library = Package("Std", {("Broken",): lambda: SourceText("Broken.bd", text)}, True)
    checked = Checked((user, library))
    function = next(called(checked.function("f").body))
    with pytest.raises(LibraryError, match=r"Broken\.bd:1:22: E1101"):
        checked.program.body(function)


def test_only_what_the_entry_needs_is_checked_on_request() -> None:
    modules: dict[tuple[str, ...], Callable[[], SourceText]] = {
        ("Main",): lambda: SourceText("Main.bd", "use Near; i64 main() { return Near.f(); }"),
        ("Near",): lambda: SourceText("Near.bd", "pub i64 f() { return Deep.g(); }"),
        ("Deep",): lambda: SourceText("Deep.bd", "pub i64 g() { return 1; }"),
        ("Far",): lambda: SourceText("Far.bd", "pub i64 h() { return missing; }"),
    }
    package = Package("App", modules, False)
    result = check_program(ProgramWorld((package,)), ("App", ("Main",)), check_all=False)
    assert result.typed is not None and result.diagnostics == []
    assert check_program(ProgramWorld((package,)), ("App", ("Main",))).typed is None


def test_a_missing_entry_is_reported_once() -> None:
    package = Package("App", {("Main",): lambda: SourceText("Main.bd", "pub i64 mian() { return 1; }")}, False)
    result = check_program(ProgramWorld((package,)), ("App", ("Main",)), "mina")
    assert [(d.code, d.help) for d in result.diagnostics] == [("E1008", "did you mean `mian`?")]
