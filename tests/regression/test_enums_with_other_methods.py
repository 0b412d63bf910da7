"""An enum may have methods with the names of contract methods that do something else, and need not have cases.

A call through a constraint took `WriteJson`, `Hash` or `Equals` of an enum by name, which was invalid code for a method
of another signature, and one that extends a list. Code for each case of an enum without cases failed in the compiler.
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


@pytest.mark.parametrize(
    ("program", "output"),
    [(OTHER_METHODS, '["Open","Open",[],[]] true false\n'), (NO_CASES, "Option::None true null false\n")],
    ids=["other methods", "no cases"],
)
def test_enum(program: str, output: str, tmp_path: Path) -> None:
    source = tmp_path / "enum.bd"
    source.write_text(program, encoding="utf-8")
    case = Case("enum", source, source, (), (), 0, b"", (), ())
    outcome = interpret_once(case, tmp_path, None, RunOptions(step_limit=1_000_000))
    assert (outcome.stdout, outcome.status) == (output, 0)
