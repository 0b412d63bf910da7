"""Operators: one table, and no consumer that guesses.

Every consumer of operators follows the row of the table or refuses the operator with an error that names it.
`FOLLOWS` and `REFUSES` list the consumers of the source operators, `IR_TABLES` and `IR_CONSUMERS` those of the
operations. A module that looks at operators and is in no list fails a test.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterable
from enum import Enum
from pathlib import Path
from typing import TypeVar, cast

import pytest
from tests import limits

from beskid.base.tables import MissingRowError, Table
from beskid.codegen.artifact import make_artifact
from beskid.codegen.emit import EmitOptions, emit_llvm
from beskid.codegen.llvm import operations as generation
from beskid.ir.builder import Builder, integer, unary_result
from beskid.ir.model import BinaryOp, CompareOp, ConvertOp, Function, IRType, Location, Module, UnaryOp
from beskid.ir.oracle import operations as oracle
from beskid.ir.oracle.host import MemoryHost
from beskid.ir.oracle.machine import run_module
from beskid.ir.read import ReadError, read_module
from beskid.ir.typing import BINARY_TYPES, COMPARE_TYPES, UNARY_TYPES
from beskid.ir.verify import verify
from beskid.lower.bodies.arithmetic import ARITHMETIC, PREFIX_LOWERING
from beskid.lower.bodies.comparison import EQUALITY, ORDER
from beskid.lower.bodies.events import EVENT_CHANGES
from beskid.lower.passes.division import GUARDED
from beskid.syntax import operators
from beskid.syntax.operators import (
    BINARY,
    PREFIX,
    Associativity,
    BinaryOperator,
    Family,
    Operands,
    OperatorError,
    check_rows,
)

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src/beskid"
E = TypeVar("E", bound=Enum)

# The consumers ----------------------------------------------------------------------------------------------------

FOLLOWS = {
    "syntax/lexer.py": "lexer",
    "syntax/parser/expressions.py": "parser",
    "syntax/format/expressions.py": "formatter",
    "analysis/types/check/operators.py": "checker",
    "analysis/types/check/literals.py": "checker",
    "analysis/types/check/assignment.py": "checker",
    "analysis/types/check/folding.py": "evaluation of integer constants",
    "analysis/types/check/widening.py": "ranges of sums, differences and products",
    "analysis/types/evaluate.py": "evaluation",
    "ide/evaluation.py": "what a refactoring may move",
    "lower/bodies/conditions.py": "lowering of logical operators",
    "lower/bodies/objects.py": "lowering of compound assignments",
    "lower/bodies/strings.py": "lowering of concatenation",
}
"""Consumers that need nothing but the row; `fake_operators.py` drives them."""

REFUSES = {
    "lower/bodies/arithmetic.py": "one row for each operator that computes, and for each prefix operator",
    "lower/bodies/comparison.py": "one row for each operator that compares",
    "lower/bodies/events.py": "one row for each operator that changes events",
}
"""Consumers with a row for each operator."""

HABITS = {
    "syntax/parser/habits/expressions.py": "spellings of other languages",
}

CARRIES = {
    "analysis/types/assigned.py": "asks only whether an assignment is compound",
    "analysis/types/check/statements.py": "asks only whether an expression is a plain assignment",
    "repl/reading.py": "ends no line of an entry with any of the spellings",
    "syntax/highlighting.py": "colors all spellings alike",
}
"""Modules that look at an operator without choosing by it."""

IR_TABLES: dict[str, tuple[Iterable[object], ...]] = {
    "types": (BINARY_TYPES, COMPARE_TYPES, UNARY_TYPES),
    "oracle": (oracle.BINARY_FORMS, oracle.COMPARE_FORMS, oracle.UNARY_FORMS),
}


def test_every_module_that_looks_at_operators_is_listed() -> None:
    found = {str(path.relative_to(SOURCES)) for path in SOURCES.rglob("*.py") if _looks_at_operators(path)}
    assert found == {*FOLLOWS, *REFUSES, *HABITS, *CARRIES}


def _looks_at_operators(path: Path) -> bool:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "beskid.syntax.operators":
            return True
        if isinstance(node, ast.Attribute) and node.attr == "operator" and isinstance(node.ctx, ast.Load):
            return True
    return False


# The table --------------------------------------------------------------------------------------------------------


def _row(spelling: str, level: int = 11, family: Family = Family.ARITHMETIC, compound: str = "") -> BinaryOperator:
    return BinaryOperator(spelling, level, family, Operands.NUMBERS, lambda left, right: left, compound)


@pytest.mark.parametrize(
    "row",
    [
        _row("//"),
        _row("@@"),
        _row("times"),
        _row(">~"),
        _row("++"),
        _row("+="),
        _row("=>"),
        _row("%%", level=1),
        _row("%%", level=12),
        _row("%%", family=Family.LOGICAL),
        _row("%%", compound="%="),
        _row("%%")._replace(associativity=Associativity.RIGHT),
    ],
    ids=lambda row: f"{row.spelling} {row.level} {row.family.value} {row.associativity.value} {row.compound}",
)
def test_a_row_that_lexer_or_parser_cannot_follow_is_refused(
    row: BinaryOperator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BINARY, row.spelling, row)
    with pytest.raises(OperatorError, match=re.escape(f"operator `{row.spelling}`")):
        check_rows()


def test_the_grammar_page_has_the_levels_of_the_table() -> None:
    page = (ROOT / "docs/reference/grammar.md").read_text(encoding="utf-8")
    rows = {int(level): spellings for level, spellings in re.findall(r"^\| (\d+) \| (.*) \|$", page, re.MULTILINE)}
    expected: dict[int, set[str]] = {}
    for row in BINARY.values():
        expected.setdefault(row.level, set()).add(row.spelling)
    expected[operators.ASSIGNMENT_LEVEL] = {operators.ASSIGNMENT, *operators.compounds()}
    expected[operators.PREFIX_LEVEL] = set(PREFIX)
    for level, spellings in expected.items():
        written = re.findall(r"`([^`]*)`", rows[level])
        assert set(" ".join(written).replace("\\|", "|").split()) == spellings
    assert operators.CONVERSION in rows[operators.CONVERSION_LEVEL]
    assert "`?`" in rows[operators.POSTFIX_LEVEL]
    assert len(rows) == operators.POSTFIX_LEVEL


# Operators of the source ------------------------------------------------------------------------------------------


def test_lowering_has_a_row_for_every_operator() -> None:
    def spellings(*families: Family) -> set[str]:
        return {row.spelling for row in BINARY.values() if row.family in families}

    assert set(ARITHMETIC) == spellings(Family.ARITHMETIC, Family.BITWISE, Family.SHIFT)
    assert set(ORDER) == spellings(Family.ORDER)
    assert set(EQUALITY) == spellings(Family.EQUALITY, Family.IDENTITY)
    assert {*ARITHMETIC, *ORDER, *EQUALITY} == set(BINARY) - spellings(Family.LOGICAL)
    assert set(PREFIX_LOWERING) == set(PREFIX)
    assert set(EVENT_CHANGES) == {row.spelling for row in BINARY.values() if row.changes_events}


def test_every_consumer_follows_or_refuses_a_fake_operator() -> None:
    environment = {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    script = Path(__file__).with_name("fake_operators.py")
    run = limits.run(
        [sys.executable, script], capture_output=True, text=True, timeout=300, env=environment, check=False
    )
    assert (run.stderr, run.stdout) == ("", "done\n")


# Operations of the IR ---------------------------------------------------------------------------------------------


def _fake(kind: type[E]) -> E:
    member = object.__new__(kind)
    member._name_, member._value_ = "FAKE", "fake_op"
    return member


def _module(write: Callable[[Builder], object]) -> Module:
    module = Module("fake")
    function = Function("_B4main", Location("main", "main.bd", 1, 1), (IRType.I64,))
    module.entry = function.name
    module.functions[function.name] = function
    builder = Builder(function)
    builder.parameter(IRType.REF, "arguments")
    write(builder)
    builder.ret((integer(IRType.I64, 0),))
    builder.seal()
    return module


ONE = integer(IRType.I64, 1)
FAKES: dict[str, Callable[[Builder], object]] = {
    "binary": lambda builder: builder.binary(_fake(BinaryOp), ONE, ONE),
    "compare": lambda builder: builder.compare(_fake(CompareOp), ONE, ONE),
    "convert": lambda builder: builder.convert(_fake(ConvertOp), ONE, IRType.I32),
}
IR_CONSUMERS: dict[str, Callable[[Module], object]] = {
    "verifier": verify,
    "oracle": lambda module: run_module(module, MemoryHost()),
    "code generation": lambda module: emit_llvm(make_artifact(module), EmitOptions()),
}


@pytest.mark.parametrize("consumer", IR_CONSUMERS)
@pytest.mark.parametrize("kind", FAKES)
def test_a_fake_operation_is_refused(kind: str, consumer: str) -> None:
    module = _module(FAKES[kind])
    with pytest.raises(MissingRowError, match="no row for `fake_op`"):
        IR_CONSUMERS[consumer](module)


def test_a_fake_unary_operation_is_refused() -> None:
    fake = _fake(UnaryOp)
    with pytest.raises(MissingRowError, match="no row for `fake_op`"):
        unary_result(fake, IRType.F64)
    for table in (UNARY_TYPES, oracle.UNARY_FORMS, generation.FLOAT_INTRINSICS):
        with pytest.raises(MissingRowError, match="no row for `fake_op`"):
            cast("Table[UnaryOp, object]", table)[fake]


def test_every_operation_has_a_row_everywhere() -> None:
    for binary, compare, unary in IR_TABLES.values():
        assert set(binary) == set(BinaryOp)
        assert set(compare) == set(CompareOp)
        assert set(unary) == set(UnaryOp)
    assert set(generation.BINARY) == set(BinaryOp)
    assert set(generation.COMPARISONS) == set(CompareOp)
    assert {*generation.CONVERSIONS, *generation.SATURATING} == set(ConvertOp)


def test_every_division_is_guarded() -> None:
    """The pass, the oracle and the rows agree on which operations may not see a zero divisor."""
    divisions = {oracle.Form.SIGNED_DIVISION, oracle.Form.UNSIGNED_DIVISION}
    assert {op for op, (form, _) in oracle.BINARY_FORMS.items() if form in divisions} == GUARDED
    for spelling, operations in ARITHMETIC.items():
        assert ({operations.signed, operations.unsigned} <= GUARDED) == BINARY[spelling].divides


def test_the_reader_names_an_unknown_operation() -> None:
    head = 'module "m"\nfunction @start() -> () at "f" "m.bd" 1:1 {\n  registers %0 i64\nentry:\n'
    text = head + "  %0 = fake_op 1 i64, 1 i64\n  ret\n}\n"
    with pytest.raises(ReadError, match="fake_op"):
        read_module(text)
