"""The interpreter: arithmetic of machines, panics and their traces, recursion, limits, and what it refuses."""

from __future__ import annotations

import math
import struct
import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beskid.base.decimals import to_f32
from beskid.driver.failure import DriverError
from beskid.driver.oracle import interpret
from beskid.ir.builder import NULL, Builder, float64, integer
from beskid.ir.model import (
    BinaryOp,
    CompareOp,
    ConvertOp,
    Function,
    IntConstant,
    IRType,
    Location,
    Module,
    Operand,
    StringConstant,
    UnaryOp,
)
from beskid.ir.oracle.arithmetic import integer_to_f32
from beskid.ir.oracle.host import MemoryHost
from beskid.ir.oracle.machine import RunOptions, panic_form, run_module
from beskid.ir.oracle.translate import Explicit
from beskid.ir.oracle.values import FaultError, StepLimitError, UnsupportedError
from beskid.ir.read import read_module
from beskid.ir.verify import verify
from beskid.lower.pipeline import STAGES, run_passes

WORDS = 'descriptor "words" size 8 align 8 references [] display "i64"\n'


def start(body: str, registers: str = "%1 i64, %2 i1, %3 ref, %4 f64", more: str = "") -> Module:
    text = (
        f'module "m"\nentry @start\n{WORDS}\nfunction @start(%0 ref) -> (i64) at "Main.main" "m.bd" 1:1 {{\n'
        f"  registers {registers}\nentry:\n{body}\n}}\n{more}"
    )
    module = read_module(text)
    assert verify(module) == []
    return module


def run(module: Module, options: RunOptions | None = None) -> tuple[int, str, str]:
    host = MemoryHost()
    status = run_module(module, host, [], options)
    return status, host.stdout.decode(), host.stderr.decode()


def run_both(module: Module) -> tuple[int, str, str]:
    """The behaviour before the passes, which must be that after them."""
    before = run(module)
    run_passes(module)
    assert run(module, RunOptions(explicit=Explicit.EVERYTHING)) == before
    assert run(module, RunOptions(explicit=Explicit.EVERYTHING, stressed=True)) == before
    return before


def computed(make: object) -> str:
    """What a function made by `make(builder)` prints: an I64 or F64 operand as text."""
    module = Module("m")
    function = Function("start", Location("Main.main", "m.bd", 1, 1), (IRType.I64,))
    builder = Builder(function)
    builder.parameter(IRType.REF)
    operand = make(builder)  # type: ignore[operator]
    form = "str_from_f64" if operand.type is IRType.F64 else "str_from_i64"
    builder.call_runtime("stdout_write", (builder.call_runtime_value(form, (operand,)),))
    builder.ret((integer(IRType.I64, 0),))
    module.functions["start"] = builder.seal()
    module.entry = "start"
    assert verify(module) == []
    status, output, errors = run_both(module)
    return output if status == 0 else errors


SIGNED = {IRType.I8: "b", IRType.I16: "h", IRType.I32: "i", IRType.I64: "q"}
NUMBERS = st.one_of(
    st.integers(-(2**63), 2**63 - 1), st.sampled_from([0, 1, -1, 127, -128, 2**31, 2**63 - 1, -(2**63)])
)


