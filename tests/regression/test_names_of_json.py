"""What a program declares under the names of JSON in the core library is not what these names mean there.

A function that reads JSON could return a `Result` of the program, of which the wrong case was then taken. An attribute
`JsonName` of the program renamed members, and an imported attribute `Value` was ambiguous with the type `Json.Value`.
"""

from __future__ import annotations

from pathlib import Path

from tests.lang.case import Case
from tests.lang.engines import interpret_once

from beskid.driver.session import check_text
from beskid.ir.oracle.machine import RunOptions

OTHER_RESULT = """
use Core.Json;
use Core.Json.JsonDecoder;

enum Result<T, E> { Bad(E), Good(T) }
type Item : Json { i64 x }
pub Result<Item, JsonDecodeError> ItemFromJson(JsonDecoder decoder) => Result::Good(Item { x: 1 });
unit main() { PrintLine("${Json.Decode<Item>("1").IsOk()}"); }
"""
OTHER_ATTRIBUTES = """
use Core.Json;

mod Marks { pub attribute Value(TypeDeclaration) { } }
use Marks;
attribute JsonName(FieldDeclaration) { text: string }

[Value]
type Size : Json {
    [JsonName("y")] [JsonName("z")] i64 x,
    i64 y,
}
unit main() {
    mut Size size = Size { x: 1, y: 2 };
    let same = size;
    size.x = 3;
    PrintLine("${Json.Encode(same)} ${Json.Decode<Size>(Json.Encode(same)).Expect("is read").y}");
}
"""


def test_a_function_that_reads_returns_the_result_of_the_library() -> None:
    assert [each.code for each in check_text("m.bd", OTHER_RESULT)] == ["E1602"]


def test_attributes_of_the_program_are_not_those_of_the_language(tmp_path: Path) -> None:
    source = tmp_path / "m.bd"
    source.write_text(OTHER_ATTRIBUTES, encoding="utf-8")
    outcome = interpret_once(Case("m", source, source, (), (), 0, b"", (), ()), tmp_path, None, RunOptions())
    assert (outcome.stdout, outcome.status) == ('{"x":3,"y":2} 2\n', 0)
