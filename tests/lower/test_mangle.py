"""Mangled names (decision A9)."""

from __future__ import annotations

from tests.lower.trees import Program, local, result_of, struct, type_parameter

from beskid.analysis.model.types import I64, STRING, UNIT, ArrayType, FunctionType, StructType
from beskid.lower.mangle import Mangler, segment


def test_a_function_is_its_path() -> None:
    symbol = Program().function("Get", [], UNIT)
    assert Mangler().function(symbol, ()) == "_B4Test4Main3Get"


def test_a_method_names_its_type_apart_from_modules() -> None:
    kind = StructType(struct("Point", {}))
    symbol = Program().function("Get", [local("this", kind)], UNIT, receiver=kind)
    assert Mangler().function(symbol, ()) == "_B4Test4MainM5Point3Get"


def test_instances_append_canonical_types() -> None:
    symbol = Program().function("Id", [], UNIT, (type_parameter("T"),))
    mangler = Mangler()
    assert mangler.function(symbol, (I64,)) == "_B4Test4Main2IdI3i64E"
    assert mangler.function(symbol, (ArrayType(STRING),)) == "_B4Test4Main2IdIA6stringE"
    assert mangler.function(symbol, (FunctionType((I64,), UNIT),)) == "_B4Test4Main2IdIF4unit3i64EE"
    assert mangler.function(symbol, (result_of(I64, STRING),)).endswith("IN4Test4Main6ResultEI3i646stringEE")


def test_tests_are_marked() -> None:
    symbol = Program().function("adds", [], UNIT)
    symbol.is_test = True
    assert Mangler().function(symbol, ()) == "_B4Test4MainT4adds"


def test_names_hold_only_characters_of_symbols() -> None:
    assert segment("größe") == "11gr.f6..df.e"
    assert segment("größe").isascii()
