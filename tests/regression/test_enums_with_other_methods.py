"""Enums and value types may have methods and functions with the names of contract methods that do something else.

A call through a constraint took `WriteJson`, `Hash` or `Equals` of an enum by name, which was invalid code for a method
of another signature, one that extends a list, and those of a value type that lists no contract. Code for each case of
an enum without cases failed in the compiler too.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.lang.case import Case
from tests.lang.engines import interpret_once

from beskid.ir.oracle.machine import RunOptions

OTHER_METHODS = """
use Core.Json;
use Core.Json.JsonWriter;
use Collections.List;
use Core.Encoding.Utf8;
use System.IO.Memory;

enum S { Open, Closed }
impl S {
    pub i64 WriteJson(i64 x) => x;
    pub i64 Hash(i64 x) => x;
    pub string Equals(S other) => "${other}";
}
extend type List { pub i64 WriteJson(i64 x) => x; }
unit write<T : Json>(T value, JsonWriter writer) {
    value.WriteJson(writer);
    let again = value.WriteJson;
    again(writer);
}
bool same<T : Hashable + Equatable>(T a, T b) => a.Equals(b) && a.Hash() == b.Hash();

unit main() {
    let memory = Memory.NewWriter();
    let writer = JsonWriter.To(memory);
    writer.BeginArray();
    write(S::Open, writer);
    write(List.New<i64>(), writer);
    writer.EndArray();
    let _ = writer.Finish();
    PrintLine("${Utf8.DecodeLossy(memory.ToBytes())} ${same(S::Open, S::Open)} ${same(S::Open, S::Closed)}");
}
"""
NO_CASES = """
use Core.Json;

enum Void { }

unit main() {
    Option<Void> none = Option::None;
    PrintLine("${none} ${none == none} ${Json.Encode(none)} ${Json.Decode<Void>("1").IsOk()}");
}
"""
VALUE_METHODS = """
contract Odd { string Hash(); }

[Value]
type V { i64 x,
    pub bool Equals(i64 a, i64 b) => a == b;
    pub i64 Hash(i64 q) => q; }
[Value]
type Listed : Odd { i64 x,
    pub string Hash() => "odd"; }
bool same<T : Hashable + Equatable>(T a, T b) => a.Equals(b) && a.Hash() == b.Hash();
string odd<T : Odd>(T value) => value.Hash();

unit main() {
    Odd boxed = Listed { x: 1 };
    let v = V { x: 1 };
    PrintLine("${same(v, v)} ${same(v, V { x: 2 })} ${odd(Listed { x: 1 })} ${boxed.Hash()}");
}
"""
VALUE_FUNCTIONS = """
[Value]
type V { i64 x }
bool Equals(V v, i64 a, i64 b) => a == b;
i64 Hash<T>(V v, T other) => 1;
bool same<T : Equatable + Hashable>(T a, T b) => a.Equals(b) && a.Hash() == b.Hash();

unit main() {
    PrintLine("${same(V { x: 1 }, V { x: 1 })} ${Equals(V { x: 1 }, 1, 2)} ${Hash(V { x: 1 }, 2)}");
}
"""
OTHER_INSTANCE = """
[Value]
type Pair<T> { T a }
bool Equals(Pair<i64> a, Pair<i64> b) => true;
i64 Hash<T : Number>(Pair<T> pair) => 1;
bool same<T : Equatable + Hashable>(T a, T b) => a.Equals(b) && a.Hash() == b.Hash();

unit main() {
    PrintLine("${same(Pair { a: "x" }, Pair { a: "x" })} ${same(Pair { a: "x" }, Pair { a: "y" })}");
    PrintLine("${Equals(Pair { a: 1 }, Pair { a: 2 })} ${Hash(Pair { a: 1 })}");
}
"""


@pytest.mark.parametrize(
    ("program", "output"),
    [
        (OTHER_METHODS, '["Open","Open",[],[]] true false\n'),
        (NO_CASES, "Option::None true null false\n"),
        (VALUE_METHODS, "true false odd odd\n"),
        (VALUE_FUNCTIONS, "true false 1\n"),
        (OTHER_INSTANCE, "true false\ntrue 1\n"),
    ],
    ids=["other methods", "no cases", "methods of values", "functions of values", "functions of other instances"],
)
def test_output(program: str, output: str, tmp_path: Path) -> None:
    source = tmp_path / "program.bd"
    source.write_text(program, encoding="utf-8")
    case = Case("program", source, source, (), (), 0, b"", (), ())
    outcome = interpret_once(case, tmp_path, None, RunOptions(step_limit=1_000_000))
    assert (outcome.stdout, outcome.status) == (output, 0)