def wrapped(type: IRType, number: int) -> int:
    width = {IRType.I8: 8, IRType.I16: 16, IRType.I32: 32, IRType.I64: 64}[type]
    image = (number & ((1 << width) - 1)).to_bytes(width // 8, "little")
    result: int = struct.unpack("<" + SIGNED[type], image)[0]
    return result


def widened(builder: Builder, operand: Operand) -> Operand:
    kind = operand.type  # type: ignore[union-attr]
    return operand if kind is IRType.I64 else builder.convert(ConvertOp.SEXT, operand, IRType.I64)


@given(st.sampled_from(list(SIGNED)), NUMBERS, NUMBERS)
def test_integer_arithmetic_wraps_at_its_width(type: IRType, left: int, right: int) -> None:
    a, b = integer(type, left), integer(type, right)
    width = 8 * struct.calcsize(SIGNED[type])
    unsigned_a, count = a.value % (1 << width), b.value % width
    expected = {
        BinaryOp.IADD: a.value + b.value,
        BinaryOp.ISUB: a.value - b.value,
        BinaryOp.IMUL: a.value * b.value,
        BinaryOp.AND: a.value & b.value,
        BinaryOp.OR: a.value | b.value,
        BinaryOp.XOR: a.value ^ b.value,
        BinaryOp.SHL: a.value << count,
        BinaryOp.ASHR: a.value >> count,
        BinaryOp.LSHR: unsigned_a >> count,
    }
    for op, number in expected.items():
        assert computed(lambda b_, op=op: widened(b_, b_.binary(op, a, b))) == str(wrapped(type, number)), op


@given(st.sampled_from(list(SIGNED)), NUMBERS, NUMBERS)
def test_divisions_truncate_or_panic(type: IRType, left: int, right: int) -> None:
    a, b = integer(type, left), integer(type, right)
    width = 8 * struct.calcsize(SIGNED[type])
    for op in (BinaryOp.SDIV, BinaryOp.SREM, BinaryOp.UDIV, BinaryOp.UREM):
        signed = op in (BinaryOp.SDIV, BinaryOp.SREM)
        # The divisor goes through a register as well as being a constant: the two ways differ.
        for kept in (True, False):

            def make(builder: Builder, op: BinaryOp = op, kept: bool = kept) -> Operand:
                divisor: Operand = b if kept else builder.copy(b)
                return widened(builder, builder.binary(op, a, divisor))

            found = computed(make)
            if b.value == 0:
                assert found.startswith("panic: division by zero\n")
            elif signed and b.value == -1 and a.value == -(1 << (width - 1)):
                assert found.startswith("panic: integer overflow\n")
            else:
                x, y = (a.value, b.value) if signed else (a.value % (1 << width), b.value % (1 << width))
                quotient = abs(x) // abs(y) * (1 if (x < 0) == (y < 0) else -1)
                wanted = quotient if op in (BinaryOp.SDIV, BinaryOp.UDIV) else x - y * quotient
                assert found == str(wrapped(type, wanted))


@given(NUMBERS, NUMBERS)
def test_comparisons(left: int, right: int) -> None:
    a, b = integer(IRType.I64, left), integer(IRType.I64, right)
    u, v = left % 2**64, right % 2**64
    expected = {
        CompareOp.EQ: left == right,
        CompareOp.NE: left != right,
        CompareOp.SLT: left < right,
        CompareOp.SGE: left >= right,
        CompareOp.ULE: u <= v,
        CompareOp.UGT: u > v,
    }
    for op, wanted in expected.items():
        found = computed(lambda b_, op=op: b_.convert(ConvertOp.ZEXT, b_.compare(op, a, b), IRType.I64))
        assert found == str(int(wanted))


@pytest.mark.parametrize(
    ("op", "type", "number", "expected"),
    [
        (ConvertOp.FLOAT_TO_SIGNED, IRType.I64, 1e300, 2**63 - 1),
        (ConvertOp.FLOAT_TO_SIGNED, IRType.I64, -1e300, -(2**63)),
        (ConvertOp.FLOAT_TO_SIGNED, IRType.I32, 3e9, 2**31 - 1),
        (ConvertOp.FLOAT_TO_SIGNED, IRType.I8, -1.9, -1),
        (ConvertOp.FLOAT_TO_SIGNED, IRType.I16, math.nan, 0),
        (ConvertOp.FLOAT_TO_UNSIGNED, IRType.I8, 300.0, -1),
        (ConvertOp.FLOAT_TO_UNSIGNED, IRType.I64, -5.0, 0),
    ],
)
def test_floats_become_integers_by_truncation_and_saturation(
    op: ConvertOp, type: IRType, number: float, expected: int
) -> None:
    assert computed(lambda b: widened(b, b.convert(op, float64(number), type))) == str(expected)


@pytest.mark.parametrize(
    ("op", "number", "expected"),
    [
        (UnaryOp.ROUND, 2.5, "3.0"),
        (UnaryOp.ROUND, -2.5, "-3.0"),
        (UnaryOp.ROUND, 0.49999999999999994, "0.0"),
        (UnaryOp.FLOOR, -0.5, "-1.0"),
        (UnaryOp.CEIL, -0.5, "-0.0"),
        (UnaryOp.TRUNC, math.inf, "inf"),
        (UnaryOp.SQRT, -1.0, "NaN"),
        (UnaryOp.LOG, 0.0, "-inf"),
        (UnaryOp.EXP, 1000.0, "inf"),
        (UnaryOp.FNEG, 0.0, "-0.0"),
        (UnaryOp.ABS, -1e300, "1e300"),
    ],
)
def test_floating_functions_are_total(op: UnaryOp, number: float, expected: str) -> None:
    assert computed(lambda b: b.unary(op, float64(number))) == expected


def test_float_division_by_zero_is_defined() -> None:
    for left, right, expected in ((1.0, 0.0, "inf"), (1.0, -0.0, "-inf"), (0.0, 0.0, "NaN"), (-1.0, 0.0, "-inf")):
        assert computed(lambda b, x=left, y=right: b.binary(BinaryOp.FDIV, float64(x), float64(y))) == expected


@given(st.integers(-(2**63), 2**64 - 1))
def test_integers_round_once_to_single_precision(number: int) -> None:
    rounded = integer_to_f32(number)
    assert to_f32(rounded) == rounded
    below = struct.unpack("<f", struct.pack("<I", struct.unpack("<I", struct.pack("<f", rounded))[0] ^ 1))[0]
    assert abs(Fraction(rounded) - number) <= abs(Fraction(below) - number)


@given(NUMBERS)
def test_bit_counts(number: int) -> None:
    image = f"{number % 2**64:064b}"
    expected = {
        UnaryOp.BIT_COUNT: image.count("1"),
        UnaryOp.LEADING_ZEROS: len(image) - len(image.lstrip("0")),
        UnaryOp.TRAILING_ZEROS: len(image) - len(image.rstrip("0")),
    }
    for op, wanted in expected.items():
        assert computed(lambda b, op=op: b.unary(op, IntConstant(IRType.I64, number))) == str(wanted)


INNER = """
function @inner(%0 ref, %1 i64) -> (i64) at "Main.inner" "sub/m.bd" 40:1 {
  registers %2 i64, %3 i1, %4 ref
entry:
  %3 = compare eq %1, i64 0
  branch %3, bad, more
more:
  %2 = isub %1, i64 1
  %2 = call @inner(%0, %2) ! 42:1
  return %2
bad:
  %2 = load_element %0[%1] stride 8 + 0 ! 43:7
  return %2
}
"""


def test_a_panic_prints_its_trace_innermost_first() -> None:
    module = start("  %1 = call @inner(%0, i64 2) ! 2:5\n  return %1", more=INNER)
    assert run_both(module) == (
        101,
        "",
        "panic: index out of range: the length is 0 but the index is 0\n"
        "  at sub/m.bd:43:7 in Main.inner\n"
        "  at sub/m.bd:42:1 in Main.inner\n"
        "  at sub/m.bd:42:1 in Main.inner\n"
        "  at m.bd:2:5 in Main.main\n",
    )


def test_a_long_trace_is_shortened_in_the_middle() -> None:
    lines = run_both(start("  %1 = call @inner(%0, i64 40) ! 2:5\n  return %1", more=INNER))[2].split("\n")
    assert len(lines) == 1 + 16 + 1 + 16 + 1
    assert lines[17] == "  … 10 more frames"
    assert lines[33] == "  at m.bd:2:5 in Main.main"


def test_thirty_two_lines_are_not_shortened() -> None:
    place = Location("f", "m.bd", 1, 2)
    assert panic_form(b"x", [place] * 32) == b"panic: x\n" + b"  at m.bd:1:2 in f\n" * 32
    assert b"\xe2\x80\xa6 1 more frames" in panic_form(b"x", [place] * 33)


def test_output_before_a_panic_is_kept() -> None:
    body = '  %1 = call_runtime stdout_write(string "out")\n  call_runtime panic_str(string "b\\xc3\\xa4d") ! 3:4\n'
    assert run_both(start(body + "  unreachable")) == (101, "out", "panic: bäd\n  at m.bd:3:4 in Main.main\n")


def test_endless_recursion_is_a_panic() -> None:
    more = (
        '\nfunction @down(%0 ref) -> (i64) at "Main.down" "m.bd" 9:1 {\n  registers %1 i64\nentry:\n'
        "  %1 = call @down(%0) ! 10:1\n  return %1\n}\n"
    )
    assert run(start("  %1 = call @down(%0)\n  return %1", more=more)) == (101, "", "panic: stack overflow\n")


def test_deep_recursion_that_ends_is_fine() -> None:
    more = INNER.replace("%2 = load_element %0[%1] stride 8 + 0 ! 43:7", "%2 = move i64 3")
    assert run(start("  %1 = call @inner(%0, i64 30000)\n  return %1", more=more))[0] == 3


def test_the_status_is_the_low_byte_and_exit_leaves_at_once() -> None:
    assert run_both(start("  return i64 515"))[0] == 3
    assert run_both(start("  call_runtime process_exit(i64 -1)\n  unreachable"))[0] == 255


def test_large_switches_and_many_results() -> None:
    cases = "".join([f"{number}: case.{number}, " for number in range(12)])
    blocks = "".join([f"case.{number}:\n  return i64 {number + 100}\n" for number in range(12)])
    module = start(
        f"  %1 = length %0\n  %1 = iadd %1, i64 7\n  switch %1, {cases}default: none\nnone:\n  return %1\n{blocks}"
    )
    assert run_both(module)[0] == 107


def test_deeply_nested_blocks_are_translated() -> None:
    blocks = "".join(
        [
            f"b.{n}:\n  %2 = compare eq %1, i64 {n}\n  branch %2, hit.{n}, b.{n + 1}\nhit.{n}:\n  return i64 {n}\n"
            for n in range(150)
        ]
    )
    module = start(f"  %1 = length %0\n  %1 = iadd %1, i64 120\n  jump b.0\n{blocks}b.150:\n  return i64 200")
    assert run_both(module)[0] == 120


def test_elements_of_several_components_keep_them_apart() -> None:
    body = """  %3 = allocate_array "words", i64 2
  store_element %3[i64 1] stride 8 + 0, i32 -1
  store_element %3[i64 1] stride 8 + 4, i32 7
  %1 = load_element %3[i64 1] stride 8 + 0
  %1 = load_element %3[i64 1] stride 8 + 4
  %5 = convert zext %1
  return %5"""
    assert run_both(start(body, "%1 i32, %2 i1, %3 ref, %4 f64, %5 i64"))[0] == 7


def test_reading_an_unused_element_is_a_fault() -> None:
    body = """  %3 = allocate_array "words", i64 2 unused
  store_element %3[i64 1] stride 8 + 0, i32 5
  %4 = allocate_array "words", i64 1 unused
  call_runtime array_copy(%3, i64 0, %3, i64 1, i64 1)
  CLEAR
  %1 = load_element %3[i64 0] stride 8 + OFFSET
  %5 = convert zext %1
  return %5"""
    registers = "%1 i32, %2 i1, %3 ref, %4 ref, %5 i64"
    clear = "call_runtime array_copy(%3, i64 0, %4, i64 0, i64 1)"
    assert run_both(start(body.replace("CLEAR\n", "\n").replace("OFFSET", "0"), registers))[0] == 5
    cleared = body.replace("CLEAR", clear).replace("OFFSET", "0")
    removed = body.replace("CLEAR", 'clear_element %3[i64 0] "words"').replace("OFFSET", "0")
    for text in (cleared, removed, body.replace("CLEAR\n", "\n").replace("OFFSET", "4")):
        with pytest.raises(FaultError, match="unused array element"):
            run_both(start(text, registers))


def test_an_element_outside_of_the_array_is_not_cleared() -> None:
    body = """  %3 = allocate_array "words", i64 2
  clear_element %3[i64 2] "words"
  return i64 0"""
    status, _, found = run_both(start(body, "%1 i32, %2 i1, %3 ref"))
    assert status == 101
    assert found.startswith("panic: index out of range: the length is 2 but the index is 2\n")


def test_bytes_of_strings_are_signed() -> None:
    body = '  %5 = load_element string "\\xff"[i64 0] stride 1 + 0\n  %1 = convert sext %5\n'
    body += "  %1 = isub i64 0, %1\n  return %1"
    assert run_both(start(body, "%1 i64, %2 i1, %3 ref, %4 f64, %5 i8"))[0] == 1


def test_identity_of_references() -> None:
    module = start(
        '  %3 = allocate_array "words", i64 0\n  %2 = compare eq %3, %0\n  branch %2, wrong, right\n'
        "right:\n  %2 = compare eq %3, null ref\n  branch %2, wrong, good\nwrong:\n  return i64 1\n"
        "good:\n  return i64 0"
    )
    assert run_both(module)[0] == 0
    assert NULL.type is IRType.REF


def test_arguments_reach_the_entry() -> None:
    body = "  %3 = load_element %0[i64 1] stride 8 + 0\n  %1 = call_runtime stdout_write(%3)\n"
    module = start(body + "  %1 = length %0\n  return %1")
    host = MemoryHost()
    assert run_module(module, host, ["one", "zwei ä"]) == 2
    assert host.stdout.decode() == "zwei ä"


def test_what_passes_should_have_guarded_is_a_fault() -> None:
    module = start("  %1 = load_element %0[i64 0] stride 8 + 0\n  return %1")
    with pytest.raises(FaultError, match="unchecked index"):
        run(module, RunOptions(explicit=Explicit.EVERYTHING))
    module = start("  %1 = length %0\n  %1 = sdiv i64 1, %1\n  return %1")
    with pytest.raises(FaultError, match="unchecked division"):
        run(module, RunOptions(explicit=Explicit.EVERYTHING))


@pytest.mark.parametrize(
    ("body", "guarded_by", "problem"),
    [
        ("%1 = load_element %0[i64 0] stride 8 + 0", "bounds", "unchecked index"),
        ("%1 = length %0\n  %1 = sdiv i64 1, %1", "division", "unchecked division"),
    ],
)
def test_the_pass_that_lost_a_check_is_named(body: str, guarded_by: str, problem: str) -> None:
    module = start(f"  {body}\n  return %1")
    before = STAGES[STAGES.index(guarded_by) - 1]
    assert interpret(module, before, MemoryHost(), [], {}) == 101
    with pytest.raises(DriverError, match=f"after `{guarded_by}`: {problem}"):
        interpret(module, guarded_by, MemoryHost(), [], {})


def test_a_missing_root_is_found_under_stress() -> None:
    module = start(
        '  %3 = allocate_array "words", i64 3\n  %5 = allocate_array "words", i64 1\n  %1 = length %3\n  return %1',
        "%1 i64, %2 i1, %3 ref, %4 f64, %5 ref",
    )
    run_passes(module)
    assert run(module, RunOptions(explicit=Explicit.EVERYTHING, stressed=True))[0] == 3
    block = module.functions["start"].blocks[0]
    block.instructions = [step for step in block.instructions if type(step).__name__ != "StoreRoot"]
    assert run(module, RunOptions(explicit=Explicit.EVERYTHING))[0] == 3
    with pytest.raises(FaultError, match="freed"):
        run(module, RunOptions(explicit=Explicit.EVERYTHING, stressed=True))


def test_foreign_calls_and_step_limits_are_told_apart_from_panics() -> None:
    more = '\nextern "cos" library "m" (f64) -> (f64)\n'
    with pytest.raises(UnsupportedError, match="cos"):
        run(start('  %4 = call_extern "cos"(f64 1.0)\n  return i64 0', more=more))
    with pytest.raises(StepLimitError):
        run(start("  jump round\nround:\n  %1 = move i64 0\n  jump round"), RunOptions(step_limit=1000))


def test_five_million_operations_take_seconds() -> None:
    body = """  %1 = move i64 0
  %3 = allocate_array "words", i64 10
  jump head
head:
  %2 = compare slt %1, i64 700000
  branch %2, body, done
body:
  %5 = srem %1, i64 10
  store_element %3[%5] stride 8 + 0, %1
  %5 = load_element %3[%5] stride 8 + 0
  %1 = iadd %1, i64 1
  jump head
done:
  return %1"""
    begun = time.process_time()
    assert run(start(body, "%1 i64, %2 i1, %3 ref, %4 f64, %5 i64"))[0] == 700000 & 255
    assert time.process_time() - begun < 20


def test_strings_of_equal_bytes_are_one_constant() -> None:
    module = start('  %2 = compare eq string "a", string "a"\n  %1 = convert zext %2\n  return %1')
    assert run_both(module)[0] == 1
    assert StringConstant(b"a") == StringConstant(b"a")
