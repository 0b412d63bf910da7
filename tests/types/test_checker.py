"""The checker as a whole: the handler table, what is inferred, what is written out, speed on long inputs."""

from __future__ import annotations

import time
from typing import get_args

import pytest
from tests.types.invariants import nodes
from tests.types.programs import check_source, describe

from beskid.analysis import typed
from beskid.analysis.types.check import table
from beskid.analysis.types.check.dispatch import HANDLERS
from beskid.analysis.types.model import show_type
from beskid.syntax import tree


def test_every_expression_has_a_handler() -> None:
    assert table is not None
    assert set(HANDLERS) == set(get_args(tree.Expression))


def _local_types(text: str) -> dict[str, str]:
    """The types of the locals of `f`."""
    body = check_source(text).function("f")
    return {part.local.name: show_type(part.local.type) for part in nodes(body.body) if isinstance(part, typed.Let)}


@pytest.mark.parametrize(
    ("value", "type"),
    [
        ("1", "i32"),
        ("3000000000", "i64"),
        ("-2147483648", "i32"),
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
        ("Pair { left: 1, right: \"x\" }", "Pair<i32, string>"),
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


def test_checking_is_linear() -> None:
    def program(count: int) -> str:
        functions = [
            f"pub i64 work{i}(i64 n) {{ i64 mut t = n; for k in range(0, n) {{ if k > {i} {{ t += k; }} }} return t; }}"
            for i in range(count)
        ]
        return "\n".join(functions)

    def seconds(count: int) -> float:
        started = time.process_time()
        assert check_source(program(count)).result.typed is not None
        return time.process_time() - started

    seconds(50)
    assert seconds(1600) < 8 * max(seconds(400), 0.02)
