"""A module declares each C symbol once, and names of functions that C calls have symbols of their own."""

from __future__ import annotations

import pytest
from tests.boundary.toolbox import TRIPLE, artifact, compile_text

from beskid.abi.generated.numbers import SUPPORT_SYMBOLS
from beskid.abi.symbols import MATHEMATICAL_ARGUMENTS, private_export
from beskid.codegen.emit import EmitOptions, emit_llvm
from beskid.codegen.errors import ExternDeclarationError
from beskid.codegen.externs import declare_validated_extern_imports
from beskid.codegen.llvm.operations import BINARY, MATHEMATICAL_UNARY, Form
from beskid.codegen.objectfile import defined_symbols
from beskid.ir.model import ExternImport, IRType, Signature

FLOAT = Signature((IRType.F64,), (IRType.F64,))

SINES = """
module "sines"
extern "sin" library "m" (f64) -> (f64)
function @both(%0 f64) -> (f64) exported at "Both" "sines.bd" 1:1 {
  registers %1 f64, %2 f64
entry:
  %1 = unary sin %0
  %2 = call_extern "sin"(%1) ! 2:1
  return %2
}
function @sin(%0 f64) -> (f64) exported at "Sin" "sines.bd" 4:1 {
entry:
  return %0
}
"""


def test_a_foreign_function_that_compiled_code_calls_too_is_declared_once() -> None:
    lines = emit_llvm(artifact(SINES), EmitOptions(TRIPLE)).splitlines()
    assert [line.partition("(")[0] for line in lines if "@sin(" in line and line.startswith("declare")] == [
        "declare double @sin"
    ]


def test_an_exported_function_has_a_symbol_of_its_own() -> None:
    defined = defined_symbols(compile_text(SINES))
    assert {private_export("sin"), private_export("both")} <= defined
    assert not {"sin", "both"} & defined


def test_the_table_of_arguments_is_that_of_the_operations() -> None:
    unary = dict.fromkeys(MATHEMATICAL_UNARY.values(), 1)
    binary = {name: 2 for form, name in BINARY.values() if form is Form.LIBM}
    assert {**unary, **binary} == MATHEMATICAL_ARGUMENTS
    assert set(MATHEMATICAL_ARGUMENTS) <= set(SUPPORT_SYMBOLS)


@pytest.mark.parametrize(
    "rows",
    [
        (ExternImport("f", "a", FLOAT), ExternImport("f", "a", Signature((), ()))),
        (ExternImport("f", "a", FLOAT, (0,)), ExternImport("f", "a", FLOAT)),
        (ExternImport("f", "a", FLOAT), ExternImport("f", "b", FLOAT)),
        (ExternImport("sin", "m", Signature((IRType.I64,), (IRType.I64,))),),
        (ExternImport("beskid_program", "m", FLOAT),),
    ],
)
def test_rows_of_one_symbol_agree(rows: tuple[ExternImport, ...]) -> None:
    with pytest.raises(ExternDeclarationError.InvalidSignature):
        declare_validated_extern_imports(rows)


def test_equal_rows_are_one() -> None:
    rows = (ExternImport("f", "libz.so.1", FLOAT), ExternImport("f", "z", FLOAT))
    assert declare_validated_extern_imports(rows) == rows[:1]
